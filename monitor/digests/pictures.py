"""The charts of a digest as pictures, and what they show in words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.charts.draw import png_file
from monitor.charts.exported import in_light
from monitor.charts.share import share_line
from monitor.documents.digests import DigestDocument
from monitor.documents.moves import MoveDocument, MovesDocument
from monitor.sentences import day_of, percent, sentence

_WIDTH, _HEIGHT = 380, 110  # pixels beside the axis: labels can be read at 375 as at 600, to which it is stretched
_BELOW = 4  # pixels under the days; a picture cuts off the tails of its last letters, which a page lets hang out
_MOST = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a digest.

    Attributes:
        theme: id of the theme that it shows.
        png: the file, with two dots to a pixel.
        caption: what its line is.
        says: what it shows, for those who do not see it.
    """

    theme: str
    png: bytes
    caption: str
    says: str


def pictures(digest: DigestDocument) -> list[Picture]:
    """Return a chart for each of the first happenings, all on one scale."""
    moves = {move.theme: move for move in digest.moves.moves}
    shown = [moves[one.themes[0]] for one in digest.happenings[:_MOST]]
    top = max((point.share or 0 for move in shown for point in move.line), default=0)
    return [_picture(move, digest.moves, top) for move in shown]


def _picture(move: MoveDocument, moved: MovesDocument, top: float) -> Picture:
    spec = {**share_line(move.line, move.spikes, width=_WIDTH, height=_HEIGHT, top=top), "padding": {"bottom": _BELOW}}
    now, before = percent(move.share, moved.articles), percent(move.share_before, moved.articles_before)
    days = f", over {moved.window} days each" if moved.window > 1 else ""
    course = f"share of all articles day by day{days}, since {day_of(move.line[0].start)}"
    says = f"{move.title}: its {course}; {before} before, {now} now."
    return Picture(move.theme, png_file(in_light(spec)), sentence(course), says)
