"""Sources with the health of their feeds, and test requests to feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.errors import ArchiveError, EngineError, NotFound
from config.nearest import suggestion
from config.sources import Feed, Source
from crawler.archive import feeds
from crawler.archive.feed_requests import FeedRequest, all_requests
from crawler.archive.feeds import FeedState
from crawler.archive.harvest import harvests
from crawler.health import Health, HealthName, healths, name_of_failure
from crawler.outcomes import Outcome, sentence_of
from crawler.presence import heartbeat_of
from crawler.schedule import LEASE
from indexer.query.tree import Everything
from monitor.app import App
from monitor.documents.sources import FeedDocument, ProbeDocument, ProbesDocument, SourceDocument, SourcesDocument

if TYPE_CHECKING:
    from crawler.probe import Finding


@dataclass(frozen=True, slots=True)
class Records:
    """What the archive has on all feeds at one moment.

    Attributes:
        states, harvested, requests: by id of the feed.
        polling: ids of the feeds that are being polled.
        holds: site → until when its server asked to be left alone, UTC.
        is_crawling: whether a crawler runs.
    """

    states: Mapping[str, FeedState]
    harvested: Mapping[str, Counter[str]]
    requests: Mapping[str, FeedRequest]
    polling: Collection[str]
    holds: Mapping[str, datetime]
    is_crawling: bool


def records(app: App) -> Records:
    """Return what the archive has on all feeds now; nothing where there is no archive yet.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    now = datetime.now(UTC)
    is_crawling = heartbeat_of(app.settings.data, "crawler", now) is not None
    if not app.has_archive:
        return Records({}, {}, {}, frozenset(), {}, is_crawling)
    with app.archive.database.read() as connection:
        return Records(
            feeds.states(connection),
            harvests(connection),
            all_requests(connection),
            feeds.being_polled(connection, now, LEASE),
            feeds.held_sites(connection, now),
            is_crawling,
        )


def sources(app: App, known: Records | None = None) -> SourcesDocument:
    """Return the configured sources with the health of their feeds.

    Args:
        known: what the archive has on feeds, for who has read it already.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    return SourcesDocument(sources=_documents(app, app.sources, known))


def source(app: App, id: str, known: Records | None = None) -> SourceDocument:
    """Return one source.

    Args:
        known: what the archive has on feeds, for who has read it already.

    Raises:
        NotFound: there is no source of that id.
        ArchiveError: the archive cannot be read.
    """
    return _documents(app, choose_sources(app, [id]), known)[0]


def probe_feeds(
    app: App, ids: Sequence[str] = (), *, on_probe: Callable[[ProbeDocument], None] | None = None
) -> ProbesDocument:
    """Request the feeds of these sources, or all enabled ones, and return the results.

    Nothing is stored but how long servers ask to be left alone. A server that did so before is not asked.

    It takes as long as the slowest server. Calls from several threads, of `extract_address` too, take turns.

    Args:
        on_probe: called with each as it comes, in any order.

    Raises:
        NotFound: there is no source of one of the ids.
    """
    from crawler.probe import probe  # loads the whole of Scrapy

    def document(finding: Finding) -> ProbeDocument:
        return ProbeDocument(
            feed=finding.feed,
            url=finding.url,
            is_good=finding.is_good,
            outcome=finding.outcome,
            health=_health_of(finding),
            explanation=sentence_of(finding.outcome),
            status=finding.status,
            entries=finding.entries,
            newest=finding.newest,
            milliseconds=finding.milliseconds,
            advice=finding.advice,
        )

    def report(finding: Finding) -> None:
        if on_probe:
            on_probe(document(finding))

    wanted = [feed for source in choose_sources(app, ids) for feed in source.feeds if feed.enabled or ids]

    findings, holds = probe(wanted, app.settings, on_finding=report, known_holds=_held_sites(app))
    if holds:
        with suppress(ArchiveError), app.archive.database.write() as connection:
            feeds.hold_sites(connection, {site: datetime.now(UTC) + wait for site, wait in holds.items()})
    return ProbesDocument(feeds=tuple(map(document, findings)))


def _health_of(finding: Finding) -> HealthName | None:
    if finding.is_good or finding.outcome == Outcome.NOT_TRIED:
        return None
    return name_of_failure(finding.outcome)


def _held_sites(app: App) -> Mapping[str, datetime]:
    try:
        with app.archive.database.read() as connection:
            return feeds.held_sites(connection, datetime.now(UTC))
    except ArchiveError:  # testing feeds needs no archive
        return {}


def choose_sources(app: App, ids: Sequence[str]) -> Sequence[Source]:
    """Return the sources of these ids in their order, or all where none is given.

    Raises:
        NotFound: there is no source of one of the ids; names all of them.
    """
    known = {source.id: source for source in app.sources}
    if unknown := [id for id in ids if id not in known]:
        lines = (f'there is no source "{id}"{suggestion(id, known)}' for id in unknown)
        raise NotFound("\n".join([*lines, "`parley sources` lists them"]), field="source")
    return [known[id] for id in dict.fromkeys(ids)] or app.sources


def _documents(app: App, wanted: Sequence[Source], known: Records | None) -> tuple[SourceDocument, ...]:
    known = known or records(app)
    polled = (feed for one in wanted for feed in one.feeds)
    health = healths(polled, known.states, known.harvested, datetime.now(UTC), known.requests)
    articles = _articles_by_source(app)
    return tuple(
        _document(one, health, known.states, None if articles is None else articles.get(one.id, 0)) for one in wanted
    )


def _articles_by_source(app: App) -> Mapping[str, int] | None:
    if not app.has_archive:
        return None
    try:
        return app.engine.tally(Everything(), "source")
    except EngineError:
        return None


def _document(
    source: Source, health: Mapping[str, Health], states: Mapping[str, FeedState], articles: int | None
) -> SourceDocument:
    documents = tuple(_feed(feed, health[feed.id], states.get(feed.id)) for feed in source.feeds)
    return SourceDocument(
        id=source.id,
        name=source.name,
        source_class=source.source_class,
        country=source.country,
        language=source.language,
        timezone=source.timezone,
        note=source.note,
        articles=articles,
        last_new=max((feed.last_new for feed in documents if feed.last_new), default=None),
        feeds=documents,
    )


def _feed(feed: Feed, health: Health, state: FeedState | None) -> FeedDocument:
    return FeedDocument(
        id=feed.id,
        url=feed.url,
        kind=feed.kind,
        enabled=feed.enabled,
        verified=feed.verified,
        health=health.name,
        explanation=health.sentence,
        last_poll=state.last_poll if state else None,
        last_success=state.last_success if state else None,
        last_new=state.last_new if state else None,
    )
