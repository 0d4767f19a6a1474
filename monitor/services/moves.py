"""What moved: every theme in a period against the period before, the surest change first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta

from config.errors import WrongArgument
from crawler.parse.dates import EARLIEST
from indexer.query.tree import Between, Node, all_of
from indexer.trends.keyness import SURE
from monitor.app import App
from monitor.documents.comparisons import VoiceDocument
from monitor.documents.moves import Direction, MoveDocument, MovesDocument, PointDocument
from monitor.documents.trends import BucketDocument, PanelDocument, SpikeDocument, TrendDocument
from monitor.services.compare import compare
from monitor.services.lines import line_of, window_of
from monitor.services.questions import resolve
from monitor.services.steady import steady_sources, with_gaps_of, within
from monitor.services.times import before, parse_span
from monitor.services.trends import trend

PERIOD = timedelta(days=7)
COURSE = timedelta(days=60)  # that the lines show at least


def moves(
    app: App, *, since: str | None = None, until: str | None = None, scope: str | None = None, steady: bool = False
) -> MovesDocument:
    """Return what moved in a period: the last 7 days without a range.

    Args:
        scope: query that everything is counted within; every article without it.
        steady: whether to count only the sources that delivered throughout the period and the one before.

    Raises:
        QueryError: the scope is invalid.
        WrongArgument: the range is not usable, or there is no theme.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    start, end = parse_span(since, until, now=now, zone=app.zone, default=PERIOD)
    if not app.themes:
        raise WrongArgument("there is no theme; `parley themes save` makes one", field="themes")
    until = end.isoformat(timespec="seconds")
    questions = resolve(app, (), {}, scope)
    panel = steady_sources(app, questions.scope, before(start, end), end) if steady else None
    counted = within(scope, panel)
    compared = compare(app, since=start.isoformat(timespec="seconds"), until=until, scope=counted)
    first = max(min(before(start, end), end - COURSE), EARLIEST).astimezone(app.zone)
    course = trend(app, since=datetime.combine(first, time(), app.zone).isoformat(), until=until, scope=counted)
    buckets = {one.theme: one.buckets for one in course.series}
    if counted is not None:
        sources = panel.sources if panel else _publishers(app, questions.scope, course)
        buckets = {theme: with_gaps_of(sources, series) for theme, series in buckets.items()}
    some = next(iter(buckets.values()))
    window = window_of(some)
    titles = {theme.id: theme.title for theme in app.themes}
    spikes = {one.theme: one.spikes for one in course.series}
    changes = [
        _move(
            voice,
            titles[voice.theme],
            [spike for spike in spikes[voice.theme] if _ends(spike, app) > start],
            line_of(buckets[voice.theme], window),
        )
        for voice in compared.themes
    ]
    within_period = all_of(questions.scope, Between("published", start, end))
    publishers = app.engine.tally(within_period, "source").keys()
    return MovesDocument(
        start=compared.start,
        end=compared.end,
        timezone=app.zone.key,
        scope=scope,
        steady=steady,
        articles=compared.total,
        articles_before=compared.total_before,
        sources=len(publishers & set(panel.sources) if panel else publishers),
        window=window,
        silent=_silent(some, before(start, end)),
        panel=panel,
        moves=tuple(sorted(changes, key=_order)),
        searchable=compared.searchable,
        diagnostics=questions.diagnostics,
    )


def steady_in_both(app: App, moved: MovesDocument) -> PanelDocument:
    """Return which sources delivered throughout the two periods, where all were counted.

    Raises:
        EngineError: the engine cannot be asked.
    """
    scope = resolve(app, (), {}, moved.scope).scope
    start, end = moved.start.astimezone(UTC), moved.end.astimezone(UTC)
    return steady_sources(app, scope, before(start, end), end)


def _publishers(app: App, scope: Node, course: TrendDocument) -> Collection[str]:
    """Return the sources with an article of the scope in the course: others that are silent take nothing from it."""
    span = Between("published", course.start.astimezone(UTC), course.end.astimezone(UTC))
    return app.engine.tally(all_of(scope, span), "source").keys()


def _move(
    voice: VoiceDocument, title: str, spikes: Sequence[SpikeDocument], line: tuple[PointDocument, ...]
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
        spikes=tuple(spikes),
        line=line,
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
