"""Decides what is told when: one function of a rule, what it remembers and what is known, for the present and for the past.

Events become messages at once, but none in quiet hours, none while the rule is snoozed, and no more than its daily cap. A rule
with more messages in seven days than its budget sends one digest a day, until its events fit into the budget again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from config.alerts import HIGHEST_BUDGET, Quiet, Rule
from indexer.alerts.events import look
from indexer.alerts.known import Known
from indexer.alerts.state import Event, Message, Occasion, State, key_of

WEEK = timedelta(days=7)
DIGEST_AT = time(8)  # by the reader's clock, where quiet hours do not end later
LONGEST = 50  # events in a message; further ones are counted
_HELD = 500  # events that wait at most
_FIRED = HIGHEST_BUDGET + 1  # moments of events that are kept: one more than any budget
_NONE_LEFT_OUT: dict[str, Any] = {"left_out": 0, "capped": 0, "snoozed": 0}


class Decision(NamedTuple):
    """The messages to send now, and what to remember."""

    messages: tuple[Message, ...]
    state: State


def decide(
    rule: Rule, state: State | None, known: Known, zone: ZoneInfo, snoozed_until: datetime | None = None
) -> Decision:
    """Return what a rule tells at the moment of what is known.

    Args:
        state: as the last decision returned it; None at the first, which tells nothing.
        zone: of the installation, for a rule without its own.
        snoozed_until: until then events are counted, not told.
    """
    zone = rule.timezone or zone
    at = known.at
    events, state = look(rule, state, known, zone)
    fired = (*(moment for moment in state.fired if at - moment < WEEK), *(event.at for event in events))
    state = replace(
        state,
        fired=fired[-_FIRED:],
        sent=tuple(moment for moment in state.sent if at - moment < WEEK),
    )
    if snoozed_until and at < snoozed_until:
        skipped = len(events)
        return Decision((), replace(state, left_out=state.left_out + skipped, snoozed=state.snoozed + skipped))
    if state.is_digest and len(state.fired) <= rule.weekly_budget:
        state = replace(state, is_digest=False)
    before = state.waiting
    waiting = (*before, *events)
    state = replace(state, waiting=waiting[:_HELD], left_out=state.left_out + len(waiting[_HELD:]))
    if not state.waiting or is_quiet(rule.quiet, at, zone):
        return Decision((), state)
    if state.is_digest:
        return _digest(rule, state, at, zone)
    batches = [state.waiting] if before else [(event,) for event in state.waiting]
    return _tell(rule, state, at, zone, batches)


def is_quiet(quiet: Quiet | None, at: datetime, zone: ZoneInfo) -> bool:
    """Return whether a moment is in the quiet hours, by the clock of a time zone."""
    if quiet is None:
        return False
    clock = at.astimezone(zone).time()
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def _tell(rule: Rule, state: State, at: datetime, zone: ZoneInfo, batches: Sequence[tuple[Event, ...]]) -> Decision:
    """Make one message of each batch, as far as the cap and the budget allow."""
    messages: list[Message] = []
    state = replace(state, waiting=())
    today = at.astimezone(zone).date()
    for number, batch in enumerate(batches):
        if len(state.sent) >= rule.weekly_budget:
            rest = tuple(event for later in batches[number:] for event in later)
            last = _message(rule, state, at, "digest", rest, is_over_budget=True)
            return Decision((*messages, last), _after_digest(state, today))
        if _sent_on(state, today, zone) >= rule.daily_cap:
            state = replace(state, left_out=state.left_out + len(batch), capped=state.capped + len(batch))
            continue
        messages.append(_message(rule, state, at, "held" if len(batch) > 1 else "event", batch))
        state = replace(state, sent=(*state.sent, at), **_NONE_LEFT_OUT)
    return Decision(tuple(messages), state)


def _digest(rule: Rule, state: State, at: datetime, zone: ZoneInfo) -> Decision:
    """Make the digest of the day, when it is due."""
    local = at.astimezone(zone)
    if state.digested == local.date() or local.time() < DIGEST_AT:
        return Decision((), state)
    message = _message(rule, state, at, "digest", state.waiting)
    return Decision((message,), _after_digest(state, local.date()))


def _after_digest(state: State, today: date) -> State:
    return replace(state, waiting=(), is_digest=True, digested=today, **_NONE_LEFT_OUT)


def _message(
    rule: Rule,
    state: State,
    at: datetime,
    occasion: Occasion,
    events: tuple[Event, ...],
    *,
    is_over_budget: bool = False,
) -> Message:
    return Message(
        rule=rule.id,
        key=key_of(rule, events),
        at=at,
        occasion=occasion,
        events=events[:LONGEST],
        left_out=state.left_out + len(events[LONGEST:]),
        capped=state.capped,
        snoozed=state.snoozed,
        is_over_budget=is_over_budget,
        fired=len(state.fired),
    )


def _sent_on(state: State, day: date, zone: ZoneInfo) -> int:
    return sum(moment.astimezone(zone).date() == day for moment in state.sent)
