"""Why there is nothing to show: no article yet, or an engine or archive that cannot be asked; in words without addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from config.errors import ArchiveError, EngineError, ParleyError
from crawler.archive import feeds
from crawler.archive.frontier import count_urls_by_state
from crawler.health import HealthName, name_of_failure
from crawler.outcomes import Outcome
from crawler.presence import heartbeat_of
from indexer.jobs.articles import count_articles
from monitor.app import App
from monitor.documents.beginning import BeginningDocument
from monitor.sentences import counted
from monitor.services.status import unconnected

_SERVERS = ("elasticsearch", "https")  # how addresses of Elasticsearch begin


@dataclass(frozen=True, slots=True)
class Standstill:
    """What keeps a page from being shown.

    Attributes:
        detail: what happened in the words of the program that failed, for whoever looks after the installation.
    """

    heading: str
    sentence: str
    detail: str


def beginning(app: App) -> BeginningDocument | None:
    """Return how far an installation without articles is; None for one that has some.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    enabled = [feed.id for source in app.sources for feed in source.feeds if feed.enabled]
    addresses = pages = 0
    polled: list[HealthName] = []
    if app.has_archive:
        with app.archive.database.read() as connection:
            if count_articles(connection):
                return None
            states, known = feeds.states(connection), count_urls_by_state(connection)
        asked = [states[id] for id in enabled if id in states and states[id].last_poll]
        polled = [name_of_failure(state.outcome or "") if state.failures else "fine" for state in asked]
        addresses, pages = sum(known.values()), known.get(Outcome.COLLECTED, 0)
    crawler = heartbeat_of(app.settings.data, "crawler", datetime.now(UTC))
    paused = "collecting is paused; `parley status` says why" if crawler and crawler.trouble else ""
    return BeginningDocument(
        is_collecting=crawler is not None,
        sources=len(app.sources),
        feeds=len(enabled),
        polled=len(polled),
        addresses=addresses,
        pages=pages,
        explanation=unconnected(polled) or paused,
    )


def standstill(app: App, error: ParleyError) -> Standstill | None:
    """Return what an error of the engine or the archive means for readers; None for other errors."""
    if isinstance(error, EngineError):
        name = "Elasticsearch" if app.settings.engine_url.startswith(_SERVERS) else "The search engine"
        heading = f"{name} {'is unreachable' if error.code == 'unavailable' else 'cannot be used'}"
        return Standstill(heading, _meanwhile(app), str(error))
    if isinstance(error, ArchiveError):
        sentence = "What was collected cannot be read at the moment; `parley status` says why."
        return Standstill("The archive cannot be read", sentence, str(error))
    return None


def _meanwhile(app: App) -> str:
    back = "Counts and searches come back with it."
    try:
        pending = app.archive.count_pages_by_state().get(Outcome.PENDING, 0)
    except ArchiveError:
        return back
    if heartbeat_of(app.settings.data, "crawler", datetime.now(UTC)) is None:
        return f"Nothing is lost: {counted(pending, 'page waits', 'pages wait')} to be indexed. {back}"
    goes_on = "the crawler goes on and"
    return f"Nothing is lost: {goes_on} {counted(pending, 'page waits', 'pages wait')} to be indexed. {back}"
