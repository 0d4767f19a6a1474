"""Who leads whom: themes among one another, or one theme among classes, countries or languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from config.errors import WrongArgument
from indexer.article import Article
from indexer.calendar import floor
from indexer.query.tree import TIMED, Between, all_of, any_of
from indexer.trends.calendar import edges_between
from indexer.trends.copying import Copying, who_is_first
from indexer.trends.counting import EDGES_AT_ONCE
from indexer.trends.leading import FEWEST, MOST_LAG, who_leads
from indexer.trends.leads import SHORTEST, Pair
from indexer.trends.splits import UNKNOWN, Among, LeadInterval
from monitor.app import App
from monitor.documents.leads import CopyingDocument, LeadDocument, LeadsDocument
from monitor.services.completeness import searchable
from monitor.services.questions import Questions, resolve
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_span

SPAN: Mapping[LeadInterval, timedelta] = {"day": timedelta(days=180), "hour": timedelta(days=28)}


def leads(
    app: App,
    *,
    themes: Sequence[str] = (),
    queries: Mapping[str, str] | None = None,
    among: Among | None = None,
    interval: LeadInterval = "day",
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
) -> LeadsDocument:
    """Return which groups lead others, as far as chance does not explain it.

    Args:
        themes: ids of themes: one that is followed among groups of sources, or those to compare, all without any.
        queries: name → text of a query.
        among: what the groups are; without it classes for a single theme or query, else themes.
        interval: width of a bucket.
        since: start of the range, as people write it; 180 days before its end without it, or 28 days of hours.
        until: last day or moment of the range; now without it.
        scope: query that everything is counted within; every article without it.

    Raises:
        NotFound: there is no such theme.
        QueryError: a query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    questions = resolve(app, themes, queries or {}, scope)
    among = among or ("class" if len(questions.nodes) == 1 else "theme")
    _check(questions, among)
    start, end = parse_span(since, until, now=now, zone=app.zone, default=SPAN[interval])
    complete = floor(end.astimezone(app.zone), interval)
    if start.astimezone(app.zone) >= complete:
        raise WrongArgument(f"the range has no complete {interval} yet; choose an earlier start", field="since")
    edges = edges_between(start, complete, interval, app.zone)
    if len(edges) > EDGES_AT_ONCE:
        raise WrongArgument(
            f"the range has {len(edges) - 1:,} {interval}s; at most {EDGES_AT_ONCE - 1:,} are compared: choose a shorter one",
            field="since",
        )
    within = all_of(questions.scope, TIMED) if interval == "hour" else questions.scope
    leading = who_leads(
        app.engine,
        questions.nodes,
        among=among,
        interval=interval,
        edges=edges,
        scope=within,
        sources=app.sources,
    )
    node = any_of(*questions.nodes.values())
    copies = all_of(node, questions.scope, Between("published", leading.start, leading.end))
    return LeadsDocument(
        among=among,
        theme=None if among == "theme" else next(iter(questions.nodes)),
        interval=interval,
        start=leading.start,
        end=leading.end,
        timezone=app.zone.key,
        scope=scope,
        buckets=leading.buckets,
        least_buckets=SHORTEST,
        most_lag=MOST_LAG[interval],
        groups=dict(leading.groups),
        left_out=dict(leading.left_out),
        least_articles=FEWEST,
        pairs=tuple(map(_pair, leading.pairs)),
        copying=()
        if among == "theme"
        else tuple(map(_copying, who_is_first(app.engine, copies, _grouping(app, among)))),
        versions=versions_of(app, node, questions.scope, start=leading.start, end=leading.end),
        searchable=searchable(app),
        diagnostics=questions.diagnostics,
    )


def _check(questions: Questions, among: Among) -> None:
    number = len(questions.nodes)
    if among == "theme" and number < 2:
        raise WrongArgument("themes lead one another: give two or more, or none for all of them", field="themes")
    if among != "theme" and number != 1:
        message = f"groups of sources are compared in one theme or query, not in {number}; give one of them"
        raise WrongArgument(message, field="themes")


def _grouping(app: App, among: Among) -> Callable[[Article], str]:
    if among == "language":
        return lambda article: article.language or UNKNOWN
    groups = {source.id: source.source_class if among == "class" else source.country for source in app.sources}
    return lambda article: groups.get(article.source, UNKNOWN)


def _pair(pair: Pair) -> LeadDocument:
    return LeadDocument(
        first=pair.first,
        second=pair.second,
        leads=pair.is_lead,
        related=pair.is_related,
        lag=pair.lag,
        lag_low=pair.low,
        lag_high=pair.high,
        correlation=pair.correlation,
        chance=pair.chance,
    )


def _copying(copying: Copying) -> CopyingDocument:
    return CopyingDocument(
        group=copying.group,
        copied=copying.copied,
        copied_after=copying.copied_after,
        copied_timed=copying.timed[0],
        copies=copying.copies,
        copies_after=copying.copies_after,
        copies_timed=copying.timed[1],
    )
