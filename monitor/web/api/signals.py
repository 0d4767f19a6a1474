"""Digests, what is new, and who leads whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from indexer.trends.splits import Among, LeadInterval
from monitor.documents.digests import DigestDocument
from monitor.documents.emerging import EmergingDocument
from monitor.documents.leads import LeadsDocument
from monitor.services import digest, emerging, leads
from monitor.services.questions import named_queries
from monitor.web.answers import JSON
from monitor.web.parameters import Installation, Queries, Scope, Since, Steady, Tag, Themes, Until, Within

router = APIRouter(tags=["signals"])

Groups = Annotated[
    Among | None,
    Query(
        description="groups to compare; classes for a single theme or query without it, else themes", examples=["class"]
    ),
]


@router.get("/leads", response_model=LeadsDocument)
def show_leads(
    app: Installation,
    tag: Tag,
    themes: Themes = (),
    queries: Queries = (),
    among: Groups = None,
    interval: Annotated[LeadInterval, Query(description="width of a bucket", examples=["day"])] = "day",
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


@router.get("/emerging", response_model=EmergingDocument)
def show_emerging(
    app: Installation,
    tag: Tag,
    theme: Annotated[
        str | None,
        Query(
            description="id of the theme within which; what no theme has without it", examples=["truce"], max_length=200
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    scope: Within = None,
    largest: Annotated[
        int, Query(description="number of phrases, at most", examples=[20], ge=1, le=100)
    ] = emerging.LARGEST,
) -> JSON:
    """Return the words and phrases whose stories rose against their own past in the last 7 days, or another range."""
    document = emerging.emerging(app, theme=theme, since=since, until=until, scope=scope, largest=largest)
    return JSON(document, headers={"ETag": tag})


@router.get("/digest", response_model=DigestDocument)
def show_digest(
    app: Installation,
    day: Annotated[
        str | None, Query(description="a day: 2026-11-20, yesterday", examples=["2026-11-20"], max_length=64)
    ] = None,
    week: Annotated[
        str | None, Query(description="a week: 2026-W47, last week", examples=["2026-W47"], max_length=64)
    ] = None,
    since: Since = None,
    until: Until = None,
    scope: Within = None,
    steady: Steady = False,
) -> JSON:
    """Return the digest of a day, a week or another period, the last 7 days without one."""
    document = digest.digest(app, day=day, week=week, since=since, until=until, scope=scope, steady=steady)
    return JSON(document)
