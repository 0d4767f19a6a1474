"""Feed kinds: one module each, found by its name.

A kind is a module `crawler/kinds/<name>.py` with

    def requests(feed: Feed) -> Sequence[str]     addresses to fetch for one poll (usually `[feed.url]`)
    def read(feed: Feed, answer: Answer) -> Reading     what the answer says; pure, no clock, network or disk
    def check_options(options: Mapping[str, Any]) -> Sequence[str]     what is wrong with a feed's options, in sentences

`read` never raises on bad input: it returns a Reading with a named outcome. It is given at most 10 MB and should answer within a
second. A kind that does not fetch by itself (a user's own spider) defines `document_of` instead of the first two, see spider.py.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
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


def checks() -> dict[str, FeedCheck]:
    """Return what finds the mistakes in a feed's options, for each kind."""
    return {name: functools.partial(_check, name) for name in names()}


def _check(name: str, feed: Feed) -> Sequence[str]:
    found: Sequence[str] = module_of(name).check_options(feed.options)
    return found
