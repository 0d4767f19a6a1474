"""What strangers wrote, for services that read mentions and links in a message: headlines call nobody and hide no address.

Apprise hands text to Discord, Mattermost or Matrix as it is, and they look for Markdown and mentions in it.
"""

from __future__ import annotations

import re

_GAP = "\u200b"  # zero-width space: the text looks as before
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_MENTION = re.compile(r"[@\uff20](?=[\w&!])")
_LINK = re.compile(r"\](?=[(\[:])")  # [words](address), [words][name] and [name]: address


def without_mentions(text: str) -> str:
    """Return a text that mentions nobody, neither `@everyone` nor `<@123>`; its addresses lead to where they led."""
    return _MENTION.sub(_apart, _encoded(text, "@"))


def harmless(text: str) -> str:
    """Return a text that mentions nobody, and in which no words lead to an address that they do not show."""
    return _LINK.sub(_apart, _MENTION.sub(_apart, _encoded(text, "@[]")))


def _encoded(text: str, characters: str) -> str:
    """Return a text whose addresses have these characters percent-encoded."""
    inside = re.compile(f"[{re.escape(characters)}]")
    return _ADDRESS.sub(lambda address: inside.sub(lambda one: f"%{ord(one[0]):02X}", address[0]), text)


def _apart(match: re.Match[str]) -> str:
    return f"{match[0]}{_GAP}"
