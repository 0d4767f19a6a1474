"""Watches the rules, and sends their messages and the digests: one process per installation, apart from crawler and indexer.

Each round decides every rule at the moment up to which everything collected is indexed, records what it decided, and sends
what is due. What was recorded is sent by the next process when this one is killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

from config.alerts import Rule
from config.errors import ArchiveError, EngineError, ParleyError, Problem, describe_unexpected
from config.logs import get_logger
from crawler.archive import clock
from indexer.alerts.decide import decide
from indexer.alerts.state import fingerprint, from_json, to_json
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.alerts.messages import feed_names, to_document
from monitor.alerts.outbox import Remembered
from monitor.alerts.present import horizon, known_now
from monitor.app import App
from monitor.processes.courier import Courier
from monitor.processes.digests import Digests
from monitor.processes.reporter import Reporter

ROUND = 10.0  # seconds between two rounds
IDLE = timedelta(minutes=1)  # so often the rules are decided while the index does not change
STUCK_AFTER = 600.0  # seconds without a round
PATIENCE = 5.0  # seconds at the end for what is being sent
_FOREVER = datetime.max.replace(tzinfo=UTC)

log = get_logger(__name__)


@dataclass(slots=True)
class Alerts:
    """The rules of an installation, watched.

    Attributes:
        rounds: so many were finished.
        looks: so many times a rule was looked at.
        courier: sends what is due.
    """

    app: App
    live: LiveRules
    rounds: int = 0
    looks: int = 0
    courier: Courier = field(init=False)
    _digests: Digests = field(init=False)
    _horizon: dict[str, datetime] = field(default_factory=dict)  # rule → as the round before found it
    _stamp: str = ""
    _decided: datetime | None = None
    _broken: Mapping[str, Problem] = field(default_factory=dict)  # rule → why it cannot be decided; never changed

    def __post_init__(self) -> None:
        """Begin with digests and deliveries of the same installation."""
        self.courier = Courier(self.app, self.live)
        self._digests = Digests(self.app, self.live)

    @property
    def problems(self) -> list[Problem]:
        """Mistakes in the files, rules that cannot be decided, and digests that cannot be made."""
        return [*self.live.problems, *self._broken.values(), *self._digests.problems]

    def round(self, now: datetime) -> None:
        """Decide every rule where that may change anything, make digests, and begin to send what is due.

        Raises:
            EngineError, ArchiveError: nothing can be decided now; what is due is sent all the same.
        """
        self.live.reload()
        try:
            self._decide(now)
        finally:
            try:
                self._digests.round(now)
            finally:
                self.courier.begin(now)
                self.rounds += 1

    def settle(self, now: datetime) -> None:
        """Decide at once on everything collected, and begin to send, where nothing else collects or indexes meanwhile.

        Raises:
            EngineError, ArchiveError: nothing can be decided.
        """
        for _ in range(2):  # the first notes up to which moment everything is indexed
            self._decided = None
            self._decide(now)
        self.courier.begin(now)

    def _decide(self, now: datetime) -> None:
        """Decide every rule. One that cannot be decided is named and tried again, and stops no other.

        Raises:
            EngineError: of the first rule for which the engine did not answer, after all others were decided; or no rule
                can be decided.
            ArchiveError: no rule can be decided.
        """
        if not self.live.current.rules or not self.app.has_archive:
            return
        stamp = self.app.engine.stamp()
        if stamp == self._stamp and self._decided and abs(now - self._decided) < IDLE:
            return
        with self.app.archive.database.write() as connection:  # in which `horizon` trusts
            if not clock.is_believed(connection, now):
                return
        with self.app.archive.database.read() as connection:
            known = outbox.remembered(connection)
        broken: dict[str, Problem] = {}
        unanswered: EngineError | None = None
        for rule in self.live.current.rules:
            try:
                self._decide_rule(rule, known.get(rule.id), now)
            except ArchiveError:
                raise
            except Exception as wrong:  # whatever it is, the other rules are decided
                if isinstance(wrong, EngineError):
                    self.app.engine.stamp()  # fails as well where the engine is down, and every rule would
                    unanswered = unanswered or wrong
                broken[rule.id] = self._report(rule, wrong)
            self.looks += 1
        self._broken = broken
        if unanswered:
            raise unanswered
        self._stamp, self._decided = stamp, now

    def _decide_rule(self, rule: Rule, known: Remembered | None, now: datetime) -> None:
        """Decide a rule at the moment that the round before found everything indexed up to: readers see that by now."""
        state = from_json(known.state) if known and known.fingerprint == fingerprint(rule) else None
        seen = state.seen if state else None
        database = self.app.archive.database
        with database.read() as connection:
            following = horizon(connection, seen, now)
        at, self._horizon[rule.id] = self._horizon.get(rule.id), following
        if at is None or (seen and at <= seen):
            return
        snoozed = _FOREVER if rule.paused else known.snoozed_until if known else None
        decision = decide(rule, state, known_now(self.app, rule, at), self.app.zone, snoozed)
        names = feed_names(self.app.sources) if decision.messages else {}
        documents = [to_document(message, rule, self.app.zone, names) for message in decision.messages]
        with database.write() as connection:
            outbox.record(connection, rule.id, fingerprint(rule), to_json(decision.state), documents, rule.to)
        for document in documents:
            log.info("alert", rule=rule.id, key=document.key, events=len(document.events))

    def _report(self, rule: Rule, wrong: Exception) -> Problem:
        """Return why a rule cannot be decided, logged when that is new; what nobody expected has a traceback there."""
        is_expected = isinstance(wrong, ParleyError)
        detail = str(wrong) if is_expected else describe_unexpected(wrong)
        problem = Problem(f"rule {rule.id}", f"cannot be decided: {detail}")
        if self._broken.get(rule.id) != problem:
            log.warning("rule cannot be decided", rule=rule.id, detail=detail, exc_info=None if is_expected else wrong)
        return problem


def watch_rules(app: App, stop: Event) -> None:
    """Watch the rules until stopped.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    alerts = Alerts(app, LiveRules(app, is_writable=True))
    reporter = Reporter(
        app.settings.data,
        "alerts",
        lambda: alerts.problems,
        mark=lambda: (alerts.rounds, alerts.looks),
        limit=STUCK_AFTER,
    )
    with reporter as report:
        while not stop.is_set():
            try:
                alerts.round(datetime.now(UTC))
                rules = len(alerts.live.current.rules)
                report(f"watching {rules} {'rule' if rules == 1 else 'rules'}" if rules else "no rules", "")
            except (EngineError, ArchiveError) as error:
                report("waiting for the engine" if isinstance(error, EngineError) else "waiting", str(error))
            report.advance()
            stop.wait(ROUND)
        alerts.courier.finish(PATIENCE)
