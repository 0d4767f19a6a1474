"""The contract of a search engine, and how one is found by its address."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, cast

from config.errors import ConfigError, Problem
from config.nearest import suggestion
from indexer.article import Article, Hit, MomentField
from indexer.query.tree import Node

Sort = Literal["date", "score"]
Split = Literal["source", "language", "themes"]
Tallied = Literal["source", "language", "themes", "author_names", "copy_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits.

    Attributes:
        total: exact number of matching articles.
        hits: the page, in the order asked for.
        after: where the next page starts (sort "date"); None when this page reached the last hit.
    """

    total: int
    hits: tuple[Hit, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """Matching articles between two edges, and those among them that are nobody's copy."""

    articles: int
    stories: int


class Engine(Protocol):
    """Stored articles that can be searched and counted. Derived data: all of it can be rebuilt from the archive.

    - **One writer.** Only the indexer calls add, set_themes, delete and refresh. Any number of processes read.
    - **Durable on return.** What add, set_themes and delete were given survives SIGKILL once they return; before
      that any part of it may or may not be there, and the same call made again ends in the same state.
    - **Idempotent by id.** Adding an id again replaces the article, so an id is there at most once.
    - **Visibility.** A reader sees what was written before the writer's last refresh(); a reader that is open sees it
      within a second, one opened afterwards at once. The writer itself sees it when refresh() returns.
    - **Kept as given**, but for what `indexer.stored_form.stored` says: fractions of a second are cut off, of times stored and
      asked alike, and lone surrogates become U+FFFD.
    - **Times** are UTC-aware. Counts are taken between the edges given; the engine knows no time zone.
    - **Order.** "date" is by published, newest first, then by serial, highest first; undated articles come last, by serial.
      "score" is the engine's own relevance, ties by that order; it is not comparable between engines.
      The one number behind "date" and `after` is `indexer.stored_form.order`.
    - **Equal answers.** Every engine returns the same ids and counts for the same articles and node. What
      `indexer.query.tree.check_size` refuses is refused by all; so is a prefix or wildcard that stands for more than
      16,384 words where it is a place of Phrase or Near whose other places occur at all.
    - **Errors**: EngineUnavailable (later), EngineMisconfigured (the operator), QueryTooBroad (the asker), from `add` also
      ArticlesRefused. No other.
    - Threads: a reader's methods may be called from several threads.
    """

    def add(self, articles: Sequence[Article]) -> None:
        """Store the articles, replacing those whose id is there already.

        Raises:
            ArticlesRefused: all others are stored; what was there under the ids it names may still be.
        """
        ...

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Replace the themes of the articles with these ids; an unknown id is ignored."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these articles; an unknown id is ignored."""
        ...

    def refresh(self) -> None:
        """Make everything written so far visible to readers."""
        ...

    def get(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the stored articles among these ids."""
        ...

    def search(self, node: Node, *, limit: int, sort: Sort = "date", after: int | None = None) -> Found:
        """Return at most `limit` hits (1 to 1,000) and the exact total; `after` comes from the page before (sort "date")."""
        ...

    def count(self, node: Node) -> int:
        """Return the exact number of matching articles."""
        ...

    def tally(self, node: Node, field: Tallied) -> dict[str, int]:
        """Return how many matching articles hold each value of the field; values nobody holds are left out.

        An article's author names are those of `indexer.stored_form.author_names`.
        """
        ...

    def histogram(
        self, node: Node, edges: Sequence[datetime], *, field: MomentField = "published", split: Split | None = None
    ) -> dict[str, list[Count]]:
        """Count matching articles between neighbouring edges (start <= field < end), articles and stories.

        Args:
            edges: ascending, two or more, 2,000 at most; len(edges) - 1 counts come back per series, zeros included.
            split: one series per value held (an article with two themes counts in both), values without any article
                between the edges left out; None gives one series under the key "".
        """
        ...

    def scan(self, node: Node) -> Iterator[Article]:
        """Yield every matching article once, by serial ascending, in constant memory; what is written meanwhile may show."""
        ...

    def close(self) -> None:
        """Release files and connections; no further calls but close itself are allowed."""
        ...


class FreshEngine(Engine, Protocol):
    """A writable index beside the live one, which readers keep using until `promote`."""

    def promote(self) -> None:
        """Make this index the live one in one step, durably, and remove the one before.

        Close the writer of the one before first. Open readers follow within a second; this index stays open and writable.
        """
        ...


class EngineModule(Protocol):
    """What a module of indexer/engines/ defines; its name is the scheme of the addresses it opens."""

    def check(self, url: str) -> None:
        """Raise ConfigError when the address is wrong; connect to nothing."""
        ...

    def open(self, url: str, *, writable: bool) -> Engine:
        """Open the index; see `open_engine`."""
        ...

    def fresh(self, url: str) -> FreshEngine:
        """Open an index beside the live one; see `open_fresh`."""
        ...


def engine_names() -> list[str]:
    """Return the names of all engines."""
    return sorted(module.name for module in pkgutil.iter_modules(importlib.import_module("indexer.engines").__path__))


def check_address(url: str) -> Sequence[Problem]:
    """Return what is wrong with an engine's address, without connecting to it."""
    try:
        _module(url).check(url)
    except ConfigError as wrong:
        return wrong.problems
    return ()


def open_engine(url: str, *, writable: bool = False) -> Engine:
    """Open the engine at an address such as `tantivy:/data/index` or `elasticsearch://127.0.0.1:9200/parley`.

    The scheme names the module under indexer/engines/. A writable engine is created when it is missing; a missing one
    opened for reading is EngineUnavailable.

    Raises:
        ConfigError: no engine of that scheme is there.
        EngineUnavailable, EngineMisconfigured: as the engine found it.
    """
    return _module(url).open(url, writable=writable)


def open_fresh(url: str) -> FreshEngine:
    """Return a writable index beside the live one at this address.

    It is empty, or holds what was written to such an index that was never promoted.

    Raises:
        ConfigError, EngineUnavailable, EngineMisconfigured: as in `open_engine`; an index of another version is no obstacle.
    """
    return _module(url).fresh(url)


def shown(url: str) -> str:
    """Return an engine address as it may be printed: without the password it may hold."""
    address, _, host = url.rpartition("@")
    before, scheme, user = address.partition("://")
    return f"{before}{scheme}{user.partition(':')[0]}@{host}" if scheme else url


def _module(url: str) -> EngineModule:
    scheme, colon, _ = url.partition(":")
    name = {"https": "elasticsearch"}.get(scheme.lower(), scheme.lower()) if colon else ""
    if not name.isidentifier():
        raise ConfigError([Problem("engine", f'"{shown(url)}" is not an engine address such as tantivy:PATH')])
    names = engine_names()
    if name not in names:
        advice = f"{suggestion(name, names)} ({', '.join(names)})"
        raise ConfigError([Problem("engine", f'unknown engine "{scheme}" in "{shown(url)}"{advice}')])
    return cast(EngineModule, importlib.import_module(f"indexer.engines.{name}"))
