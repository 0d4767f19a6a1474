"""The state of the whole installation: feeds by health, pages by state, the engine, and problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from config.last_good import LastGood
from config.sources import Feed, Source
from crawler.archive import clock, damage, feeds
from crawler.archive.damage import NO_DAMAGE, DamageCount
from crawler.archive.feed_requests import all_requests
from crawler.archive.frontier import count_urls_by_state, oldest_wanted
from crawler.archive.harvest import harvests
from crawler.disk import shortage
from crawler.health import WELL, Health, HealthName, healths
from crawler.presence import ROLES, Heartbeat, Role, heartbeat_of, last_heartbeat, silent_process
from indexer.engine import hide_password
from indexer.jobs.articles import count_articles, lost
from monitor.alerts.configured import LiveRules, read_files
from monitor.alerts.outbox import failures
from monitor.app import App
from monitor.documents.operations import EngineDocument, ProcessDocument, StatusDocument, UnwellFeedDocument
from monitor.services.completeness import incompleteness
from monitor.services.engine_state import ask_engine
from monitor.services.lost_pages import newest_lost_pages

UNTAKEN_AFTER = timedelta(minutes=10)  # so long a page waits only while the indexer has much to do
ALIKE = 4  # feeds from which on those with the same trouble share a line, and from which on all failing is no chance


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed and the one state it is in."""

    feed: Feed
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One look at the installation.

    Attributes:
        pages: collected pages by state: pending, indexed, or the name of what else became of them.
        addresses: known addresses by state.
        kept: articles in the archive; `articles` are those in the engine, None when it is unavailable.
        engine_trouble: why the engine cannot be asked; empty when it can.
        crawler, indexer, alerts: the last heartbeat of each, None when it never ran here or is silent.
        failing_channels: a sentence for each channel to which nothing could be sent for a day.
        silent: process ids of those that run and are silent.
        oldest_pending: when the page that waits longest was collected.
        oldest_wanted: when the address that waits longest to be fetched became due.
        slowed: number of feeds polled less often than configured, because their domains allow no more requests.
        shortage: a sentence when too little disk space is free; crawler and indexer may then be unable to report it themselves.
        mismatch: a sentence when the files of the archive do not belong together, lack pages or cannot be read.
        problems: mistakes in the configuration files, as they are now and as crawler and indexer see them.
        damaged: rows of the archive that were damaged.
        differing: how many of the newest articles differ in the engine, and how many were compared.
        lost: articles of the archive that are damaged and cannot be read again.
        is_alike: whether the engine has the articles of the archive, where it has as many.
        clock: a sentence while a jump of the clock is not believed; empty otherwise.
    """

    at: datetime
    data: str
    engine: str
    engine_trouble: str
    articles: int | None
    kept: int
    feeds: tuple[FeedHealth, ...]
    pages: dict[str, int]
    addresses: dict[str, int]
    last_poll: datetime | None
    oldest_pending: datetime | None
    oldest_wanted: datetime | None
    slowed: int
    crawler: Heartbeat | None
    indexer: Heartbeat | None
    silent: Mapping[Role, int]
    shortage: str
    mismatch: str
    problems: tuple[str, ...]
    damaged: DamageCount = NO_DAMAGE
    differing: tuple[int, int] = (0, 0)
    lost: int = 0
    is_alike: bool = True
    clock: str = ""
    alerts: Heartbeat | None = None
    failing_channels: tuple[str, ...] = ()

    @property
    def heartbeats(self) -> dict[Role, Heartbeat | None]:
        """The last heartbeats by role."""
        return {"crawler": self.crawler, "indexer": self.indexer, "alerts": self.alerts}

    @property
    def by_health(self) -> Counter[HealthName]:
        """Feeds by health."""
        return Counter(item.health.name for item in self.feeds)

    @property
    def unwell(self) -> tuple[FeedHealth, ...]:
        """The feeds somebody should look at."""
        return tuple(item for item in self.feeds if item.health.name not in WELL)


def unwell_rows(status: Status) -> list[tuple[str, str, str]]:
    """Return the feeds somebody should look at, each with its health and why; many with the same trouble in one row."""
    alike: dict[Health, list[str]] = {}
    for item in status.unwell:
        alike.setdefault(item.health, []).append(item.feed.id)
    rows: list[tuple[str, str, str]] = []
    for health, ids in alike.items():
        names = [f"{len(ids)} feeds, such as {ids[0]}"] if len(ids) >= ALIKE else ids
        rows += [(name, health.name, health.sentence) for name in names]
    return rows


def look(app: App, now: datetime) -> Status:
    """Return the state of the installation, including an unavailable engine and mistakes in files.

    Raises:
        ArchiveError: the archive cannot be read.
        ConfigError: the overlay folder does not exist.
    """
    # First of all: a heartbeat is compared with `now`, and the engine may take seconds.
    heartbeats = {role: heartbeat_of(app.settings.data, role, now) for role in ROLES}
    with app.archive.database.read() as connection:
        states, harvested = feeds.states(connection), harvests(connection)
        requests = all_requests(connection)
        addresses, wanted = count_urls_by_state(connection), oldest_wanted(connection, now)
        kept, damaged, number_lost = count_articles(connection), damage.count(connection), len(lost(connection))
        known_clock = clock.look(connection)
        failing = tuple(failures(connection, now))
    engine = ask_engine(app)
    sources, problems = _mistakes(app, heartbeats)
    configured = [feed for source in sources for feed in source.feeds]
    health = healths(configured, states, harvested, now, requests)
    return Status(
        at=now,
        data=str(app.settings.data),
        engine=hide_password(app.settings.engine_url),
        engine_trouble=engine.trouble,
        articles=engine.articles,
        kept=kept if engine.kept is None else engine.kept,
        feeds=tuple(FeedHealth(feed, health[feed.id]) for feed in configured),
        pages=app.archive.count_pages_by_state(),
        addresses=addresses,
        last_poll=max((state.last_poll for state in states.values() if state.last_poll), default=None),
        oldest_pending=app.archive.oldest_pending(),
        crawler=heartbeats["crawler"],
        indexer=heartbeats["indexer"],
        alerts=heartbeats["alerts"],
        failing_channels=failing,
        oldest_wanted=wanted,
        slowed=sum(1 for state in states.values() if state.slowed),
        damaged=damaged,
        differing=engine.differing,
        lost=number_lost,
        is_alike=engine.is_alike,
        silent={role: pid for role in ROLES if (pid := silent_process(app.settings.data, role, now))},
        clock=known_clock.jump if known_clock else "",
        shortage=shortage(app.settings),
        mismatch=newest_lost_pages(app, now),
        problems=problems,
    )


def _mistakes(app: App, heartbeats: Mapping[Role, Heartbeat | None]) -> tuple[Sequence[Source], tuple[str, ...]]:
    """Return the current sources, and the mistakes in configuration files, also those whose processes do not run."""
    data = app.settings.data
    has_indexed = last_heartbeat(data, "indexer") is not None  # else every theme is new, and compiling them takes long
    sources, problems = app.standing(compiled=has_indexed and heartbeats["indexer"] is None)
    if heartbeats["alerts"] is None and has_indexed:
        problems += tuple(LiveRules(app).problems)
    elif heartbeats["alerts"] is None:
        stored = LastGood(data, "alerts", is_writable=False)
        problems += tuple(chain.from_iterable(it.all_problems for it in read_files(app.settings.config, stored.texts)))
    of_processes = (problem for heartbeat in heartbeats.values() if heartbeat for problem in heartbeat.problems)
    return sources, tuple(dict.fromkeys((*map(str, problems), *of_processes)))


def status(app: App) -> StatusDocument:
    """Return how the installation stands, as programs read it.

    Raises:
        ArchiveError: the archive cannot be read.
        ConfigError: the overlay folder does not exist.
    """
    return to_document(look(app, datetime.now(UTC)))


def to_document(status: Status) -> StatusDocument:
    """Return a look at the installation as programs read it."""
    return StatusDocument(
        at=status.at,
        data=status.data,
        engine=EngineDocument(address=status.engine, articles=status.articles, explanation=status.engine_trouble),
        articles=status.articles,
        kept=status.kept,
        feeds=dict(status.by_health),
        unwell=tuple(
            UnwellFeedDocument(
                id=item.feed.id, url=item.feed.url, health=item.health.name, explanation=item.health.sentence
            )
            for item in status.unwell
        ),
        pages=status.pages,
        addresses=status.addresses,
        last_poll=status.last_poll,
        oldest_pending=status.oldest_pending,
        oldest_wanted=status.oldest_wanted,
        slowed=status.slowed,
        crawler=_process(status.crawler),
        indexer=_process(status.indexer),
        alerts=_process(status.alerts),
        damaged=status.damaged.lost,
        troubles=tuple(troubles(status)),
    )


def idle_roles(app: App, roles: Sequence[Role]) -> dict[Role, str]:
    """Return those of the roles that do not work, with why; a process that waits for an engine is well."""
    now, data = datetime.now(UTC), app.settings.data
    reasons: dict[Role, str] = {}
    for role in roles:
        heartbeat = heartbeat_of(data, role, now)
        if pid := silent_process(data, role, now):
            reasons[role] = _silence(role, pid)
        elif heartbeat is None:
            reasons[role] = f"no heartbeat from the {role} in {data}; start it with `parley run`"
        elif heartbeat.stuck:
            reasons[role] = _stuck(role, heartbeat)
        elif role == "alerts" and (failing := failing_channels(app, now)):
            reasons[role] = "\n".join(failing)
    return reasons


def failing_channels(app: App, now: datetime) -> list[str]:
    """Return a sentence for each channel to which nothing could be sent for a day."""
    if not app.has_archive:
        return []
    with app.archive.database.read() as connection:
        return failures(connection, now)


def _process(heartbeat: Heartbeat | None) -> ProcessDocument | None:
    if heartbeat is None:
        return None
    return ProcessDocument(
        at=heartbeat.at,
        pid=heartbeat.pid,
        doing=heartbeat.doing,
        under_way=heartbeat.under_way,
        explanation=heartbeat.trouble or heartbeat.stuck,
        problems=heartbeat.problems,
    )


def troubles(status: Status) -> list[str]:
    """Return what is wrong, a sentence each, gravest first."""
    sentences = list(status.problems)
    if status.mismatch:
        sentences.insert(0, status.mismatch)
    if status.shortage:
        sentences.insert(0, status.shortage)
    polled = [
        item.health.name for item in status.feeds if item.health.name not in ("disabled", "paused", "never polled")
    ]
    if sentence := unconnected(polled):
        sentences.append(sentence)
    of_processes = {name: beat.trouble for name, beat in status.heartbeats.items() if beat and beat.trouble}
    if status.engine_trouble and status.kept and not _says(of_processes.values(), status.engine_trouble):
        sentences.append(status.engine_trouble)
    if status.articles is not None and status.articles < status.kept - status.lost:
        sentences.append(
            f"the index contains {status.articles:,} of {status.kept:,} stored articles; "
            "the indexer adds the others by itself while it runs"
        )
    elif status.articles is not None and (
        sentence := incompleteness(status.articles, status.kept, status.lost, is_alike=status.is_alike)
    ):
        sentences.append(sentence)
    elif status.differing[0]:
        number, compared = status.differing
        sentences.append(
            f"{number} of the {compared} newest articles differ in the index, as in one restored from an older copy; "
            "run `parley rebuild`"
        )
    sentences += _damage(status.damaged)
    if status.clock:
        sentences.append(status.clock)
    sentences += [f"{name}: {trouble}" for name, trouble in of_processes.items()]
    return [*_unresponsive(status), *sentences, *status.failing_channels]


def _says(sentences: Iterable[str], trouble: str) -> bool:
    """Return whether a sentence, which adds since when, is about this trouble."""
    return any(sentence.startswith(trouble) for sentence in sentences)


def unconnected(polled: Sequence[HealthName]) -> str:
    """Return what is wrong where none of the feeds that were polled responds; nothing where one does, or few were polled.

    Args:
        polled: how each of them is.
    """
    if len(polled) < ALIKE or set(polled) != {"failing"}:
        return ""
    return f"none of {len(polled)} feeds responds; is this machine connected to the internet?"


def _unresponsive(status: Status) -> list[str]:
    """Return a sentence for each process that runs and does nothing."""
    sentences = [_silence(role, pid) for role, pid in status.silent.items()]
    sentences += [_stuck(role, beat) for role, beat in status.heartbeats.items() if beat and beat.stuck]
    if (
        status.indexer
        and status.indexer.doing == "waiting for pages"
        and status.oldest_pending
        and status.at - status.oldest_pending > UNTAKEN_AFTER
    ):
        pending = status.pages.get("pending", 0)
        sentences.append(f"{pending:,} pages wait for the indexer, which does not take them")
    return sentences


def _damage(damaged: DamageCount) -> list[str]:
    sentences = []
    if damaged.lost:
        rows = "1 row of the archive is" if damaged.lost == 1 else f"{damaged.lost:,} rows of the archive are"
        sentences.append(
            f"{rows} damaged, such as {damaged.example}; `parley index` repairs what can be, `parley verify` lists them"
        )
    if damaged.repaired:
        rows = (
            "1 damaged row of the archive was" if damaged.repaired == 1 else f"{damaged.repaired:,} damaged rows were"
        )
        sentences.append(f"{rows} repaired lately; check the disk. `parley verify` lists them")
    return sentences


def _silence(role: Role, pid: int) -> str:
    cure = f"`parley run` restarts it; without it, end it with `kill -9 {pid}` and start it again"
    return f"the {role} (process {pid}) runs but gives no heartbeat: it is stopped or hung. {cure}"


def _stuck(role: Role, heartbeat: Heartbeat) -> str:
    cure = f"`parley run` restarts it; without it, end it with `kill {heartbeat.pid}` and start it again"
    return f"the {role} (process {heartbeat.pid}) is stuck: {heartbeat.stuck}. {cure}"
