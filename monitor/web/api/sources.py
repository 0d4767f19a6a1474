"""Sources with the health of their feeds, and the state of the installation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from monitor.documents.operations import StatusDocument
from monitor.documents.sources import FetchesDocument, SourceDocument, SourcesDocument
from monitor.services import fetches, sources, status
from monitor.web.answers import JSON
from monitor.web.parameters import Id, Installation

router = APIRouter(tags=["sources"])


@router.get("/sources", response_model=SourcesDocument)
def list_sources(app: Installation) -> JSON:
    """Return the sources and the health of their feeds."""
    return JSON(sources.sources(app))


@router.get("/sources/{id}", response_model=SourceDocument)
def show_source(app: Installation, id: Id) -> JSON:
    """Return one source."""
    return JSON(sources.source(app, id))


@router.get("/fetches", response_model=FetchesDocument)
def list_fetches(
    app: Installation,
    feed: Annotated[str, Query(description="id of the feed", examples=["bbc-world/1"], max_length=500)],
    limit: Annotated[int, Query(description="number of polls", ge=1, le=fetches.MOST)] = 20,
) -> JSON:
    """Return the latest polls of a feed."""
    return JSON(fetches.fetches(app, feed, limit=limit))


@router.get("/status", response_model=StatusDocument)
def show_status(app: Installation) -> JSON:
    """Return what runs, what is collected and indexed, and what is wrong; an engine that is down is part of it."""
    return JSON(status.status(app))
