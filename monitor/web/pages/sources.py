"""Sources: who is listened to, and who has fallen silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from config.errors import EngineError, WrongArgument
from crawler.health import DELIVERING, WELL
from crawler.outcomes import Outcome
from indexer.query.tree import Value
from monitor.app import App
from monitor.documents.deliveries import DeliveriesDocument
from monitor.documents.feed_requests import FeedRequestDocument, FeedRequestsDocument
from monitor.documents.sources import FeedDocument, FetchDocument, SourceDocument
from monitor.services import feed_requests, sources
from monitor.services.deliveries import deliveries
from monitor.services.fetches import fetches
from monitor.services.sources import Records
from monitor.services.status import ALIKE
from monitor.web.parameters import Id, Installation
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

_RELOAD = 3  # seconds after which a page that waits for the crawler reloads itself
_LEAST_TOP = 4  # articles: bars of one article a day do not fill the picture
_ANSWERS = 5  # latest polls that are shown of a feed that needs a look
_ACTIONS: Mapping[str, Callable[[App, Sequence[str]], FeedRequestsDocument]] = {
    "ask": feed_requests.ask,
    "pause": feed_requests.pause,
    "resume": feed_requests.resume,
}
Action = Annotated[str, Form(max_length=10)]


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
    records = sources.records(app)
    known = sources.sources(app, records).sources
    delivered = deliveries(app)
    feeds = [feed for source in known for feed in source.feeds if feed.enabled]
    unwell = [Unwell(source, feed) for source in known for feed in source.feeds if feed.health not in WELL]
    wanted = _requested(app, records)
    answer = page(
        request,
        app,
        "sources.html",
        sources=sorted(known, key=lambda source: (is_well(source), source.name.casefold())),
        delivered={one.source: one for one in delivered.sources},
        span=delivered,
        top=_top(delivered),
        feeds=feeds,
        delivering=[feed for feed in feeds if feed.health in DELIVERING],
        paused=[feed for feed in feeds if feed.health == "paused"],
        unwell=unwell,
        alike=ALIKE,
        answers_of=_last_answers(app, unwell),
        well=WELL,
        last_poll=_latest(feeds),
        is_crawling=records.is_crawling,
        waiting=app.archive.count_pages_by_state().get(Outcome.PENDING, 0) if app.has_archive else 0,
        requests=wanted,
        pending=[one for one in wanted.values() if one.state in ("waiting", "polling")],
    )
    return _reloading(answer, wanted.values())


@router.post("/sources")
def ask_every_feed(app: Installation) -> RedirectResponse:
    """Ask the crawler to poll every feed now."""
    feed_requests.ask(app)
    return RedirectResponse("/sources", 303)


@router.get("/sources/{id}", response_class=HTMLResponse)
def show_source(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show one source with the latest polls of its feeds."""
    records = sources.records(app)
    source = sources.source(app, id, records)
    delivered = deliveries(app, [id])
    wanted = _requested(app, records, id)
    answer = page(
        request,
        app,
        "source.html",
        source=source,
        delivered=delivered.sources[0],
        span=delivered,
        top=_top(delivered),
        themes=_themes(app, id),
        polls=[(feed, fetches(app, feed.id).fetches) for feed in source.feeds],
        well=WELL,
        requests=wanted,
    )
    return _reloading(answer, wanted.values())


@router.post("/sources/{id}")
def change_source(app: Installation, id: Id, action: Action, feed: Annotated[str, Form()] = "") -> RedirectResponse:
    """Ask the crawler to poll, pause or resume a feed of a source, or all of its feeds."""
    if action not in _ACTIONS:
        raise WrongArgument(f"the crawler can {', '.join(_ACTIONS)}, not {action}", field="action")
    _ACTIONS[action](app, [feed_requests.feed_of(app, id, feed)])
    return RedirectResponse(f"/sources/{id}", 303)


def is_well(source: SourceDocument) -> bool:
    """Return whether no feed of a source needs a look."""
    return all(feed.health in WELL for feed in source.feeds)


def _latest(feeds: Sequence[FeedDocument]) -> datetime | None:
    return max((feed.last_poll for feed in feeds if feed.last_poll), default=None)


def _top(delivered: DeliveriesDocument) -> int:
    """Return where the scale of the bars ends."""
    return max([_LEAST_TOP, *(number for one in delivered.sources for number in one.articles or ())])


def _last_answers(app: App, unwell: Sequence[Unwell]) -> Mapping[str, Sequence[FetchDocument]]:
    """Return the latest polls of the feeds that are shown one by one, by id."""
    numbers = Counter(one.alike for one in unwell)
    alone = (one.feed.id for one in unwell if numbers[one.alike] < ALIKE)
    return {id: fetches(app, id, limit=_ANSWERS).fetches for id in alone} if app.has_archive else {}


def _themes(app: App, id: str) -> Sequence[tuple[str, str, int]]:
    """Return the themes of a source that have articles, with title and number, the one with the most first."""
    try:
        numbers = app.engine.tally(Value("source", frozenset({id})), "themes")
    except EngineError:
        return ()
    themes = ((theme.id, theme.title, numbers[theme.id]) for theme in app.themes if theme.id in numbers)
    return sorted(themes, key=lambda one: (-one[2], one[1]))


def _requested(app: App, records: Records, *ids: str) -> Mapping[str, FeedRequestDocument]:
    if not app.has_archive:
        return {}
    return {one.feed: one for one in feed_requests.requested(app, ids, records).feeds}


def _reloading(answer: HTMLResponse, wanted: Iterable[FeedRequestDocument]) -> HTMLResponse:
    """Return a page that reloads itself while the crawler has to take something up."""
    if any(one.state in ("waiting", "polling") for one in wanted):
        answer.headers["Refresh"] = str(_RELOAD)
    return answer
