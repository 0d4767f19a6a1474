"""Feed kinds: one module each, found by its name.

A kind is a module `crawler/kinds/<name>.py` with

    def requests(feed: Feed) -> Sequence[str]     addresses to fetch for one poll (usually `[feed.url]`)
    def read(feed: Feed, answer: Answer) -> Reading     parses the response; pure, no clock, network or disk
    def check_options(options: Mapping[str, Any]) -> Sequence[str]     a sentence for each mistake in a feed's options

`read` never raises on bad input: it returns a Reading with a named outcome. It is given at most 10 MB and should return within a
second. A kind that does not fetch by itself (a user's own spider) defines `document_of` instead of the first two, see spider.py.
A kind whose options refer to files in the overlay folder also defines

    def check_files(options: Mapping[str, Any], folder: Path | None) -> Sequence[str]     a sentence for each missing file
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from config.sources import Feed, FeedCheck
from crawler.page import Answer, Reading


class Kind(Protocol):
    """What a module of this folder offers."""

    def requests(self, feed: Feed) -> Sequence[str]:
        """Return the addresses to fetch for one poll."""
        ...

    def read(self, feed: Feed, answer: Answer) -> Reading:
        """Return what the answer says; never raises on bad input."""
        ...

    def check_options(self, options: Mapping[str, Any]) -> Sequence[str]:
        """Return a sentence for each mistake in a feed's options; none when they are right."""
        ...


def names() -> list[str]:
    """Return the names of all kinds."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def module_of(name: str) -> ModuleType:
    """Return the module of a kind that `names` lists."""
    return importlib.import_module(f"crawler.kinds.{name}")


def kind_of(name: str) -> Kind:
    """Return the kind of that name."""
    return cast(Kind, module_of(name))


def checks(folder: Path | None) -> dict[str, FeedCheck]:
    """Return the check of a feed's options for each kind.

    Args:
        folder: the overlay folder, in which options may refer to files.
    """
    return {name: functools.partial(_check, name, folder) for name in names()}


def _check(name: str, folder: Path | None, feed: Feed) -> Sequence[str]:
    module = module_of(name)
    problems: Sequence[str] = module.check_options(feed.options)
    if problems or not feed.enabled or not hasattr(module, "check_files"):
        return problems
    missing: Sequence[str] = module.check_files(feed.options, folder)
    return missing
