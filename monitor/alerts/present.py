"""What is known now of what a rule watches, and up to which moment everything collected is in the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from config.alerts import Rule
from crawler.archive import feeds
from crawler.archive.feed_requests import all_requests
from crawler.archive.harvest import harvests
from crawler.archive.pages import first_collected, pending_since
from crawler.health import WELL, healths
from indexer.alerts.known import KnownNow
from indexer.alerts.subject import subject_of, watched_sources
from monitor.app import App

_ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)


def horizon(connection: Connection, seen: datetime | None, now: datetime) -> datetime:
    """Return the moment before which everything collected was indexed, in whole seconds.

    Args:
        seen: what was collected before this was looked at already.
        now: read before a write transaction that ended before this connection began to read, see `keep_page`.
    """
    waiting = pending_since(connection, seen) if seen else None
    return min(now, waiting or now).replace(microsecond=0)


def known_now(app: App, rule: Rule, at: datetime) -> KnownNow:
    """Return what is known at a moment of what a rule watches.

    Raises:
        QueryError: its query is invalid.
        ArchiveError: the archive cannot be read.
    """
    with app.archive.database.read() as connection:
        began = first_collected(connection)
    return KnownNow(
        engine=app.engine,
        subject=subject_of(rule, app.context()),
        at=at,
        began=began or _ALWAYS,
        cover=app.coverage,
        health=_unwell(app, rule, at) if rule.on == "source" else {},
    )


def _unwell(app: App, rule: Rule, now: datetime) -> Mapping[str, str]:
    """Return the feeds of the rule's sources that need a look."""
    wanted = watched_sources(rule.scope, app.sources)
    configured = [feed for source in app.sources if source.id in wanted for feed in source.feeds]
    with app.archive.database.read() as connection:
        states, harvested = feeds.states(connection), harvests(connection)
        requests = all_requests(connection)
    health = healths(configured, states, harvested, now, requests)
    return {
        feed.id: health[feed.id].sentence or health[feed.id].name
        for feed in configured
        if health[feed.id].name not in WELL
    }
