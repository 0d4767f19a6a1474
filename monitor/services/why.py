"""Explanations: what makes a day, a week or a spike of a theme differ from the weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from config.errors import NotFound, WrongArgument
from indexer.calendar import after, floor
from indexer.query.tree import TIMED, all_of
from indexer.trends.calendar import Interval
from indexer.trends.keyness import Keyness
from indexer.trends.keywords import KeyWord
from indexer.trends.series import trend
from indexer.trends.why import KeyGroup, SpanStory, Why
from indexer.trends.why import why as explain
from monitor.app import App
from monitor.documents.explanations import (
    ComparedDocument,
    ExplanationDocument,
    KeySourceDocument,
    KeyThemeDocument,
    KeyWordDocument,
    TopStoryDocument,
)
from monitor.services.completeness import nothing_yet, searchable
from monitor.services.precedence import related
from monitor.services.questions import Questions, resolve
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_period, parse_span, until_now

RECENT = timedelta(days=90)  # in which the latest spike is looked for


def why(
    app: App,
    *,
    themes: Sequence[str] = (),
    queries: Mapping[str, str] | None = None,
    on: str | None = None,
    interval: Interval = "day",
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
) -> ExplanationDocument:
    """Return what makes the stories of a span differ from those of the weeks before.

    Args:
        themes: id of the theme, one.
        queries: name and text of a query, one, instead of a theme.
        on: a moment; the range is the bucket that contains it. Without any time, it is the latest spike of the last 90 days.
        interval: width of that bucket.
        since: start of the span, instead of `on`; a day before its end without it.
        until: last day or moment of the span; now without it.
        scope: query that everything is counted within; every article without it.

    Raises:
        NotFound: there is no such theme, or it has no spike and no time is given.
        QueryError: a query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    questions = resolve(app, themes, queries or {}, scope, every_theme=False)
    if len(questions.nodes) > 1:
        message = f"one theme or query can be explained at a time, not {', '.join(questions.nodes)}"
        raise WrongArgument(message, field="themes")
    [(name, node)] = questions.nodes.items()
    start, end = _span(app, questions, now, on=on, interval=interval, since=since, until=until)
    within = all_of(questions.scope, TIMED) if interval == "hour" else questions.scope
    reasons = explain(app.engine, node, start=start, end=end, words=app.morphology, scope=within)
    first = min(reasons.here.start, reasons.elsewhere.start)
    return ExplanationDocument(
        theme=name,
        start=reasons.here.start.astimezone(app.zone),
        end=reasons.here.end.astimezone(app.zone),
        timezone=app.zone.key,
        scope=scope,
        stories=reasons.here.number,
        expected=reasons.expected,
        compared_with=_compared(app, reasons),
        words=tuple(map(_word, reasons.words)),
        top_stories=tuple(map(_story, reasons.stories)),
        sources=tuple(map(_source, reasons.sources)),
        themes=tuple(map(_theme, reasons.themes)),
        versions=versions_of(app, node, questions.scope, start=first, end=reasons.here.end),
        searchable=searchable(app),
        diagnostics=questions.diagnostics,
    )


def _span(
    app: App,
    questions: Questions,
    now: datetime,
    *,
    on: str | None,
    interval: Interval,
    since: str | None,
    until: str | None,
) -> tuple[datetime, datetime]:
    if on and (since or until):
        raise WrongArgument("give either one moment within a bucket or a start and an end, not both", field="on")
    if since or until:
        return parse_span(since, until, now=now, zone=app.zone, default=timedelta(days=1))
    if on:
        period = parse_period(on, now=now, zone=app.zone, field="on")
        local = floor(period.start.astimezone(app.zone), interval)
        start, end = local.astimezone(UTC), max(period.end, after(local, interval).astimezone(UTC))
    else:
        start, end = _latest_spike(app, questions, now)
    return start, until_now(start, end, now=now, zone=app.zone, field="on")


def _latest_spike(app: App, questions: Questions, now: datetime) -> tuple[datetime, datetime]:
    [series] = trend(
        app.engine,
        questions.nodes,
        interval="day",
        since=now - RECENT,
        until=now,
        zone=app.zone,
        now=now,
        scope=questions.scope,
        cover=app.coverage,
    ).series
    if not series.spikes:
        message = f"{series.name} has no spike in the last {RECENT.days} days; give a day (`on`), such as 2026-11-01"
        raise NotFound(nothing_yet(app) or message, field="on")
    spike = series.spikes[-1]
    first, last = (datetime.combine(day, time(), app.zone) for day in (spike.start, spike.end))
    return first.astimezone(UTC), after(last, "day").astimezone(UTC)


def _compared(app: App, reasons: Why) -> ComparedDocument:
    elsewhere = reasons.elsewhere
    return ComparedDocument(
        basis="weeks_before" if reasons.is_before else "rest_of_span",
        start=elsewhere.start.astimezone(app.zone),
        end=elsewhere.end.astimezone(app.zone),
        stories=elsewhere.number,
    )


def _times(keyness: Keyness) -> float | None:
    return 2**keyness.log_ratio if keyness.elsewhere else None


def _word(word: KeyWord) -> KeyWordDocument:
    return KeyWordDocument(
        word=word.word,
        language=word.language,
        forms=tuple(sorted(word.forms)),
        stories=word.keyness.here,
        expected=word.keyness.expected,
        times=_times(word.keyness),
        g2=word.keyness.g2,
        log_ratio=word.keyness.log_ratio,
        ids=word.ids,
    )


def _source(source: KeyGroup) -> KeySourceDocument:
    return KeySourceDocument(
        source=source.name,
        articles=source.keyness.here,
        expected=source.keyness.expected,
        times=_times(source.keyness),
        g2=source.keyness.g2,
        log_ratio=source.keyness.log_ratio,
        ids=source.ids,
    )


def _theme(theme: KeyGroup) -> KeyThemeDocument:
    return KeyThemeDocument(
        theme=theme.name,
        stories=theme.keyness.here,
        expected=theme.keyness.expected,
        times=_times(theme.keyness),
        g2=theme.keyness.g2,
        log_ratio=theme.keyness.log_ratio,
        ids=theme.ids,
    )


def _story(story: SpanStory) -> TopStoryDocument:
    return TopStoryDocument(**dict(related(story.article)), articles=story.articles, words=story.words)
