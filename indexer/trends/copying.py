"""Who publishes first what others copy, and how soon they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from crawler.archive.batches import batches
from indexer.article import Article
from indexer.copies.order import published_by
from indexer.engine import Engine
from indexer.query.tree import Has, Node, all_of


@dataclass(frozen=True, slots=True)
class Copying:
    """A group of sources as first publishers, and as those who copy.

    Attributes:
        copied: stories it was first to publish, of those that another source copied.
        copies: copies its sources published of stories of other sources.
        copied_after: median time until another source first copied one of its stories, in seconds; None where no time is known.
        copies_after: median time after which a source of the group copied a story of another source, in seconds.
        timed: how many of `copied` and `copies` both times are known of to the second; the medians are theirs.
    """

    group: str
    copied: int
    copies: int
    copied_after: float | None
    copies_after: float | None
    timed: tuple[int, int]


@dataclass(slots=True)
class _Tally:
    copied: int = 0
    copies: int = 0
    until_copied: list[float] = field(default_factory=list)
    until_copy: list[float] = field(default_factory=list)


def who_is_first(engine: Engine, copies: Node, group_of: Callable[[Article], str]) -> list[Copying]:
    """Return every group that published a copied story or a copy, those with most copied stories first.

    Args:
        copies: query for the copies that count; their stories count whatever they match.

    Raises:
        EngineError: the engine is unavailable.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    soonest: dict[str, tuple[str, float | None]] = {}  # story → its group, and the least time until a copy
    for story, copy in _pairs(engine, all_of(copies, Has("copy_of"))):
        if story.source == copy.source:
            continue
        seconds = _seconds(story, copy)
        tally = tallies[group_of(copy)]
        tally.copies += 1
        before = soonest.get(story.id, ("", None))[1]
        least = min((one for one in (before, seconds) if one is not None), default=None)
        soonest[story.id] = group_of(story), least
        if seconds is not None:
            tally.until_copy.append(seconds)
    for group, least in soonest.values():
        tallies[group].copied += 1
        if least is not None:
            tallies[group].until_copied.append(least)
    ordered = sorted(tallies.items(), key=lambda item: (-item[1].copied, -item[1].copies, item[0]))
    return [_copying(group, tally) for group, tally in ordered]


def _copying(group: str, tally: _Tally) -> Copying:
    copied, copies = tally.until_copied, tally.until_copy
    return Copying(
        group=group,
        copied=tally.copied,
        copies=tally.copies,
        copied_after=median(copied) if copied else None,
        copies_after=median(copies) if copies else None,
        timed=(len(copied), len(copies)),
    )


def _pairs(engine: Engine, node: Node) -> Iterator[tuple[Article, Article]]:
    for copies in batches(engine.scan(node)):
        stories = engine.get(sorted({copy.copy_of for copy in copies if copy.copy_of}))
        yield from ((stories[copy.copy_of], copy) for copy in copies if copy.copy_of in stories)


def _seconds(story: Article, copy: Article) -> float | None:
    first, second = published_by(story), published_by(copy)
    return max(0.0, (second.at - first.at).total_seconds()) if first.is_exact and second.is_exact else None
