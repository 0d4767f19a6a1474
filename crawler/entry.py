"""What a feed of any format says of one article, before it is cleaned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.dates import Dated
from crawler.markup import plain

_MAIL = re.compile(r"^\s*[^\s@]{1,100}@\S{1,100}\s*\(([^()]+)\)\s*$")
_MISTAKEN = {"ua": "uk", "cz": "cs"}  # country codes that outlets write for languages
_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as the feed gives it; its texts are untrusted HTML, the longest being its content."""

    link: str | None
    title: str | None
    published: Dated | None
    updated: Dated | None
    authors: tuple[str, ...]
    texts: tuple[str, ...]
    language: str | None = None
    base: str | None = None  # address its link is relative to, where it says so itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Syndicated:
    """A feed as read: its entries in its own order, its language and the seconds it asks to wait between polls."""

    entries: tuple[Entry, ...]
    language: str | None
    interval_floor: float | None = None
    base: str | None = None


def clean_authors(names: Sequence[object]) -> tuple[str, ...]:
    """Return the names of authors without markup and mail addresses, each once, ten at most."""
    cleaned = (plain(_MAIL.sub(r"\1", name)[:_NAME_CHARS]) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in cleaned if name and "@" not in name))[:10]


def language_code(tag: object) -> str | None:
    """Return the two-letter code of a language tag (`de-AT` → `de`), or None when it has none."""
    code = tag.strip()[:3].lower().rstrip("-_") if isinstance(tag, str) else ""
    return _MISTAKEN.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None
