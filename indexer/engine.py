"""The interface of a search engine, and how an engine is selected by its address."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, cast

from config.errors import ConfigError, Problem
from config.nearest import suggestion
from config.sources import Source
from indexer.article import Article, Hit, MomentField
from indexer.query.tree import Node

Sort = Literal["date", "score"]
Split = Literal["source", "language", "themes"]
Tallied = Literal["source", "language", "themes", "author_names", "copy_of", "carries"]


@dataclass(frozen=True, slots=True)
class HitPage:
    """One page of hits.

    Attributes:
        total: exact number of matching articles.
        hits: the hits of the page, in the requested order.
        after: where the next page starts (sort "date"); None on the last page.
    """

    total: int
    hits: tuple[Hit, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """The number of matching articles between two edges, and of those that are originals rather than copies."""

    articles: int
    stories: int


class Engine(Protocol):
    """Stored articles that can be searched and counted. Everything here can be rebuilt from the archive.

    - **One writer.** Only the indexer calls add, set_themes, describe, delete and refresh. Any number of processes may read.
    - **Durability.** When add, set_themes or delete returns, the change survives SIGKILL. If the call is interrupted, any
      part of the change may be stored; repeating the call ends in the same state as one complete call.
    - **Idempotence.** Adding an article replaces the one with the same id, so every id exists at most once.
    - **Visibility.** Readers see what was written before the writer's last refresh(): open readers within a second, new
      readers at once, and the writer itself when refresh() returns.
    - **Fidelity.** Articles come back as they were added, with two exceptions (see `indexer.stored_form.to_stored`):
      fractions of a second are cut off, in stored times and in queries, and lone surrogates become U+FFFD.
    - **Times** are in UTC and timezone-aware. Counts are taken between given edges; engines know nothing of time zones.
    - **Order.** "date" sorts by publication, newest first, then by serial, highest first; undated articles come last, by
      serial. "score" is the engine's own relevance, with ties in "date" order; scores of different engines cannot be
      compared. `indexer.stored_form.sort_key` is the number behind "date" and `after`.
    - **Equal results.** All engines return the same ids and counts for the same articles and node. All engines reject what
      `indexer.query.tree.check_size` rejects, and a prefix or wildcard in a Phrase or Near that matches more than 16,384
      words, provided that the other places occur in the index.
    - **Errors.** EngineUnavailable (try again later), EngineMisconfigured (for the operator), QueryTooBroad (for the user)
      and, from `add`, ArticlesRefused. No others.
    - **Threads.** A reader's methods may be called from several threads.
    """

    def add(self, articles: Sequence[Article]) -> None:
        """Store the articles, replacing those with the same ids.

        Raises:
            ArticlesRefused: names the rejected articles; earlier versions of them may remain. All others are stored.
        """
        ...

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Replace the themes of the articles with these ids; an unknown id is ignored."""
        ...

    def describe(self, sources: Sequence[Source]) -> bool:
        """Take over the classes and countries of the configured sources.

        Only people who use the index without Parley see them; the results of all other methods stay the same. Articles
        added afterwards have those of their source. Of the articles stored before, one call corrects at most 500.

        Returns:
            Whether there may be more to correct.
        """
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these articles; an unknown id is ignored."""
        ...

    def refresh(self) -> None:
        """Make everything written so far visible to readers."""
        ...

    def keep_readable(self) -> None:
        """Let other accounts read what they may; the indexer calls this every second or so."""
        ...

    def get(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the stored articles among these ids."""
        ...

    def search(self, node: Node, *, limit: int, sort: Sort = "date", after: int | None = None) -> HitPage:
        """Return at most `limit` hits (1 to 1,000) and the exact total; `after` is from the previous page (sort "date")."""
        ...

    def count(self, node: Node) -> int:
        """Return the exact number of matching articles."""
        ...

    def sum_of_serials(self) -> int:
        """Return the sum of the serials of all articles: it tells indices apart that have as many, but not the same ones."""
        ...

    def tally(self, node: Node, field: Tallied) -> dict[str, int]:
        """Return value → number of matching articles with this value of the field; values without articles are left out.

        For the author names of an article, see `indexer.stored_form.author_names`.
        """
        ...

    def tallies(self, within: Node, nodes: Sequence[Node], field: Tallied) -> list[dict[str, int]]:
        """Return for each node the `tally` of the articles that match it and `within`; one request where that is possible."""
        ...

    def histogram(
        self, node: Node, edges: Sequence[datetime], *, field: MomentField = "published", split: Split | None = None
    ) -> dict[str, list[Count]]:
        """Count matching articles between neighbouring edges (start <= field < end), articles and stories.

        Args:
            edges: 2 to 2,000 moments in ascending order; every series has len(edges) - 1 counts, zeros included.
            split: return one series per value of this field. An article with two themes counts in both; values without
                articles between the edges are left out. None returns a single series under the key "".
        """
        ...

    def arrivals(
        self, node: Node, published: Sequence[datetime], collected: Sequence[datetime]
    ) -> list[dict[int, Count]]:
        """Count the articles published between neighbouring edges by when they were collected.

        Args:
            published: edges as in `histogram`.
            collected: edges as in `histogram`.

        Returns:
            For each pair of neighbouring edges of publication: number of the pair of edges of collection → counts; pairs
            without articles are left out.
        """
        ...

    def count_sources(self, node: Node, edges: Sequence[datetime]) -> list[int]:
        """Return the number of sources with a matching article published between neighbouring edges.

        Args:
            edges: as in `histogram`.
        """
        ...

    def scan(self, node: Node) -> Iterator[Article]:
        """Yield every matching article once, by ascending serial, in constant memory; concurrent writes may be visible."""
        ...

    def stamp(self) -> str:
        """Return a text that changes whenever an answer may change: with every refresh() that made a change visible.

        The same text stands for the same articles with the same themes, in every process that reads this index.
        """
        ...

    def find_damage(self) -> list[str]:
        """Return what is wrong with the stored files, a sentence each; empty if nothing is, or if they are on a server."""
        ...

    def close(self) -> None:
        """Release files and connections; afterwards only close may be called."""
        ...


class FreshEngine(Engine, Protocol):
    """A writable index next to the live one; readers keep using the live one until `promote`."""

    def promote(self) -> None:
        """Make this index the live one, atomically and durably, and remove the old one.

        The writer of the old index must be closed first. Open readers switch within a second; this index stays writable.
        """
        ...


class EngineModule(Protocol):
    """The interface of a module in indexer/engines/; the name of the module is the scheme of its addresses."""

    def check(self, url: str) -> None:
        """Raise ConfigError if the address is invalid, without connecting."""
        ...

    def open(self, url: str, *, writable: bool, archive: str | None) -> Engine:
        """Open the index; see `open_engine`."""
        ...

    def fresh(self, url: str, *, archive: str | None) -> FreshEngine:
        """Open an index next to the live one; see `open_fresh`."""
        ...

    def mend(self, url: str) -> str:
        """Find a lost live index again; see `mend_engine`."""
        ...

    def salvage(self, url: str, *, archive: str | None) -> Iterator[Article]:
        """Yield what can be read of damaged indices; see `salvage_engine`."""
        ...

    def retire(self, url: str, *, archive: str | None) -> str:
        """Set damaged indices aside; see `retire_engine`."""
        ...

    def owner(self, url: str) -> str | None:
        """Return the archive of the index; see `owner_of_engine`."""
        ...


def engine_names() -> list[str]:
    """Return the names of all engines."""
    return sorted(module.name for module in pkgutil.iter_modules(importlib.import_module("indexer.engines").__path__))


def check_address(url: str) -> Sequence[Problem]:
    """Return the problems of an engine's address, without connecting."""
    try:
        _module(url).check(url)
    except ConfigError as error:
        return error.problems
    return ()


def open_engine(url: str, *, writable: bool = False, archive: str | None = None) -> Engine:
    """Open the engine at an address such as `tantivy:/data/index` or `elasticsearch://127.0.0.1:9200/parley`.

    The scheme is the name of a module in indexer/engines/. A writable index is created if it does not exist.

    Args:
        archive: id of the archive whose articles the index contains. An index of another archive is refused; a writable one
            that has no id yet gets this one. None opens an index of any archive.

    Raises:
        ConfigError: there is no engine for this scheme.
        EngineUnavailable: the engine does not respond, or the index does not exist and `writable` is False.
        EngineMisconfigured: the index cannot be used as it is.
    """
    return _module(url).open(url, writable=writable, archive=archive)


def open_fresh(url: str, *, archive: str | None = None) -> FreshEngine:
    """Return a writable index next to the live one at this address.

    It is empty, or contains what an interrupted rebuild has written so far.

    Args:
        archive: as in `open_engine`; the live index is refused if it belongs to another archive.

    Raises:
        ConfigError, EngineUnavailable, EngineMisconfigured: as in `open_engine`, but the live index may be of any version.
    """
    return _module(url).fresh(url, archive=archive)


def mend_engine(url: str) -> str:
    """Make the best index at this address live that can be opened, if the live one cannot; return what was done, or "".

    Raises:
        ConfigError: there is no engine for this scheme.
        EngineError: the index cannot be read or written.
    """
    return _module(url).mend(url)


def salvage_engine(url: str, *, archive: str | None) -> Iterator[Article]:
    """Yield the articles that can be read of damaged indices at this address; nothing where none is damaged.

    Some may come twice, the newest first, and some that were deleted.

    Args:
        archive: as in `open_engine`; indices of other archives are left out.

    Raises:
        ConfigError, EngineError: as in `mend_engine`.
    """
    return _module(url).salvage(url, archive=archive)


def owner_of_engine(url: str) -> str | None:
    """Return the id of the archive whose articles the index has, damaged or not; None if there is none, or it is unknown.

    Raises:
        ConfigError, EngineError: as in `mend_engine`.
    """
    return _module(url).owner(url)


def retire_engine(url: str, *, archive: str | None) -> str:
    """Set damaged indices at this address aside; return what was done, or "".

    The indexer fills a new one from the archive. What can be read of them should have been salvaged.

    Args:
        archive: as in `salvage_engine`.

    Raises:
        ConfigError, EngineError: as in `mend_engine`.
    """
    return _module(url).retire(url, archive=archive)


def hide_password(url: str) -> str:
    """Return an engine address without its password, so that it can be printed."""
    address, _, host = url.rpartition("@")
    before, scheme, user = address.partition("://")
    return f"{before}{scheme}{user.partition(':')[0]}@{host}" if scheme else url


def _module(url: str) -> EngineModule:
    scheme, colon, _ = url.partition(":")
    name = {"https": "elasticsearch"}.get(scheme.lower(), scheme.lower()) if colon else ""
    if not name.isidentifier():
        raise ConfigError([Problem("engine", f'"{hide_password(url)}" is not an engine address such as tantivy:PATH')])
    names = engine_names()
    if name not in names:
        advice = f"{suggestion(name, names)} ({', '.join(names)})"
        raise ConfigError([Problem("engine", f'unknown engine "{scheme}" in "{hide_password(url)}"{advice}')])
    return cast(EngineModule, importlib.import_module(f"indexer.engines.{name}"))
