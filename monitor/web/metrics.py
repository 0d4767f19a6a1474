"""What Prometheus reads: the state of the installation, counted when it asks, and what the server itself did."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from config.errors import ParleyError
from config.logs import get_logger
from crawler.archive import fetches
from crawler.archive.frontier import oldest_due
from monitor.app import App
from monitor.services.status import Status, look

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # upper bounds of buckets
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"})

log = get_logger(__name__)


class Metrics:
    """The metrics of one server."""

    def __init__(self, app: App) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        self._registry.register(_Installation(app))
        self._requests = Histogram(
            "parley_request_seconds",
            "Time until the whole answer was sent, by address, method and status.",
            ("address", "method", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._engine_errors = Counter(
            "parley_engine_errors", "Requests that the engine did not answer.", ("error",), registry=self._registry
        )

    def note_request(self, address: str, method: str, status: int | None, seconds: float) -> None:
        """Count a request.

        Args:
            address: with the names of its parameters instead of their values, so that there are few.
            status: None when the client left before there was one.
        """
        known = method if method in _METHODS else "other"  # a client may write anything there
        self._requests.labels(address, known, str(status or "none")).observe(seconds)

    def note_engine_error(self, error: str) -> None:
        """Count an error of the engine, by its name."""
        self._engine_errors.labels(error).inc()

    def to_text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Installation(Collector):
    """Counts the installation when it is asked."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = Lock()
        self._polls: Tally[str] = Tally()
        self._newest: int | None = None  # number of the newest poll that was counted

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics; without an archive only that there is none."""
        now = datetime.now(UTC)
        try:
            with self._lock:
                status = look(self._app, now)
                polls, waiting = self._count(now)
        except ParleyError as error:
            log.warning("metrics incomplete", detail=str(error))
            yield _gauge("parley_archive_up", "1 when the archive can be read, otherwise 0.", 0)
            return
        yield _gauge("parley_archive_up", "1 when the archive can be read, otherwise 0.", 1)
        yield from _of_status(status, now)
        yield _gauge("parley_queue_age_seconds", "How long the address that is due first has waited.", waiting)
        counter = CounterMetricFamily(
            "parley_polls", "Polls of feeds by outcome, since the server started.", labels=["outcome"]
        )
        for outcome, number in sorted(polls.items()):
            counter.add_metric([outcome], number)
        yield counter

    def _count(self, now: datetime) -> tuple[Mapping[str, int], float]:
        with self._app.archive.database.read() as connection:
            newest = fetches.newest_number(connection)
            if self._newest is not None:
                self._polls.update(fetches.outcomes_after(connection, self._newest))
            self._newest = newest
            due = oldest_due(connection)
        return self._polls, max((now - due).total_seconds(), 0.0) if due else 0.0


def _of_status(status: Status, now: datetime) -> Iterator[Metric]:
    yield _gauge("parley_engine_up", "1 when the engine answers, otherwise 0.", not status.engine_trouble)
    if status.articles is not None:
        yield _gauge("parley_articles", "Articles in the engine.", status.articles)
    yield _gauge("parley_articles_kept", "Articles in the archive.", status.kept)
    yield _by("parley_feeds", "Feeds by health.", "health", status.by_health)
    yield _by("parley_pages", "Collected pages by state.", "state", status.pages)
    yield _by("parley_fetches", "Known addresses by what became of fetching them.", "outcome", status.addresses)
    oldest = status.oldest_pending
    delay = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield _gauge(
        "parley_index_delay_seconds", "How long the page that waits longest for the indexer has waited.", delay
    )
    running = {name: int(beat is not None) for name, beat in status.heartbeats.items()}
    yield _by("parley_process_up", "1 when the process gives a heartbeat, otherwise 0.", "process", running)
    yield _gauge("parley_damaged_rows", "Rows of the archive of which something is lost.", status.damaged.lost)
    if status.last_poll:
        yield _gauge("parley_last_poll_timestamp_seconds", "When a feed was polled last.", status.last_poll.timestamp())


def _gauge(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, value=float(value))


def _by(name: str, help: str, label: str, numbers: Mapping[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help, labels=[label])
    for value, number in sorted(numbers.items()):
        family.add_metric([value], number)
    return family
