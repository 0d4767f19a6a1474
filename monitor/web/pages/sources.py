"""Sources: who is listened to, and who has fallen silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.documents.sources import FeedDocument, SourceDocument
from monitor.services import sources
from monitor.services.fetches import fetches
from monitor.services.status import WELL, status
from monitor.web.parameters import Id, Installation
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Unwell:
    """A feed that needs a look."""

    source: SourceDocument
    feed: FeedDocument

    @property
    def alike(self) -> str:
        """What feeds with the same trouble share."""
        return self.feed.health


@router.get("/sources", response_class=HTMLResponse)
def list_sources(request: Request, app: Installation) -> HTMLResponse:
    """Show all sources, those that need a look first."""
    known = sources.sources(app).sources
    feeds = [feed for source in known for feed in source.feeds if feed.enabled]
    return page(
        request,
        app,
        "sources.html",
        sources=sorted(known, key=lambda source: (is_well(source), source.name.casefold())),
        feeds=feeds,
        delivering=[feed for feed in feeds if feed.health in WELL],
        unwell=[Unwell(source, feed) for source in known for feed in source.feeds if feed.health not in WELL],
        well=WELL,
        last_poll=_latest(feeds),
        state=status(app),
    )


@router.get("/sources/{id}", response_class=HTMLResponse)
def show_source(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show one source with the latest polls of its feeds."""
    source = sources.source(app, id)
    polls = [(feed, fetches(app, feed.id).fetches) for feed in source.feeds]
    return page(request, app, "source.html", source=source, polls=polls, well=WELL)


def is_well(source: SourceDocument) -> bool:
    """Return whether no feed of a source needs a look."""
    return all(feed.health in WELL for feed in source.feeds)


def _latest(feeds: Sequence[FeedDocument]) -> datetime | None:
    return max((feed.last_poll for feed in feeds if feed.last_poll), default=None)
