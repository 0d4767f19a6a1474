"""What a rule has to tell at a moment, from what is known and what it remembers. No clock, no network, no disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from config.alerts import Readiness, Rule, Trigger
from indexer.alerts.known import Known
from indexer.alerts.state import Event, State
from indexer.calendar import after, floor
from indexer.trends.baseline import LEAD
from indexer.trends.spikes import Sensitivity, Spike, find_spikes, with_volume

SENSITIVITIES: Mapping[Readiness, Sensitivity] = {"seldom": "low", "balanced": "medium", "early": "high"}
HISTORY = LEAD + 28  # days of counts behind a judgement
FEWEST = 50  # articles below which a share means little
SLACK = 0.1  # of the line by which a share falls below it before it can cross it again, so that it does not flutter
HOURS = 6  # for so many hours a late article can still make an hour one of many
_DAY = timedelta(days=1)

Look = tuple[list[Event], State]


def look(rule: Rule, state: State | None, known: Known, zone: ZoneInfo) -> Look:
    """Return what happened since the last look, oldest first, and what to remember. The first look tells nothing.

    Args:
        zone: in which days begin.
    """
    events, after_look = _LOOKS[rule.on](rule, state or State(seen=known.at), known, zone, state is None)
    return ([] if state is None else events), replace(after_look, seen=known.at)


def days_before(at: datetime, zone: ZoneInfo, number: int) -> list[datetime]:
    """Return the edges of this day and of so many before it."""
    return list(_days_to(at.astimezone(zone).date(), zone, number))


@lru_cache(maxsize=32)
def _days_to(day: date, zone: ZoneInfo, number: int) -> Sequence[datetime]:
    today = datetime.combine(day, time(), zone)
    edges = [floor(today - number * _DAY, "day")]
    while edges[-1] < after(today, "day"):
        edges.append(after(edges[-1], "day"))
    return edges


def _spike(rule: Rule, state: State, known: Known, zone: ZoneInfo, is_first: bool) -> Look:
    """Tell of a spike once, when the first of its days stands out."""
    same_day = state.seen.astimezone(zone).date() == known.at.astimezone(zone).date()
    if same_day and not is_first and not known.arrived(state.seen).watched:
        return [], state
    edges = days_before(known.at, zone, HISTORY)
    dates = [edge.date() for edge in edges[:-1]]
    stories = [each.stories for each in known.counts(edges)]
    everything = [each.stories for each in known.totals(edges)]
    days = with_volume(dates, stories, everything, known.usable(edges))
    events, spans = [], _recent(state, edges[0])
    for spike in find_spikes(days, SENSITIVITIES[rule.sensitivity], dates[-2]):
        start, end = _span(spike, zone)
        earlier = next((span for span in spans if start < span[1] + 2 * _DAY and span[0] < end + 2 * _DAY), None)
        if earlier:
            spans = [span for span in spans if span != earlier]
            start, end = min(start, earlier[0]), max(end, earlier[1])
        elif not is_first:
            events.append(_spike_event(spike, known, start, end))
        spans = [*spans, (start, end)]
    return events, replace(state, spans=tuple(spans))


def _spike_event(spike: Spike, known: Known, start: datetime, end: datetime) -> Event:
    return Event(
        kind="spike",
        at=known.at,
        start=start,
        end=end,
        stories=spike.stories,
        expected=spike.expected,
        headlines=tuple(known.leading(start, end)),
    )


def _span(spike: Spike, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = (datetime.combine(day, time(), zone) for day in (spike.start, spike.end))
    return first.astimezone(UTC), after(last, "day").astimezone(UTC)


def _more(rule: Rule, state: State, known: Known, zone: ZoneInfo, _is_first: bool) -> Look:
    """Tell of a day or hour once, when it has more stories than the rule says."""
    if rule.per == "day":
        edges = days_before(known.at, zone, 1)
    else:
        hours = (known.at.astimezone(UTC) - number * timedelta(hours=1) for number in range(HOURS, -1, -1))
        # Compared in UTC: the hour that a clock shows twice is two hours.
        starts = dict.fromkeys(floor(hour.astimezone(zone), "hour").astimezone(UTC) for hour in hours)
        edges = [*starts, after(next(reversed(starts)).astimezone(zone), "hour")]
    edges = [edge.astimezone(UTC) for edge in edges]
    counts = known.counts(edges, timed=rule.per == "hour")
    events, spans = [], _recent(state, edges[0])
    for (start, end), count in zip(pairwise(edges), counts, strict=True):
        if count.stories > rule.more_than and (start, end) not in spans:
            spans.append((start, end))
            headlines = tuple(known.leading(start, end))
            events.append(
                Event(kind="more", at=known.at, start=start, end=end, stories=count.stories, headlines=headlines)
            )
    return events, replace(state, spans=tuple(spans))


def _story(_rule: Rule, state: State, known: Known, _zone: ZoneInfo, is_first: bool) -> Look:
    """Tell of every story once, by the first of its articles."""
    rows = [] if is_first else [row for row in known.new(state.seen) if not row.is_late]
    return [Event(kind="story", at=known.at, start=row.published, stories=1, headlines=(row,)) for row in rows], state


def _silence(rule: Rule, state: State, known: Known, _zone: ZoneInfo, _is_first: bool) -> Look:
    """Tell of a silence once, and not while nothing at all is collected."""
    since = known.at - rule.silence
    arrivals = known.arrived(since)
    if arrivals.watched:
        return [], replace(state, spoke=True)
    if not state.spoke or not arrivals.everything:
        return [], state
    return [Event(kind="silence", at=known.at, start=since, end=known.at)], replace(state, spoke=False)


def _share(rule: Rule, state: State, known: Known, zone: ZoneInfo, _is_first: bool) -> Look:
    """Tell when the share of the last days crosses the line, in either direction."""
    edges = days_before(known.at, zone, rule.days - 1)
    total = sum(each.articles for each in known.totals(edges))
    if total < FEWEST:
        return [], state
    share = sum(each.articles for each in known.counts(edges)) / total
    was, line = state.is_above, rule.share
    is_above = share > line if was is not True else share > line * (1 - SLACK)
    state = replace(state, is_above=is_above)
    if was is None or was is is_above:
        return [], state
    headlines = tuple(known.leading(edges[0].astimezone(UTC), edges[-1].astimezone(UTC))) if is_above else ()
    return [Event(kind="share", at=known.at, share=share, is_above=is_above, headlines=headlines)], state


def _source(_rule: Rule, state: State, known: Known, _zone: ZoneInfo, _is_first: bool) -> Look:
    """Tell of the feeds that have come to need a look since the last time."""
    unwell = known.unwell()
    fresh = tuple((feed, sentence) for feed, sentence in sorted(unwell.items()) if feed not in state.unwell)
    events = [Event(kind="source", at=known.at, feeds=fresh)] if fresh else []
    return events, replace(state, unwell=tuple(sorted(unwell)))


def _recent(state: State, since: datetime) -> list[tuple[datetime, datetime]]:
    return [span for span in state.spans if span[1] > since]


_LOOKS: Mapping[Trigger, Callable[[Rule, State, Known, ZoneInfo, bool], Look]] = {
    "spike": _spike,
    "more": _more,
    "story": _story,
    "silence": _silence,
    "share": _share,
    "source": _source,
}
