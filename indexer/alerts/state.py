"""What a rule remembers between two looks, and the events and messages that come of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from config.alerts import Rule, Trigger
from indexer.alerts.known import Headline

Occasion = Literal["event", "held", "digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a rule watches for.

    Attributes:
        at: when it was noticed.
        start: of the spike, bucket or silence; when the article was published for a new story.
        end: the first moment after it.
        stories: how many there were.
        expected: how many would be usual.
        share: the share that crossed the line, and `is_above` on which side it is now.
        feeds: feed → sentence, of feeds that need a look.
    """

    kind: Trigger
    at: datetime
    headlines: tuple[Headline, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    stories: int = 0
    expected: float = 0.0
    share: float = 0.0
    is_above: bool = True
    feeds: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What makes it this event, however often it is looked at."""
        feeds = ",".join(feed for feed, _ in self.feeds)
        story = self.headlines[0].id if self.kind == "story" else ""
        begin = self.start.isoformat() if self.start and not story else ""
        return f"{self.kind}:{begin or self.at.isoformat()}:{story}:{feeds}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody is told.

    Attributes:
        key: the same whenever the same thing is told, so that a channel can recognise a repetition.
        occasion: one event; several that were held back in quiet hours; or a daily digest.
        events: oldest first.
        left_out: events that are in no message.
        capped: of these, beyond the daily cap.
        snoozed: of these, while the rule was snoozed or paused; the others were too many for a message.
        is_over_budget: whether this message says that the rule now sends digests.
        fired: events of the last seven days, at most one more than the highest budget.
    """

    rule: str
    key: str
    at: datetime
    occasion: Occasion
    events: tuple[Event, ...]
    left_out: int
    capped: int
    snoozed: int
    is_over_budget: bool
    fired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a rule remembers.

    Attributes:
        seen: everything collected before this was looked at.
        spans: first moment and end of the spikes and buckets that were told; also the first of an event that was skipped.
        spoke: whether there was anything to hear within the span of a silence.
        is_above: on which side of its line a share is; None while too few articles show it.
        unwell: feeds that need a look.
        waiting: events that are not in a message yet.
        sent: when messages that were no digests were made, in the last seven days.
        fired: when events came about, in the last seven days; of more than any budget only the newest.
        left_out: events since the last message that are in none, and of these `capped` and `snoozed`, see `Message`.
        is_digest: whether the rule sends a daily digest, as it is over its budget.
        digested: the day of the last digest.
    """

    seen: datetime
    spans: tuple[tuple[datetime, datetime], ...] = ()
    spoke: bool = False
    is_above: bool | None = None
    unwell: tuple[str, ...] = ()
    waiting: tuple[Event, ...] = ()
    sent: tuple[datetime, ...] = ()
    fired: tuple[datetime, ...] = ()
    left_out: int = 0
    capped: int = 0
    snoozed: int = 0
    is_digest: bool = False
    digested: date | None = None


_STATE = TypeAdapter(State)


def to_json(state: State) -> str:
    """Return the state as it is stored."""
    return _STATE.dump_json(state).decode()


def from_json(text: str) -> State | None:
    """Return a stored state; None for one that is damaged or that another version wrote."""
    try:
        return _STATE.validate_json(text)
    except ValidationError:
        return None


def fingerprint(rule: Rule) -> str:
    """Return a digest of what a rule watches for; when it changes, the rule begins anew."""
    what = (rule.theme, rule.query, rule.on, rule.scope, rule.more_than, rule.per, rule.silence, rule.share, rule.days)
    return hashlib.blake2b(repr(what).encode(), digest_size=16).hexdigest()


def key_of(rule: Rule, events: tuple[Event, ...]) -> str:
    """Return the key of a message with these events; it is another one when the rule watches for something else."""
    text = "\n".join([rule.id, fingerprint(rule), *(event.key for event in events)])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
