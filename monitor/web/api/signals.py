"""Who leads whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from indexer.trends.leading import Among, LeadInterval
from monitor.documents.leads import LeadsDocument
from monitor.services import leads
from monitor.services.questions import named_queries
from monitor.web.answers import JSON
from monitor.web.parameters import Installation, Queries, Scope, Since, Tag, Themes, Until

router = APIRouter(tags=["signals"])

Groups = Annotated[
    Among | None, Query(description="groups to compare; classes for a single theme or query without it, else themes")
]


@router.get("/leads", response_model=LeadsDocument)
def show_leads(
    app: Installation,
    tag: Tag,
    themes: Themes = (),
    queries: Queries = (),
    among: Groups = None,
    interval: Annotated[LeadInterval, Query(description="width of a bucket")] = "day",
    since: Since = None,
    until: Until = None,
    scope: Scope = None,
) -> JSON:
    """Return which groups lead others, as far as chance does not explain it, and who is first to publish."""
    document = leads.leads(
        app,
        themes=themes,
        queries=named_queries(queries),
        among=among,
        interval=interval,
        since=since,
        until=until,
        scope=scope,
    )
    return JSON(document, headers={"ETag": tag})
