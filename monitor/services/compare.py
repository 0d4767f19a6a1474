"""Comparisons: how much of the talk each theme has, and how often two come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from indexer.trends import compare as counting
from indexer.trends.compare import Pair, Voice
from monitor.app import App
from monitor.documents.comparisons import ComparisonDocument, PairDocument, VoiceDocument
from monitor.documents.versions import VersionsDocument
from monitor.services.completeness import searchable
from monitor.services.questions import resolve
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_span

SPAN = timedelta(days=30)


def compare(
    app: App,
    *,
    themes: Sequence[str] = (),
    queries: Mapping[str, str] | None = None,
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
) -> ComparisonDocument:
    """Compare themes and queries over a range; without any, compare all themes.

    Args:
        themes: ids of themes.
        queries: name → text of a query.
        since: start of the span, as people write it: `2026-11-01`, `7d`; 30 days before its end without it.
        until: last day or moment of the span; now without it.
        scope: query that the shares are shares of; every article without it.

    Raises:
        NotFound: there is no such theme.
        QueryError: a query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    start, end = parse_span(since, until, now=datetime.now(UTC), zone=app.zone, default=SPAN)
    questions = resolve(app, themes, queries or {}, scope)
    comparison = counting.compare(app.engine, questions.nodes, start=start, end=end, scope=questions.scope)
    return ComparisonDocument(
        start=start.astimezone(app.zone),
        end=end.astimezone(app.zone),
        timezone=app.zone.key,
        scope=scope,
        total=comparison.total,
        total_before=comparison.total_before,
        articles=comparison.any,
        themes=tuple(
            _voice(voice, versions_of(app, questions.nodes[voice.name], questions.scope, start=start, end=end))
            for voice in comparison.voices
        ),
        pairs=tuple(map(_pair, comparison.pairs)),
        searchable=searchable(app),
        diagnostics=questions.diagnostics,
    )


def _voice(voice: Voice, versions: VersionsDocument) -> VoiceDocument:
    return VoiceDocument(
        theme=voice.name,
        articles=voice.articles,
        stories=voice.stories,
        share=voice.share,
        share_before=voice.before,
        articles_before=voice.change.elsewhere,
        g2=voice.change.g2,
        share_of_voice=voice.voice,
        versions=versions,
    )


def _pair(pair: Pair) -> PairDocument:
    return PairDocument(
        themes=(pair.first, pair.second),
        articles=pair.articles,
        lift=pair.lift,
        overlap=pair.overlap,
        g2=pair.together.g2,
    )
