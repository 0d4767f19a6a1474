"""What a chart says about its spikes: the headline that most outlets carried, and how many stories there were."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from monitor.app import App
from monitor.charts.frame import Spec, instant
from monitor.charts.share import midnight
from monitor.documents.escapes import one_line
from monitor.documents.trends import SpikeDocument
from monitor.sentences import counted, expectation
from monitor.services.search import search

MOST = 3  # spikes of a chart that are described, the surest
_LOOKED_AT = 100  # newest stories of a spike among which the one that was carried most is sought
_LINE, _LINES = 34, 3  # letters of a line, and lines, of a headline
_HEADLINE, _LETTER = 18, 7.6  # pixels: height of a line of a headline, mean width of a letter
_AIR = 10  # pixels between a note and its spike
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Note:
    """What is said about a spike.

    Attributes:
        headline: in lines, as the outlet that published first has it; empty where nobody carried a story of another.
        says: when it was, and how many stories there were and would be usual.
    """

    start: date
    end: date
    headline: Sequence[str]
    says: str

    @property
    def width(self) -> float:
        """Its width in pixels."""
        return _LETTER * max(map(len, (*self.headline, self.says)))

    @property
    def height(self) -> float:
        """Its height in pixels."""
        return _HEADLINE * len(self.headline) + 22


def notes_of(app: App, theme: str, spikes: Sequence[SpikeDocument], *, clauses: str = "") -> list[Note]:
    """Return notes on the surest spikes of a theme, the surest first.

    Args:
        clauses: of a query for what the spikes were counted in; every article without them.

    Raises:
        EngineError: the engine cannot be asked.
    """
    query = f"theme:{theme} is:story{clauses}"
    return [_note(app, query, spike) for spike in sorted(spikes, key=lambda spike: spike.chance)[:MOST]]


def _note(app: App, query: str, spike: SpikeDocument) -> Note:
    stories = search(app, query, since=f"{spike.start}", until=f"{spike.end}", limit=_LOOKED_AT).hits
    first = max(stories, key=lambda story: story.copies, default=None)
    headline = f"“{one_line(first.title)}”" if first and first.copies and first.title else ""
    says = f"{_days(spike)}: {counted(spike.stories, 'story', 'stories')}, {expectation(spike.expected)} usual"
    return Note(spike.start, spike.end, textwrap.wrap(headline, _LINE, max_lines=_LINES, placeholder=" …”"), says)


def _days(spike: SpikeDocument) -> str:
    first, last = spike.start, spike.end
    if first == last:
        return f"{first.day} {first:%b}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%b}'}–{last.day} {last:%b}"


def note_layers(notes: Sequence[Note], start: datetime, end: datetime, width: int, x: Spec) -> list[dict[str, Any]]:
    """Return the notes as text beside their spikes, on the emptier side, each below those that it would meet."""
    layers: list[dict[str, Any]] = []
    placed: list[tuple[float, float, float, float]] = []  # left, right, top, bottom
    for note in notes:
        day, is_left = _anchor(note, start, end)
        edge = (day - start) / (end - start) * width
        left = edge - _AIR - note.width if is_left else edge + _AIR
        if not 0 <= left <= width - note.width:
            continue
        top = _free_from(placed, left, left + note.width, note.height)
        placed.append((left, left + note.width, top, top + note.height))
        layers += _texts(note, day, x, top, is_left=is_left)
    return layers


def number_layer(notes: Sequence[Note], start: datetime, x: Spec) -> dict[str, Any]:
    """Return the notes of a narrow chart: a number at each spike, which a list beside the chart explains."""
    values = [
        {"day": instant(midnight(note.start, start) + (note.end - note.start + _DAY) / 2), "text": str(number)}
        for number, note in enumerate(notes, 1)
    ]
    mark = {"type": "text", "baseline": "top", "dy": 3, "fontWeight": "bold", "color": "var(--accent)"}
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}},
    }


def _anchor(note: Note, start: datetime, end: datetime) -> tuple[datetime, bool]:
    """Return at which edge of the spike its note stands, and whether that is the left one."""
    first, last = midnight(note.start, start), midnight(note.end + _DAY, start)
    is_left = first - start > end - last
    return (first, True) if is_left else (last, False)


def _free_from(placed: Sequence[tuple[float, float, float, float]], left: float, right: float, height: float) -> float:
    top = 8.0
    for other in sorted(placed, key=lambda one: one[2]):
        if left < other[1] + _AIR and right > other[0] - _AIR and top < other[3] and top + height > other[2]:
            top = other[3] + 6
    return top


def _texts(note: Note, day: datetime, x: Spec, top: float, *, is_left: bool) -> list[dict[str, Any]]:
    shared = {
        "type": "text",
        "align": "right" if is_left else "left",
        "dx": -_AIR if is_left else _AIR,
        "baseline": "top",
    }
    headline = {"text": note.headline, "font": "serif", "fontSize": 14, "lineHeight": _HEADLINE, "color": "var(--ink)"}
    says = {"text": note.says, "color": "var(--accent)", "fontWeight": "bold"}
    place = {"x": x, "y": {"value": top}}
    data = {"values": [{"day": instant(day)}]}
    layers = [
        {"data": data, "mark": shared | headline, "encoding": place},
        {
            "data": data,
            "mark": shared | says | {"dy": _HEADLINE * len(note.headline) + 2},
            "encoding": place,
        },
    ]
    return layers if note.headline else layers[1:]
