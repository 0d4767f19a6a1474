"""What a feed of any format says of one article, before it is cleaned."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler.parse.dates import Dated
from crawler.parse.markup import plain

_MAIL = re.compile(r"^\s*[^\s@]{1,100}@\S{1,100}\s*\(([^()]+)\)\s*$")
_MISTAKEN = {"ua": "uk", "cz": "cs"}  # country codes that outlets write for languages
_NAME_CHARS = 200

MAX_ENTRIES = 5_000  # the newest stand first; more than this is no list of news


class Entry(NamedTuple):
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
    """A feed as read: the first 5,000 of its entries in its own order, and what it says of itself.

    Attributes:
        total: how many entries it has.
        interval_floor: seconds it asks to wait between polls.
    """

    entries: tuple[Entry, ...]
    total: int
    language: str | None
    interval_floor: float | None = None
    base: str | None = None


def clean_authors(names: Sequence[object]) -> tuple[str, ...]:
    """Return the names of authors without markup and mail addresses, each once, ten at most."""
    cleaned = (_clean_name(name[:_NAME_CHARS]) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in cleaned if name and "@" not in name))[:10]


@functools.lru_cache(maxsize=4096)
def _clean_name(name: str) -> str:
    return plain(_MAIL.sub(r"\1", name))


def language_code(tag: object) -> str | None:
    """Return the two-letter code of a language tag (`de-AT` → `de`), or None when it has none."""
    code = tag.strip()[:3].lower().rstrip("-_") if isinstance(tag, str) else ""
    return _MISTAKEN.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None
