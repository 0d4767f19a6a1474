"""A back-test gets the messages that were sent when the same stream was watched hour by hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from config.alerts import READINESS, Quiet, Rule
from indexer.alerts.decide import decide
from indexer.alerts.events import HISTORY, days_before
from indexer.alerts.replay import hours, replay
from indexer.alerts.state import Message, Occasion, State, from_json, to_json
from tests.support.builders import article
from tests.support.stream import Arrival, past_of

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 27, 6, tzinfo=UTC)
BEGAN = START - timedelta(days=60)
HOUR = timedelta(hours=1)
CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)  # of the clocks in Berlin


def arrival(serial: int, collected: datetime, *, lag: timedelta, text: int, watched: bool, day_only: bool) -> Arrival:
    published = collected - lag
    made = article(
        serial=serial,
        source=f"source-{serial % 4}",
        published=published.replace(hour=12, minute=0, second=0) if day_only else published,
        published_precision="day" if day_only else "second",
        collected=collected,
    )
    return Arrival(made, text, watched)


def quiet_past(every: int) -> list[Arrival]:
    """Return one story every so many hours, in the weeks before."""
    moments = [START - number * HOUR for number in range(1, 24 * 42, every)]
    return [
        arrival(1_000 + number, moment, lag=HOUR, text=1_000 + number, watched=number % 3 > 0, day_only=False)
        for number, moment in enumerate(moments)
    ]


STREAMS = st.lists(
    st.builds(
        lambda minutes, lag, text, watched, day_only: (minutes, lag, text, watched, day_only),
        st.integers(0, 60 * 40),  # minutes after the start
        st.sampled_from([1, 30, 90, 60 * 20, 60 * 80]),  # minutes between publication and collection
        st.integers(0, 25),
        st.booleans(),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=40,
)
RULES = st.builds(
    lambda on, **more: Rule(id="rule", title="A rule", on=on, theme="truce", share=0.6, **more),
    on=st.sampled_from(["spike", "more", "story", "silence", "share"]),
    sensitivity=st.sampled_from(READINESS),
    more_than=st.integers(0, 5),
    per=st.sampled_from(["day", "hour"]),
    silence=st.sampled_from([timedelta(hours=3), timedelta(days=1)]),
    days=st.integers(1, 3),
    quiet=st.sampled_from([None, Quiet(time(22), time(7)), Quiet(time(1), time(5, 30))]),
    timezone=st.sampled_from([None, BERLIN, ZoneInfo("Asia/Kolkata")]),
    daily_cap=st.sampled_from([1, 3, 20]),
    weekly_budget=st.sampled_from([1, 4, 10]),
)


def days_of(rule: Rule, ticks: Sequence[datetime]) -> list[datetime]:
    zone = rule.timezone or UTC_ZONE
    edges = days_before(ticks[-1], zone, HISTORY + (ticks[-1] - ticks[0]).days + 2)
    return [edge.astimezone(UTC) for edge in edges]


def watched_live(rule: Rule, arrivals: Sequence[Arrival], ticks: Sequence[datetime]) -> list[Message]:
    """Decide at every tick with nothing but what was known then, and remember only what is stored."""
    return snoozed_live(rule, arrivals, ticks, ticks[0], ticks[0])[0]


def snoozed_live(
    rule: Rule, arrivals: Sequence[Arrival], ticks: Sequence[datetime], start: datetime, end: datetime
) -> tuple[list[Message], State]:
    """Decide as `watched_live` does, but snoozed from one moment to another; return also what is remembered at the end."""
    stored = ""
    messages: list[Message] = []
    days = days_of(rule, ticks)
    for tick in ticks:
        known = past_of((one for one in arrivals if one.article.collected < tick), days, [tick], BEGAN)
        known.move_to(tick)
        state: State | None = from_json(stored) if stored else None
        decision = decide(rule, state, known, UTC_ZONE, end if tick >= start else None)
        messages += decision.messages
        stored = to_json(decision.state)
    return messages, decision.state


def comparable(messages: Sequence[Message]) -> list[Any]:
    """Return what the messages say; the story that an article belongs to may be known only later."""
    return [
        replace(
            message,
            events=tuple(
                replace(event, headlines=tuple(replace(row, group="") for row in event.headlines))
                for event in message.events
            ),
        )
        for message in messages
    ]


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rule=RULES, stream=STREAMS, every=st.sampled_from([5, 8, 16]))
def test_the_past_gets_the_messages_of_the_present(rule: Rule, stream: list[Any], every: int) -> None:
    arrivals = quiet_past(every) + [
        arrival(
            serial,
            START + timedelta(minutes=minutes),
            lag=timedelta(minutes=lag),
            text=text,
            watched=watched,
            day_only=day_only,
        )
        for serial, (minutes, lag, text, watched, day_only) in enumerate(stream, 1)
    ]
    ticks = hours(START, START + 41 * HOUR)
    live = watched_live(rule, arrivals, ticks)
    back = replay(rule, past_of(arrivals, days_of(rule, ticks), ticks, BEGAN), ticks, UTC_ZONE)
    assert comparable(back) == comparable(live)


def busy(chance: Random) -> tuple[Rule, list[Arrival]]:
    """Return a rule that has much to tell, and a stream of 66 hours over a change of the clock."""
    rule = Rule(
        id="rule",
        title="A rule",
        on=chance.choice(["more", "story"]),
        theme="truce",
        more_than=chance.randint(0, 1),
        per=chance.choice(["day", "hour"]),
        quiet=chance.choice([None, Quiet(time(22), time(7)), Quiet(time(2), time(3)), Quiet(time(3), time(2))]),
        timezone=BERLIN,
        daily_cap=chance.choice([1, 3, 20]),
        weekly_budget=chance.choice([1, 4, 10]),
    )
    return rule, [
        arrival(
            serial,
            START + timedelta(minutes=chance.randrange(60 * 65)),
            lag=timedelta(minutes=chance.choice([1, 30, 90, 60 * 20, 60 * 80])),
            text=chance.randrange(40),
            watched=chance.random() < 0.7,
            day_only=chance.random() < 0.2,
        )
        for serial in range(1, 61)
    ]


def test_busy_streams_get_the_messages_of_the_present_over_a_change_of_the_clock() -> None:
    seen: Counter[str] = Counter()
    for seed in range(10):
        rule, stream = busy(Random(seed))
        arrivals, ticks = quiet_past(16) + stream, hours(START, START + 66 * HOUR)
        live = watched_live(rule, arrivals, ticks)
        back = replay(rule, past_of(arrivals, days_of(rule, ticks), ticks, BEGAN), ticks, UTC_ZONE)
        assert comparable(back) == comparable(live), seed
        seen.update(message.occasion for message in live)
        seen["left out"] += sum(message.left_out > 0 for message in live)
        seen["after the change"] += sum(message.at >= CHANGE for message in live)
    assert min(seen[name] for name in (*get_args(Occasion), "left out", "after the change")) >= 2, seen


def events_of(messages: Sequence[Message], state: State) -> tuple[list[str], int]:
    """Return the keys of what was told or waits, and how many events there were in all."""
    keys = [event.key for message in messages for event in message.events]
    keys += [event.key for event in state.waiting]
    return keys, len(keys) + sum(message.left_out for message in messages) + state.left_out


def test_a_snooze_withholds_what_happens_meanwhile_counts_it_and_changes_nothing_else() -> None:
    snoozed_messages = 0
    for seed in range(10):
        rule, stream = busy(Random(seed))
        arrivals, ticks = quiet_past(16) + stream, hours(START, START + 66 * HOUR)
        start, end = START + (seed + 3) * HOUR, START + (seed * 2 + 20) * HOUR
        whole, at_the_end = snoozed_live(rule, arrivals, ticks, ticks[0], ticks[0])
        told, remembered = snoozed_live(rule, arrivals, ticks, start, end)
        assert [one for one in told if one.at < start] == [one for one in whole if one.at < start], seed
        assert [one for one in told if start <= one.at < end] == []
        keys, number = events_of(told, remembered)
        _, in_all = events_of(whole, at_the_end)
        assert (number, len(set(keys))) == (in_all, len(keys)), seed
        assert {event.key for one in told for event in one.events if start <= event.at < end} == set()
        happened = [event for one in whole for event in one.events if start <= event.at < end]
        counts = sum(one.snoozed for one in told) + remembered.snoozed
        assert counts >= len(happened)
        assert counts <= sum(one.left_out for one in told) + remembered.left_out
        snoozed_messages += len(happened)
    assert snoozed_messages > 10


def burst(number: int, *, text: int | None = None, at: datetime = START + 3 * HOUR) -> list[Arrival]:
    return [
        arrival(
            each,
            at + each * timedelta(minutes=1),
            lag=timedelta(minutes=2),
            text=each if text is None else text,
            watched=True,
            day_only=False,
        )
        for each in range(1, number + 1)
    ]


def sent(rule: Rule, arrivals: Sequence[Arrival], length: int = 61) -> list[Message]:
    ticks = hours(START, START + length * HOUR)
    return replay(rule, past_of(arrivals, days_of(rule, ticks), ticks, BEGAN), ticks, UTC_ZONE)


def rule(on: str, **more: Any) -> Rule:
    return Rule(id="rule", title="A rule", theme="truce", on=on, **more)  # type: ignore[arg-type]


def test_a_spike_is_told_once_though_it_goes_on() -> None:
    again = [
        replace(one, article=replace(one.article, id=f"{serial:032x}", serial=serial), text=serial)
        for serial, one in enumerate(burst(20, at=START + 25 * HOUR), 500)
    ]
    messages = sent(rule("spike"), [*quiet_past(8), *burst(20), *again])
    assert [(message.events[0].start, len(message.events)) for message in messages] == [(START.replace(hour=0), 1)]


def test_a_spike_is_told_in_the_hour_in_which_it_stands_out() -> None:
    [message] = sent(rule("spike"), [*quiet_past(8), *burst(20)])
    assert message.at == START + 4 * HOUR
    assert len(message.events[0].headlines) == 3


def test_the_hour_that_a_clock_shows_twice_is_two_hours() -> None:
    twice = datetime(2026, 10, 25, tzinfo=UTC)  # 02:00 in Berlin, and 02:00 again an hour later
    ticks = hours(twice - 2 * HOUR, twice + 12 * HOUR)
    watching = rule("more", more_than=3, per="hour")
    past = past_of(burst(5, at=twice), days_of(watching, ticks), ticks, BEGAN)
    messages = replay(watching, past, ticks, BERLIN)
    assert [(event.start, event.end) for message in messages for event in message.events] == [(twice, twice + HOUR)]


def test_copies_are_told_with_their_story() -> None:
    [message] = sent(rule("story"), [*quiet_past(8), *burst(9, text=1)], length=6)[-1:]
    assert [event.headlines[0].id for event in message.events] == [burst(1)[0].article.id]


def test_an_original_that_is_met_after_its_copy_is_not_told_again() -> None:
    copy, original = burst(2, text=1)
    early = replace(original.article, published=copy.article.published and copy.article.published - HOUR)
    messages = sent(rule("story"), [copy, replace(original, article=early)])
    assert [message.events[0].headlines[0].id for message in messages] == [copy.article.id]


def test_a_late_copy_and_a_late_original_of_a_story_that_was_told_are_not_told_again() -> None:
    told = arrival(1, START + HOUR, lag=HOUR, text=1, watched=True, day_only=False)
    copy = arrival(2, START + 9 * HOUR, lag=HOUR, text=1, watched=True, day_only=False)
    original = arrival(3, START + 20 * HOUR, lag=22 * HOUR, text=1, watched=True, day_only=False)
    last = arrival(4, START + 40 * HOUR, lag=HOUR, text=1, watched=True, day_only=True)
    ticks = hours(START, START + 61 * HOUR)
    for watch in (watched_live, lambda rule, arrivals, _: sent(rule, arrivals)):
        messages = watch(rule("story"), [told, copy, original, last], ticks)
        assert [message.events[0].headlines[0].id for message in messages] == [told.article.id]


def test_an_article_published_days_before_it_was_met_is_no_news() -> None:
    late = arrival(1, START + HOUR, lag=timedelta(days=3), text=1, watched=True, day_only=False)
    assert sent(rule("story"), [late]) == []


@pytest.mark.parametrize(("more_than", "messages"), [(4, 1), (5, 0)])
def test_a_day_is_told_when_it_has_more_stories_than_the_rule_says(more_than: int, messages: int) -> None:
    day = burst(5, at=START + HOUR)
    assert len(sent(rule("more", more_than=more_than), day, length=30)) == messages


def test_a_silence_is_told_once_and_again_after_the_next() -> None:
    first = arrival(1, START - HOUR, lag=HOUR, text=1, watched=True, day_only=False)
    second = arrival(2, START + 30 * HOUR, lag=HOUR, text=2, watched=True, day_only=False)
    others = [
        arrival(10 + hour, START + hour * HOUR, lag=HOUR, text=10 + hour, watched=False, day_only=False)
        for hour in range(60)
    ]
    messages = sent(rule("silence", silence=timedelta(hours=10)), [first, second, *others])
    assert [message.at - START for message in messages] == [10 * HOUR, 41 * HOUR]


def test_a_silence_is_not_told_while_nothing_at_all_is_collected() -> None:
    first = arrival(1, START - HOUR, lag=HOUR, text=1, watched=True, day_only=False)
    assert sent(rule("silence", silence=timedelta(hours=10)), [first]) == []


def test_quiet_hours_hold_messages_back_and_send_them_as_one() -> None:
    night = [*burst(2, at=START + 17 * HOUR), *burst(0)]
    [message] = sent(rule("story", quiet=Quiet(time(22), time(7))), night)
    assert (message.at, message.occasion, len(message.events)) == (START + 25 * HOUR, "held", 2)


def test_quiet_hours_are_those_of_the_reader() -> None:
    early = burst(1, at=START.replace(hour=23) - timedelta(days=0))
    [message] = sent(rule("story", quiet=Quiet(time(22), time(7)), timezone=BERLIN), early)
    assert message.at == datetime(2026, 3, 28, 6, tzinfo=UTC)


def test_messages_beyond_the_cap_of_a_day_are_counted_in_the_next() -> None:
    tomorrow = arrival(77, START + 20 * HOUR, lag=HOUR, text=77, watched=True, day_only=False)
    messages = sent(rule("story", daily_cap=2), [*burst(5), tomorrow])
    assert [(len(message.events), message.left_out) for message in messages] == [(1, 0), (1, 0), (1, 3)]


def test_a_rule_over_its_budget_sends_one_digest_a_day_and_says_so() -> None:
    stories = [
        arrival(number, START + number * HOUR, lag=HOUR, text=number, watched=True, day_only=False)
        for number in range(1, 59)
    ]
    messages = sent(rule("story", weekly_budget=3), stories)
    assert [message.occasion for message in messages] == ["event"] * 3 + ["digest"] * 3
    assert [message.is_over_budget for message in messages] == [False] * 3 + [True, False, False]
    assert [message.at.hour for message in messages[4:]] == [8, 8]
    assert sum(len(message.events) for message in messages) == len({key for m in messages for key in _ids(m)})


def _ids(message: Message) -> list[str]:
    return [event.headlines[0].id for event in message.events]


def test_a_rule_within_its_budget_again_sends_single_messages() -> None:
    stories = [
        arrival(number, START + number * HOUR, lag=HOUR, text=number, watched=True, day_only=False)
        for number in range(1, 6)
    ]
    later = arrival(99, START + timedelta(days=9), lag=HOUR, text=99, watched=True, day_only=False)
    messages = sent(rule("story", weekly_budget=3), [*stories, later], length=24 * 10)
    assert messages[-1].occasion == "event"


def test_a_share_that_crosses_its_line_is_told_in_both_directions() -> None:
    def hour(number: int, watched: bool) -> list[Arrival]:
        return [
            arrival(
                number * 10 + each,
                START + number * HOUR,
                lag=timedelta(0),
                text=number * 10 + each,
                watched=watched,
                day_only=False,
            )
            for each in range(4)
        ]

    stream = [one for number in range(1, 90) for one in hour(number, watched=24 < number < 48)]
    messages = sent(rule("share", share=0.4, days=1), stream, length=90)
    assert [message.events[0].is_above for message in messages] == [True, False]
