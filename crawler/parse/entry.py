"""Entries of feeds in any format, before they are cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crawler.parse.dates import Dated

MAX_ENTRIES = 5_000  # the newest come first; a longer list is not news


class Entry(NamedTuple):
    """One entry as the feed gives it. Its texts are untrusted HTML; the one with the most words is its content.

    Attributes:
        link: absolute address of its page as written, with its fragment.
        guid: the identity that the feed gives it, as written: RSS guid, Atom id, rdf:about, JSON id.
        is_guess: the address is only its identity, which need not lead to a page.
        others: further addresses of its page, such as one that counts clicks and redirects.
    """

    link: str | None
    title: str | None
    published: Dated | None
    updated: Dated | None
    authors: tuple[str, ...]
    texts: tuple[str, ...]
    language: str | None = None
    guid: str | None = None
    is_guess: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Syndicated:
    """A parsed feed: its first 5,000 entries in their original order, and its own metadata.

    Attributes:
        total: number of entries in the feed.
        interval_floor: shortest interval between polls that the feed asks for, in seconds.
    """

    entries: tuple[Entry, ...]
    total: int
    language: str | None
    interval_floor: float | None = None
