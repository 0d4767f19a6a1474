"""Feed kinds: one module each, imported by name.

A kind is a module `crawler/kinds/<name>.py` with

    def requests(feed: Feed) -> Sequence[str]     addresses to fetch for one poll (usually `[feed.url]`)
    def read(feed: Feed, response: FeedResponse) -> FeedResult     parses the response; pure, no clock, network or disk
    def check_options(options: Mapping[str, Any]) -> Sequence[str]     a sentence for each mistake in a feed's options

`read` never raises on bad input: it returns a FeedResult with a named outcome. It is given at most `max_bytes` and should return
within a second. A kind that does not fetch by itself (a user's own spider) defines `read_item` instead of the first two, see
spider.py. A kind whose options refer to files in the overlay folder also defines

    def check_files(options: Mapping[str, Any], folder: Path | None) -> Sequence[str]     a sentence for each missing file
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

from config.sources import Feed, FeedCheck
from crawler.page import FeedResponse, FeedResult


class Kind(Protocol):
    """What every module of this folder offers."""

    def check_options(self, options: Mapping[str, Any]) -> Sequence[str]:
        """Return a sentence for each mistake in a feed's options; none when they are right."""
        ...


@runtime_checkable
class KindWithFiles(Kind, Protocol):
    """A kind whose options name files of the overlay folder."""

    def check_files(self, options: Mapping[str, Any], folder: Path | None) -> Sequence[str]:
        """Return a sentence for each file that is missing."""
        ...


class FetchedKind(Kind, Protocol):
    """A kind whose feeds are fetched and read."""

    def requests(self, feed: Feed) -> Sequence[str]:
        """Return the addresses to fetch for one poll."""
        ...

    def read(self, feed: Feed, response: FeedResponse) -> FeedResult:
        """Return what the response says; never raises on bad input."""
        ...


def names() -> list[str]:
    """Return the names of all kinds."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def kind_of(name: str) -> FetchedKind:
    """Return the kind of a feed that Parley fetches itself."""
    return cast(FetchedKind, _module(name))


def checks(folder: Path | None) -> dict[str, FeedCheck]:
    """Return the check of a feed's options for each kind.

    Args:
        folder: the overlay folder, in which options may refer to files.
    """
    return {name: functools.partial(_check, name, folder) for name in names()}


def _check(name: str, folder: Path | None, feed: Feed) -> Sequence[str]:
    kind = _module(name)
    problems = kind.check_options(feed.options)
    if problems or not feed.enabled or not isinstance(kind, KindWithFiles):
        return problems
    return kind.check_files(feed.options, folder)


def _module(name: str) -> Kind:
    return cast(Kind, importlib.import_module(f"crawler.kinds.{name}"))
