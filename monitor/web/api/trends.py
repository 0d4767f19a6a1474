"""Themes and queries over time, what made them move, and how they compare."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from indexer.trends.calendar import Interval
from indexer.trends.spikes import Sensitivity
from indexer.trends.splits import By
from monitor.csv_rows import csv_lines
from monitor.documents.comparisons import ComparisonDocument
from monitor.documents.contrasts import ContrastDocument
from monitor.documents.explanations import ExplanationDocument
from monitor.documents.moves import MovesDocument
from monitor.documents.trends import TrendDocument
from monitor.services import compare, contrasts, moves, trends, why
from monitor.services.questions import named_queries
from monitor.web.answers import JSON
from monitor.web.parameters import (
    Installation,
    Queries,
    Scope,
    Since,
    Steady,
    SteadyInRange,
    Tag,
    Themes,
    Until,
    Within,
)

router = APIRouter(tags=["trends"])

_GROUP = "a class of sources, or a language as ISO 639-1; both of one kind"

Width = Annotated[Interval, Query(description="width of a bucket", examples=["day"])]
Split = Annotated[
    By | None,
    Query(description="adds a series for each of the largest groups, and one for the rest", examples=["class"]),
]
Largest = Annotated[int, Query(description="number of groups that have a series", examples=[8], ge=1, le=100)]
Corrected = Annotated[
    bool, Query(description="whether to give the share over the sources that delivered throughout", examples=[True])
]
Readiness = Annotated[Sensitivity, Query(description="how readily spikes are reported", examples=["medium"])]
Form = Annotated[
    str,
    Query(alias="format", description="JSON, or one line of CSV per bucket", examples=["csv"], pattern="^(json|csv)$"),
]


@router.get(
    "/trends", response_model=TrendDocument, responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
)
def trend(
    app: Installation,
    tag: Tag,
    themes: Themes = (),
    queries: Queries = (),
    interval: Width = "day",
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
    split: Split = None,
    largest: Largest = trends.LARGEST,
    corrected: Corrected = False,
    steady: SteadyInRange = False,
    sensitivity: Readiness = "medium",
    form: Form = "json",
) -> Response:
    """Return themes and queries over time, as shares of everything that matches the scope; all themes without either."""
    document = trends.trend(
        app,
        themes=themes,
        queries=named_queries(queries),
        interval=interval,
        since=since,
        until=until,
        scope=scope,
        split=split,
        largest=largest,
        corrected=corrected,
        steady=steady,
        sensitivity=sensitivity,
    )
    if form == "json":
        return JSON(document, headers={"ETag": tag})
    lines = "".join(csv_lines(trends.COLUMNS, trends.rows(document)))
    return Response(lines.encode("utf-8", "replace"), media_type="text/csv; charset=utf-8", headers={"ETag": tag})


@router.get("/why", response_model=ExplanationDocument)
def explain(
    app: Installation,
    tag: Tag,
    themes: Themes = (),
    queries: Queries = (),
    on: Annotated[
        str | None,
        Query(description="a moment; the span is the bucket that contains it", examples=["2026-11-20"], max_length=64),
    ] = None,
    interval: Width = "day",
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
) -> JSON:
    """Return what makes a span of one theme or query differ from the weeks before; its latest spike without a time."""
    document = why.why(
        app,
        themes=themes,
        queries=named_queries(queries),
        on=on,
        interval=interval,
        since=since,
        until=until,
        scope=scope,
    )
    return JSON(document, headers={"ETag": tag})


@router.get("/compare", response_model=ComparisonDocument)
def compare_themes(
    app: Installation,
    tag: Tag,
    themes: Themes = (),
    queries: Queries = (),
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
) -> JSON:
    """Compare themes and queries over a span; all themes without any."""
    document = compare.compare(
        app, themes=themes, queries=named_queries(queries), since=since, until=until, scope=scope
    )
    return JSON(document, headers={"ETag": tag})


@router.get("/contrast", response_model=ContrastDocument)
def contrast_groups(
    app: Installation,
    tag: Tag,
    first: Annotated[str, Query(description=_GROUP, examples=["state"], max_length=64)],
    second: Annotated[str, Query(description=_GROUP, examples=["independent"], max_length=64)],
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
) -> JSON:
    """Return the share of every theme in two groups of articles: of two classes of sources, or in two languages."""
    document = contrasts.contrast(app, first, second, since=since, until=until, scope=scope)
    return JSON(document, headers={"ETag": tag})


@router.get("/moves", response_model=MovesDocument)
def show_moves(
    app: Installation,
    tag: Tag,
    since: Since = None,
    until: Until = None,
    scope: Within = None,
    steady: Steady = False,
) -> JSON:
    """Return what moved: every theme in a period, the last 7 days without a range, against the period before."""
    document = moves.moves(app, since=since, until=until, scope=scope, steady=steady)
    return JSON(document, headers={"ETag": tag})
