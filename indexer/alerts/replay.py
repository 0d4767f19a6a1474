"""Back-tests: what a rule would have told, decided hour by hour by the function that decides in the present."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.alerts import Rule
from indexer.alerts.decide import decide
from indexer.alerts.past import Past
from indexer.alerts.state import Message, State
from indexer.alerts.totals import HOUR


def hours(since: datetime, until: datetime) -> list[datetime]:
    """Return the full hours of a range, the first at or before its start, and its end."""
    first = since.replace(minute=0, second=0, microsecond=0)
    last = until.replace(microsecond=0)
    number = max(0, -(-(last - first) // HOUR))
    return [first + HOUR * each for each in range(number)] + [max(last, first + timedelta(seconds=1))]


def replay(rule: Rule, past: Past, ticks: Sequence[datetime], zone: ZoneInfo) -> list[Message]:
    """Return the messages of a rule that would have begun to watch at the first of these moments.

    Args:
        past: as read for these ticks; it is walked to its end.
        zone: of the installation.
    """
    state: State | None = None
    messages: list[Message] = []
    for tick in ticks:
        past.move_to(tick)
        decision = decide(rule, state, past, zone)
        messages += decision.messages
        state = decision.state
    return messages
