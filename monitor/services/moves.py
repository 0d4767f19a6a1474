"""What moved: every theme in a period against the period before, the surest change first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from config.errors import WrongArgument
from crawler.parse.dates import EARLIEST
from indexer.query.tree import Between
from indexer.trends.keyness import SURE
from monitor.app import App
from monitor.documents.comparisons import VoiceDocument
from monitor.documents.moves import Direction, MoveDocument, MovesDocument
from monitor.documents.trends import BucketDocument, SeriesDocument, SpikeDocument
from monitor.services.compare import compare
from monitor.services.lines import line_of, window_of
from monitor.services.times import before, parse_span
from monitor.services.trends import trend

PERIOD = timedelta(days=7)
COURSE = timedelta(days=60)  # that the lines show at least


def moves(app: App, *, since: str | None = None, until: str | None = None) -> MovesDocument:
    """Return what moved in a period: the last 7 days without a range.

    Raises:
        WrongArgument: the range is not usable, or there is no theme.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    start, end = parse_span(since, until, now=now, zone=app.zone, default=PERIOD)
    if not app.themes:
        raise WrongArgument("there is no theme; `parley themes save` makes one", field="themes")
    until = end.isoformat(timespec="seconds")
    compared = compare(app, since=start.isoformat(timespec="seconds"), until=until)
    first = max(min(before(start, end), end - COURSE), EARLIEST).astimezone(app.zone)
    course = trend(app, since=datetime.combine(first, time(), app.zone).isoformat(), until=until)
    window = window_of(course.series[0].buckets)
    titles = {theme.id: theme.title for theme in app.themes}
    series = {one.theme: one for one in course.series}
    changes = [_move(voice, titles[voice.theme], series[voice.theme], window, start, app) for voice in compared.themes]
    return MovesDocument(
        start=compared.start,
        end=compared.end,
        timezone=app.zone.key,
        articles=compared.total,
        articles_before=compared.total_before,
        sources=len(app.engine.tally(Between("published", start, end), "source")),
        window=window,
        silent=_silent(course.series[0].buckets, before(start, end)),
        moves=tuple(sorted(changes, key=_order)),
        searchable=compared.searchable,
    )


def _move(
    voice: VoiceDocument, title: str, series: SeriesDocument, window: int, start: datetime, app: App
) -> MoveDocument:
    return MoveDocument(
        theme=voice.theme,
        title=title,
        articles=voice.articles,
        articles_before=voice.articles_before,
        share=voice.share,
        share_before=voice.share_before,
        g2=voice.g2,
        direction=_direction(voice.g2),
        spikes=tuple(spike for spike in series.spikes if _ends(spike, app) > start),
        line=line_of(series.buckets, window),
    )


def _direction(g2: float) -> Direction | None:
    if abs(g2) < SURE:
        return None
    return "up" if g2 > 0 else "down"


def _order(move: MoveDocument) -> tuple[bool, float, bool, float, str]:
    """Order by how sure, then by what is unusual, then by size."""
    certainty = -abs(move.g2) if move.direction else 0.0
    return not move.direction, certainty, not move.spikes, -(move.share or 0.0), move.title


def _ends(spike: SpikeDocument, app: App) -> datetime:
    return datetime.combine(spike.end + timedelta(days=1), time(), app.zone)


def _silent(buckets: Sequence[BucketDocument], since: datetime) -> tuple[str, ...]:
    gaps = (gap for bucket in buckets if bucket.end > since for gap in bucket.gaps)
    return tuple(sorted({gap.source for gap in gaps if gap.whole}))
