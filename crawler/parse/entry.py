"""What a feed of any format says of one article, before it is cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crawler.parse.dates import Dated

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
