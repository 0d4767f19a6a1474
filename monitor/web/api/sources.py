"""Sources with the health of their feeds, and the state of the installation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from monitor.documents.deliveries import DeliveriesDocument
from monitor.documents.feed_requests import FeedRequestsDocument
from monitor.documents.operations import StatusDocument
from monitor.documents.sources import FetchesDocument, SourceDocument, SourcesDocument
from monitor.services import deliveries, feed_requests, fetches, sources, status
from monitor.web.answers import JSON
from monitor.web.parameters import Id, Installation

router = APIRouter(tags=["sources"])

OneFeed = Annotated[
    str | None,
    Query(description="id of one of its feeds; all of them without it", examples=["bbc-world/1"], max_length=500),
]


@router.get("/sources", response_model=SourcesDocument)
def list_sources(app: Installation) -> JSON:
    """Return the sources and the health of their feeds."""
    return JSON(sources.sources(app))


@router.get("/sources/{id}", response_model=SourceDocument)
def show_source(app: Installation, id: Id) -> JSON:
    """Return one source."""
    return JSON(sources.source(app, id))


@router.get("/sources/{id}/requests", response_model=FeedRequestsDocument)
def show_requests(app: Installation, id: Id) -> JSON:
    """Return what is wanted of the feeds of a source, and how far the crawler is with it."""
    return JSON(feed_requests.requested(app, [id]))


@router.post("/sources/{id}/ask", response_model=FeedRequestsDocument, status_code=202)
def ask(app: Installation, id: Id, feed: OneFeed = None) -> JSON:
    """Ask the crawler to poll the feeds of a source now."""
    return JSON(feed_requests.ask(app, [feed_requests.feed_of(app, id, feed)]), 202)


@router.post("/sources/{id}/pause", response_model=FeedRequestsDocument)
def pause(app: Installation, id: Id, feed: OneFeed = None) -> JSON:
    """Leave the feeds of a source alone until they are resumed."""
    return JSON(feed_requests.pause(app, [feed_requests.feed_of(app, id, feed)]))


@router.post("/sources/{id}/resume", response_model=FeedRequestsDocument)
def resume(app: Installation, id: Id, feed: OneFeed = None) -> JSON:
    """Poll the feeds of a source as usual again."""
    return JSON(feed_requests.resume(app, [feed_requests.feed_of(app, id, feed)]))


@router.get("/fetches", response_model=FetchesDocument)
def list_fetches(
    app: Installation,
    feed: Annotated[str, Query(description="id of the feed", examples=["bbc-world/1"], max_length=500)],
    limit: Annotated[int, Query(description="number of polls", examples=[20], ge=1, le=fetches.MOST)] = 20,
) -> JSON:
    """Return the latest polls of a feed."""
    return JSON(fetches.fetches(app, feed, limit=limit))


@router.get("/deliveries", response_model=DeliveriesDocument)
def list_deliveries(
    app: Installation,
    sources: Annotated[
        tuple[str, ...],
        Query(alias="source", description="id of a source; repeatable; all without any", examples=[["bbc-world"]]),
    ] = (),
    days: Annotated[
        int, Query(description="number of days, the running one included", examples=[60], ge=1, le=deliveries.MOST)
    ] = deliveries.DAYS,
) -> JSON:
    """Return what sources delivered day by day, and when they were silent."""
    return JSON(deliveries.deliveries(app, sources, days=days))


@router.get("/status", response_model=StatusDocument)
def show_status(app: Installation) -> JSON:
    """Return what runs, what is collected and indexed, and what is wrong; an engine that is down is part of it."""
    return JSON(status.status(app))
