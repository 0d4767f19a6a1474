"""Search, and what can be said about a query without asking for articles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from indexer.engine import Sort
from monitor.documents.articles import SearchDocument
from monitor.documents.facets import FacetsDocument
from monitor.documents.queries import ExplainDocument, LintDocument
from monitor.services import facets, queries, search
from monitor.web.answers import JSON
from monitor.web.parameters import Installation, QueryText, Since, Tag, Until

router = APIRouter(tags=["search"])


@router.get("/search", response_model=SearchDocument)
def search_articles(
    app: Installation,
    tag: Tag,
    query: QueryText,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, Query(description="hits on the page", examples=[20], ge=1, le=search.MOST)] = 20,
    sort: Annotated[Sort, Query(description="newest or most relevant first", examples=["date"])] = "date",
    cursor: Annotated[
        int | None, Query(description="`next` of the page before", examples=[41_310], ge=0, lt=2**63)
    ] = None,
) -> JSON:
    """Return one page of the articles that match a query."""
    page = search.search(app, query, since=since, until=until, limit=limit, sort=sort, cursor=cursor)
    return JSON(page, headers={"ETag": tag})


@router.get("/explain", response_model=ExplainDocument)
def explain_query(app: Installation, tag: Tag, query: QueryText) -> JSON:
    """Return how a query is interpreted, with all forms of its words and the number of articles of each clause."""
    return JSON(queries.explain(app, query), headers={"ETag": tag})


@router.get("/lint", response_model=LintDocument)
def lint_query(app: Installation, query: QueryText) -> JSON:
    """Return what is wrong or doubtful about a query, which is not run."""
    return JSON(queries.lint(app, query))


@router.get("/facets", response_model=FacetsDocument)
def count_facets(app: Installation, tag: Tag, query: QueryText, since: Since = None, until: Until = None) -> JSON:
    """Return the articles of a query by class, country, language, theme, source and time."""
    return JSON(facets.facets(app, query, since=since, until=until), headers={"ETag": tag})
