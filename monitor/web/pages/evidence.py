"""Evidence files: what a page shows, with everything it rests on, as a download."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from indexer.trends.calendar import Interval
from monitor.evidence.asking import article_evidence, search_evidence, trend_evidence
from monitor.evidence.gathering import Evidence
from monitor.evidence.records import Pages
from monitor.services.questions import named_queries
from monitor.web.parameters import Id, Installation, Queries, QueryText, Scope, Since, Themes, Until

router = APIRouter(include_in_schema=False)

PagesIn = Annotated[Pages, Query(description="whose raw pages are in the file")]


@router.get("/evidence/trend")
def prove_trend(
    app: Installation,
    themes: Themes = (),
    queries: Queries = (),
    interval: Interval = "day",
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
    pages: PagesIn = "matching",
) -> StreamingResponse:
    """Return evidence for themes or queries over time."""
    evidence = trend_evidence(
        app,
        themes=themes,
        queries=named_queries(queries),
        interval=interval,
        since=since,
        until=until,
        scope=scope,
        pages=pages,
    )
    return _download(evidence, themes[0] if themes else "trend")


@router.get("/evidence/search")
def prove_search(
    app: Installation, query: QueryText, since: Since = None, until: Until = None, pages: PagesIn = "matching"
) -> StreamingResponse:
    """Return evidence for every article that a query finds."""
    return _download(search_evidence(app, query, since=since, until=until, pages=pages), "search")


@router.get("/evidence/articles/{id}")
def prove_article(app: Installation, id: Id, pages: PagesIn = "matching") -> StreamingResponse:
    """Return evidence for an article."""
    return _download(article_evidence(app, id, pages=pages), id[:12])


def _download(evidence: Evidence, name: str) -> StreamingResponse:
    file = re.sub(r"[^\w-]", "-", name, flags=re.ASCII)
    headers = {"Content-Disposition": f'attachment; filename="{file}.zip"'}
    return StreamingResponse(evidence.pieces(), media_type="application/zip", headers=headers)
