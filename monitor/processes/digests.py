"""Makes the digests that are due, and records each for its channels: once for each period, whatever happens in between."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from config.digests import DigestPlan
from config.errors import Problem
from config.logs import get_logger
from crawler.archive import clock
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.alerts.letter import Letter
from monitor.alerts.outbox import Remembered
from monitor.app import App
from monitor.digests.mail import mail
from monitor.digests.writing import markdown, plain
from monitor.documents.alerts import AlertMessageDocument
from monitor.services.digest import digest

AGAIN = timedelta(minutes=5)  # after which a digest that could not be made is tried again

log = get_logger(__name__)


@dataclass(slots=True)
class Digests:
    """The digests of an installation."""

    app: App
    live: LiveRules
    # plan → when it failed, and how; never changed but replaced, as the heartbeat reads it meanwhile
    _broken: Mapping[str, tuple[datetime, Problem]] = field(default_factory=dict)

    @property
    def problems(self) -> Sequence[Problem]:
        """The digests that are due and cannot be made, with why."""
        return [problem for _, problem in self._broken.values()]

    def round(self, now: datetime) -> None:
        """Make what is due. A digest that cannot be made is named, tried again, and stops nothing else.

        Raises:
            ArchiveError: the archive cannot be read or written.
        """
        plans = {plan.key: plan for plan in self.live.current.digests}
        self._broken = {key: failure for key, failure in self._broken.items() if key in plans}
        if not plans or not self.app.has_archive:
            return
        with self.app.archive.database.read() as connection:
            known = outbox.remembered(connection)
        for key, plan in plans.items():
            self._look(plan, known.get(key), now)

    def _look(self, plan: DigestPlan, known: Remembered | None, now: datetime) -> None:
        following = plan.next_due(now, self.app.zone)
        due = _due(known) if known and known.fingerprint == _fingerprint(plan) else None
        if due is None or due > following:  # new, changed, or of a clock that was ahead
            self._record(plan, following, [])
        elif due <= now and _is_paused(plan, known, now):
            self._record(plan, following, [])
            self._forget(plan)
        elif due <= now and not self._failed_lately(plan, now) and self._is_believed(now):
            self._make(plan, following, now)

    def _is_believed(self, now: datetime) -> bool:
        with self.app.archive.database.write() as connection:
            return clock.is_believed(connection, now)

    def _failed_lately(self, plan: DigestPlan, now: datetime) -> bool:
        failed = self._broken.get(plan.key)
        return failed is not None and abs(now - failed[0]) < AGAIN

    def _make(self, plan: DigestPlan, following: datetime, now: datetime) -> None:
        """Make the digest of the last period that is over; earlier ones that were missed are not made."""
        try:
            message = self._message(plan, now)
        except Exception as wrong:  # whatever it is, alerts go on
            detail = str(wrong) or type(wrong).__name__
            if plan.key not in self._broken:
                log.warning("digest cannot be made", digest=plan.id, detail=detail)
            problem = Problem(f"digest {plan.id}", f"is due and cannot be made: {detail}")
            self._broken = {**self._broken, plan.key: (now, problem)}
            return
        self._record(plan, following, [message])
        self._forget(plan)
        log.info("digest", digest=plan.id, key=message.key)

    def _forget(self, plan: DigestPlan) -> None:
        self._broken = {key: failure for key, failure in self._broken.items() if key != plan.key}

    def _message(self, plan: DigestPlan, now: datetime) -> AlertMessageDocument:
        first = plan.first_day(plan.last_due(now, self.app.zone), self.app.zone)
        if plan.every == "day":
            made = digest(self.app, day=first.isoformat())
        else:
            year, week, _ = first.isocalendar()
            made = digest(self.app, week=f"{year}-W{week:02}")
        return AlertMessageDocument(
            type="parley.digest",
            key=hashlib.blake2b(f"{plan.key} {plan.every} {first}".encode(), digest_size=16).hexdigest(),
            rule=plan.key,
            title=f"{plan.title}: {made.title[0].lower()}{made.title[1:]}",
            at=now,
            occasion="digest",
            events=(),
            left_out=0,
            remarks=(),
            digest=made,
        )

    def _record(self, plan: DigestPlan, due: datetime, messages: Sequence[AlertMessageDocument]) -> None:
        with self.app.archive.database.write() as connection:
            outbox.record(connection, plan.key, _fingerprint(plan), due.isoformat(), messages, plan.to)


def letter(message: AlertMessageDocument) -> Letter | None:
    """Return the digest of a message in the forms that channels take; None for the message of a rule."""
    made = message.digest
    if made is None:
        return None
    return Letter(
        markdown=lambda: markdown(made),
        text=lambda: plain(made),
        mail=lambda subject, sender, to: replace(mail(made), subject=subject).to_message(sender, to, made),
    )


def _fingerprint(plan: DigestPlan) -> str:
    return f"{plan.every} {plan.at:%H:%M}"


def _is_paused(plan: DigestPlan, known: Remembered | None, now: datetime) -> bool:
    """Return whether what is due now is not made, nor later."""
    return plan.paused or bool(known and known.snoozed_until and known.snoozed_until > now)


def _due(known: Remembered) -> datetime | None:
    """Return when a digest is due, as it was recorded; None where that is damaged."""
    try:
        due = datetime.fromisoformat(known.state)
    except ValueError:
        return None
    return due if due.tzinfo else due.replace(tzinfo=UTC)
