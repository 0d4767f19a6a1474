"""Sends what is due, each channel in a thread of its own: one that hangs holds up neither the others nor the rules."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from threading import Thread
from traceback import format_tb

from config.errors import ArchiveError
from config.logs import get_logger
from monitor.alerts import outbox
from monitor.alerts.channels import send
from monitor.alerts.configured import LiveRules
from monitor.alerts.failure import Failed
from monitor.alerts.outbox import Delivery
from monitor.app import App
from monitor.processes.digests import letter

_NOWHERE = "there is no such channel, or its file has a mistake"

log = get_logger(__name__)


@dataclass(slots=True)
class Courier:
    """The deliveries of an installation."""

    app: App
    live: LiveRules
    _busy: dict[str, Thread] = field(default_factory=dict)  # channel → its round
    _trouble: list[ArchiveError] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        """Begin to send what is due to the channels that nothing is being sent to.

        Raises:
            ArchiveError: the archive cannot be read or written, or could not be in an earlier round.
        """
        self._busy = {channel: thread for channel, thread in self._busy.items() if thread.is_alive()}
        if self._trouble:
            raise self._trouble.pop()
        if not self.app.has_archive:
            return
        with self.app.archive.database.write() as connection:
            due = outbox.take_due(connection, now)
        for channel, deliveries in _by_channel(due):
            if channel not in self._busy:
                thread = Thread(target=self._deliver, args=(deliveries, now), name=f"to {channel}", daemon=True)
                self._busy[channel] = thread
                thread.start()

    def finish(self, limit: float) -> bool:
        """Wait until what was begun is sent, for so many seconds at most, and return whether it is."""
        end = time.monotonic() + limit
        for thread in self._busy.values():
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._busy.values())

    def _deliver(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Send to one channel, oldest first. After a failure the rest waits for another round.

        Where one failed before, the first is one that was tried least: a message that is never accepted holds up no other.
        """
        began = time.monotonic()
        try:
            first = min(deliveries, key=attrgetter("attempts", "number"))
            for delivery in (first, *(one for one in deliveries if one is not first)):
                if not self._send(delivery, now, began):
                    return
        except ArchiveError as error:
            self._trouble.append(error)

    def _send(self, delivery: Delivery, now: datetime, began: float) -> bool:
        database = self.app.archive.database
        channel = self.live.current.channel(delivery.channel)
        names = {source.id: source.name for source in self.app.sources}
        rule = self.live.current.rule(delivery.message.rule)
        zone = rule.timezone if rule and rule.timezone else self.app.zone
        try:
            if channel is None:
                raise Failed(_NOWHERE)
            at = _later(now, began)
            send(channel, delivery.message, names=names, zone=zone, now=at, letter=letter(delivery.message))
        except ArchiveError:
            raise
        except Exception as error:  # what is not recorded as failed would be sent again at once, for ever
            why = error if isinstance(error, Failed) else Failed(f"unexpected error ({type(error).__name__})")
            with database.write() as connection:
                outbox.mark_failed(connection, delivery, _later(now, began), why.detail, why.wait)
            if not delivery.attempts:
                surprise = error.__cause__ if isinstance(error, Failed) else error
                place = "".join(format_tb(surprise.__traceback__)) if surprise else ""  # its text may hold the address
                log.warning(
                    "alert not sent",
                    channel=delivery.channel,
                    key=delivery.message.key,
                    detail=why.detail,
                    **({"place": place} if place else {}),
                )
            return False
        with database.write() as connection:
            outbox.mark_sent(connection, delivery, _later(now, began))
        log.info("alert sent", channel=delivery.channel, key=delivery.message.key, attempts=delivery.attempts + 1)
        return True


def _by_channel(due: Sequence[Delivery]) -> Iterator[tuple[str, list[Delivery]]]:
    channel = attrgetter("channel")
    for id, deliveries in groupby(sorted(due, key=channel), key=channel):
        yield id, list(deliveries)


def _later(moment: datetime, began: float) -> datetime:
    """Return the time now: the moment at which sending began, and what has passed since then by a clock that is not set."""
    return moment + timedelta(seconds=time.monotonic() - began)
