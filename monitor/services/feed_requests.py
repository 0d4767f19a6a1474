"""Asking for a feed to be polled now, pausing and resuming it: requests that the crawler takes up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from config.errors import NotFound, Refused
from config.sources import Feed
from crawler.archive import feed_requests
from crawler.archive.feed_requests import NOTHING, FeedRequest
from crawler.archive.feeds import FeedState
from crawler.outcomes import sentence_of
from crawler.urls import registered_domain
from monitor.app import App
from monitor.documents.feed_requests import FeedRequestDocument, FeedRequestsDocument, RequestState
from monitor.services.sources import Records, choose_sources, records


def ask(app: App, ids: Sequence[str] = ()) -> FeedRequestsDocument:
    """Ask the crawler to poll feeds now.

    Args:
        ids: of feeds, or of sources for all of theirs; without any, every feed that is neither disabled nor paused.

    Raises:
        NotFound: there is no source or feed of one of the ids.
        Refused: one of them is paused or disabled.
        ArchiveError: the archive cannot be written.
    """
    chosen = _choose(app, ids)
    with app.archive.database.write() as connection:
        current = feed_requests.all_requests(connection)
        paused = [feed.id for feed in chosen if current.get(feed.id, NOTHING).paused]
        if paused and ids:
            raise Refused(f"{paused[0]} is paused; resume it first: parley sources resume {paused[0]}", field="feed")
        wanted = [feed.id for feed in chosen if feed.enabled and feed.id not in paused]
        if ids and not wanted:
            raise Refused(f"{chosen[0].id} is disabled in its file, so it is not polled", field="feed")
        feed_requests.ask(connection, wanted, datetime.now(UTC))
    return requested(app, ids)


def pause(app: App, ids: Sequence[str]) -> FeedRequestsDocument:
    """Ask the crawler to leave feeds alone until they are resumed. Pages that they have listed are still fetched.

    Raises:
        NotFound: there is no source or feed of one of the ids.
        ArchiveError: the archive cannot be written.
    """
    chosen = [feed.id for feed in _choose(app, ids) if feed.enabled]
    with app.archive.database.write() as connection:
        feed_requests.pause(connection, chosen, datetime.now(UTC))
    return requested(app, ids)


def resume(app: App, ids: Sequence[str]) -> FeedRequestsDocument:
    """Ask the crawler to poll feeds as usual again.

    Raises:
        NotFound: there is no source or feed of one of the ids.
        ArchiveError: the archive cannot be written.
    """
    with app.archive.database.write() as connection:
        feed_requests.resume(connection, [feed.id for feed in _choose(app, ids)])
    return requested(app, ids)


def feed_of(app: App, source: str, feed: str | None) -> str:
    """Return the id of a feed of a source, or that of the source where no feed is given.

    Raises:
        NotFound: there is no such source, or the feed is none of its own.
    """
    [known] = choose_sources(app, [source])
    if feed and feed not in {one.id for one in known.feeds}:
        raise NotFound(f'{source} has no feed "{feed}"; `parley sources {source}` lists them', field="feed")
    return feed or source


def requested(app: App, ids: Sequence[str] = (), known: Records | None = None) -> FeedRequestsDocument:
    """Return what is wanted of feeds, and how far it is.

    Args:
        known: what the archive has on feeds, for who has read it already.

    Raises:
        NotFound: there is no source or feed of one of the ids.
        ArchiveError: the archive cannot be read.
    """
    chosen = _choose(app, ids)
    known = known or records(app)
    return FeedRequestsDocument(feeds=tuple(_document(feed, known) for feed in chosen))


def _document(feed: Feed, known: Records) -> FeedRequestDocument:
    wanted = known.requests.get(feed.id, NOTHING)
    state, explanation = _progress(
        feed,
        wanted,
        known.states.get(feed.id),
        is_polling=feed.id in known.polling,
        until=known.holds.get(registered_domain(feed.url)),
        is_crawling=known.is_crawling,
    )
    return FeedRequestDocument(
        feed=feed.id, state=state, asked=wanted.asked, paused=wanted.paused, explanation=explanation
    )


def _progress(
    feed: Feed,
    wanted: FeedRequest,
    state: FeedState | None,
    *,
    is_polling: bool,
    until: datetime | None,
    is_crawling: bool,
) -> tuple[RequestState, str]:
    if not feed.enabled:
        return "disabled", "it is disabled in its file"
    if wanted.paused:
        return "paused", f"paused since {wanted.paused:%Y-%m-%d %H:%M} UTC"
    if wanted.asked is None:
        return "none", "nobody has asked for a poll"
    if state and state.last_poll and state.last_poll >= wanted.asked:
        result = state.detail or sentence_of(state.outcome or "")
        return "answered", f"polled at {state.last_poll:%Y-%m-%d %H:%M} UTC: {result}"
    if until:
        return "held", f"its server asked to be left alone until {until:%Y-%m-%d %H:%M} UTC; it is polled then"
    if is_polling:
        return "polling", "it is being polled"
    if not is_crawling:
        return "waiting", "no crawler is running; it is polled as soon as one does"
    return "waiting", "the crawler polls it in a moment"


def _choose(app: App, ids: Sequence[str]) -> list[Feed]:
    """Return the feeds of these ids, each once; all where none is given."""
    known = {feed.id: feed for source in app.sources for feed in source.feeds}
    if not ids:
        return list(known.values())
    chosen: dict[str, Feed] = {}
    for id in ids:
        if id in known:
            chosen[id] = known[id]
        elif "/" in id and id.partition("/")[0] in {source.id for source in app.sources}:
            raise NotFound(f'there is no feed "{id}"; `parley sources {id.partition("/")[0]}` lists them', field="feed")
        else:
            [source] = choose_sources(app, [id])
            chosen |= {feed.id: feed for feed in source.feeds}
    return list(chosen.values())
