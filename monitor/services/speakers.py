"""Who speaks about a theme: its articles by class, country, language or source, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

from babel import Locale

from indexer.trends.splits import UNKNOWN
from monitor.app import App
from monitor.documents.speakers import By, SpeakerDocument, SpeakersDocument, SpeakerWeekDocument
from monitor.documents.trends import BucketDocument, SeriesDocument, TrendDocument
from monitor.services.queries import clause
from monitor.services.trends import LARGEST, trend

_FEW = 10  # articles below which a group is not ranked, and a week has no share
_ENOUGH = 50  # articles a week from which on shares are drawn
_ENGLISH = Locale("en")


def speakers(
    app: App,
    theme: str,
    *,
    by: By,
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
    largest: int = LARGEST,
) -> SpeakersDocument:
    """Return the articles about a theme by group; weeks are whole, so the range may grow.

    Args:
        since: start of the range, as people write it: `2026-11-01`, `60d`; 26 weeks without it.
        until: last day or moment of the range; now without it.
        scope: query that everything is counted within; every article without it.
        largest: groups that stand on their own, 1 or more.

    Raises:
        NotFound: there is no such theme.
        QueryError: the scope is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    trended = trend(
        app, themes=[theme], interval="week", since=since, until=until, scope=scope, split=by, largest=largest
    )
    parts = [series for series in trended.series if series.split]
    values = [series.split.value for series in parts if series.split]
    groups = [_group(app, series, by, _query(trended, by, series, values)) for series in parts]
    weeks = sum(len(group.weeks) for group in groups)
    is_dense = weeks > 0 and sum(group.total for group in groups) / weeks >= _ENOUGH
    return SpeakersDocument(
        theme=theme,
        by=by,
        start=trended.start,
        end=trended.end,
        timezone=trended.timezone,
        measure="share" if is_dense else "articles",
        top=max(((week.share or 0.0) if is_dense else week.total for one in groups for week in one.weeks), default=0),
        groups=tuple(sorted(groups, key=_order)),
    )


def _group(app: App, series: SeriesDocument, by: By, query: str | None) -> SpeakerDocument:
    articles = sum(bucket.articles for bucket in series.buckets)
    total = sum(bucket.total for bucket in series.buckets)
    value = series.split.value if series.split else None
    return SpeakerDocument(
        value=value,
        label="All others" if value is None else _label(app, by, value),
        query=query,
        articles=articles,
        total=total,
        share=articles / total if total else None,
        is_small=total < _FEW,
        weeks=tuple(map(_week, series.buckets)),
    )


def _week(bucket: BucketDocument) -> SpeakerWeekDocument:
    return SpeakerWeekDocument(
        start=bucket.start,
        articles=bucket.articles,
        total=bucket.total,
        share=bucket.share if bucket.total >= _FEW else None,
        partial=bucket.partial,
    )


def _query(trended: TrendDocument, by: By, series: SeriesDocument, values: Sequence[str | None]) -> str | None:
    """Return what finds the articles of a group; None where it belongs to sources that are not configured any more."""
    value = series.split.value if series.split else None
    known = [one for one in ([value] if value else values) if one is not None]
    if by in ("class", "country") and UNKNOWN in known:
        return None
    sign = "" if value else "-"
    clauses = (f"{sign}{clause(by, one)}" for one in known)
    scope = (f"({trended.scope})",) if trended.scope else ()
    return " ".join((f"theme:{series.theme}", *clauses, *scope, *_days(trended)))


def _days(trended: TrendDocument) -> list[str]:
    """Return the clauses of a query for the days of a trend; one that goes on to now has no last day."""
    first = f"published:>={trended.start:%Y-%m-%d}"
    goes_on = trended.end.time() != time()
    return [first] if goes_on else [first, f"published:<={trended.end - timedelta(days=1):%Y-%m-%d}"]


def _label(app: App, by: By, value: str) -> str:
    if by == "source":
        return next((source.name for source in app.sources if source.id == value), value)
    if by == "class":
        return value.capitalize()
    return str((_ENGLISH.territories if by == "country" else _ENGLISH.languages).get(value, value.capitalize()))


def _order(group: SpeakerDocument) -> tuple[bool, bool, float, str]:
    """Order by how much of what a group publishes is about the theme, where it publishes enough to say so."""
    return group.value is None, group.is_small, -(group.share or 0.0), group.label
