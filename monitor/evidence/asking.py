"""Evidence for what commands and pages ask, with their arguments as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from config.errors import WrongArgument
from indexer.trends.calendar import DEFAULT_SPAN, Interval, edges_between
from indexer.trends.spikes import Sensitivity
from indexer.trends.splits import By
from monitor.app import App
from monitor.evidence.gathering import QUARTER, Evidence, gather, moment_of
from monitor.evidence.records import Pages, Question
from monitor.services.articles import find_article
from monitor.services.times import parse_range, parse_span
from monitor.services.trends import LARGEST


def trend_evidence(
    app: App,
    *,
    themes: Sequence[str] = (),
    queries: Mapping[str, str] | None = None,
    interval: Interval = "day",
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
    split: By | None = None,
    largest: int = LARGEST,
    corrected: bool = False,
    sensitivity: Sensitivity = "medium",
    pages: Pages = "matching",
) -> Evidence:
    """Return evidence for what `monitor.services.trends.trend` returns for the same arguments.

    Args:
        pages: whose raw pages are in the file.

    Raises:
        NotFound, QueryError, WrongArgument, EngineError: as in `trend`; a theme or query must be given.
        EngineUnavailable: the index changes all the time.
    """
    start, end = parse_span(since, until, now=_quarter() + QUARTER, zone=app.zone, default=DEFAULT_SPAN[interval])
    last = edges_between(start, end, interval, app.zone)[-1].astimezone(UTC)
    question = Question(
        kind="trend",
        themes=tuple(dict.fromkeys(themes)),
        queries=dict(queries or {}),
        interval=interval,
        start=start,
        end=end,
        now=moment_of(datetime.now(UTC), last),
        timezone=app.zone.key,
        scope=scope,
        split=split,
        largest=largest,
        corrected=corrected,
        sensitivity=sensitivity,
        pages=pages,
    )
    return gather(app, question)


def search_evidence(
    app: App, query: str, *, since: str | None = None, until: str | None = None, pages: Pages = "matching"
) -> Evidence:
    """Return evidence for every article that a search finds.

    Raises:
        QueryError, WrongArgument, EngineError: as in `monitor.services.search.search`.
        EngineUnavailable: the index changes all the time.
    """
    start, end = parse_range(since, until, now=_quarter(), zone=app.zone)
    question = Question(
        kind="search",
        queries={"query": query},
        start=start,
        end=end,
        now=moment_of(datetime.now(UTC), end),
        timezone=app.zone.key,
        pages=_without_others(pages),
    )
    return gather(app, question)


def article_evidence(app: App, id: str, *, pages: Pages = "matching") -> Evidence:
    """Return evidence for an article, with the stories it copies or carries and the articles that copy or carry it.

    Args:
        id: id of the article, at least its first 8 characters, or its address.

    Raises:
        NotFound, WrongArgument, Refused, EngineError: as in `monitor.services.articles.find_article`.
        EngineUnavailable: the index changes all the time.
    """
    article = find_article(app, id)
    question = Question(
        kind="article",
        article=article.id,
        now=article.collected.astimezone(UTC),
        timezone=app.zone.key,
        pages=_without_others(pages),
    )
    return gather(app, question)


def _quarter() -> datetime:
    return moment_of(datetime.now(UTC), None)


def _without_others(pages: Pages) -> Pages:
    if pages == "all":
        raise WrongArgument("only a trend counts articles that do not match", field="pages")
    return pages
