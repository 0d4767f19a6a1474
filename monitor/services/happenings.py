"""What happened in a period: themes that moved, those that the same stories moved as one, each with its headlines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from monitor.app import App
from monitor.documents.articles import HitDocument
from monitor.documents.moves import MoveDocument, MovesDocument
from monitor.services.search import search
from monitor.services.steady import clauses
from monitor.services.times import before

_HEADLINES = 3
_LOOKED_AT = 100  # newest stories that headlines are chosen from


@dataclass(frozen=True, slots=True)
class Happening:
    """A theme that moved, and those that the same stories moved in the same way.

    Attributes:
        headlines: of as many languages and classes as there are, the most copied first; for a fall, those of the period before.
    """

    move: MoveDocument
    also: Sequence[MoveDocument]
    headlines: Sequence[HitDocument]


def happenings(app: App, moved: MovesDocument) -> list[Happening]:
    """Return what moved: the surest rises, then spikes, then the surest falls.

    Raises:
        EngineError: the engine cannot be asked.
    """
    items: list[Happening] = []
    for move in sorted((one for one in moved.moves if one.direction or one.spikes), key=_rank):
        headlines = _headlines(app, move, moved)
        stories = {hit.id for hit in headlines}
        same = next((item for item in items if _is_same(item, move, stories)), None)
        if same:
            items[items.index(same)] = replace(same, also=(*same.also, move))
        else:
            items.append(Happening(move, (), headlines))
    return items


def _rank(move: MoveDocument) -> int:
    return {"up": 0, None: 1, "down": 2}[move.direction]


def _is_same(item: Happening, move: MoveDocument, stories: Collection[str]) -> bool:
    return item.move.direction == move.direction and {hit.id for hit in item.headlines} == stories != set()


def _headlines(app: App, move: MoveDocument, moved: MovesDocument) -> list[HitDocument]:
    start, end = moved.start, moved.end
    if move.direction == "down":
        start, end = before(start, end), start
    since, until = (moment.isoformat(timespec="seconds") for moment in (start, end))
    page = search(
        app,
        f"theme:{move.theme} is:story{clauses(moved.scope, moved.panel)}",
        since=since,
        until=until,
        limit=_LOOKED_AT,
    )
    most_carried_first = sorted(page.hits, key=lambda hit: -hit.copies)
    chosen: list[HitDocument] = []
    for is_new in (_has_new_language, _has_new_class, lambda *_: True):
        for hit in most_carried_first:
            if len(chosen) < _HEADLINES and hit not in chosen and is_new(hit, chosen):
                chosen.append(hit)
    return chosen


def _has_new_language(hit: HitDocument, chosen: Sequence[HitDocument]) -> bool:
    return hit.language not in {one.language for one in chosen}


def _has_new_class(hit: HitDocument, chosen: Sequence[HitDocument]) -> bool:
    return hit.source_class not in {one.source_class for one in chosen}
