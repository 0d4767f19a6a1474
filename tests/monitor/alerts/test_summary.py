"""A rule says what it does, what it is limited to, and what it holds back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from config.alerts import Quiet, Rule, Scope
from indexer.alerts.state import Event, State
from monitor.alerts.summary import held_back, summary

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
WAITING = tuple(Event(kind="silence", at=AT + hour * timedelta(hours=1)) for hour in range(2))


def rule(on: Any = "story", **changed: Any) -> Rule:
    return Rule(id="mine", title="Mine", on=on, **changed)


@pytest.mark.parametrize(
    ("watched", "says"),
    [
        (rule(theme="truce"), "Tells of every new story about the theme Truce."),
        (rule(query="drone"), "Tells of every new story that matches the query drone."),
        (rule("spike"), "Tells of a spike in all that is collected, balanced: 1 to 3 false alarms a year."),
        (
            rule("more", more_than=1, scope=Scope(sources=("tass", "gone"))),
            "Tells when a day has more than 1 story. Limited to articles from TASS or gone.",
        ),
        (
            rule("silence", query="a OR b", scope=Scope(languages=("ru", "uk"), countries=("RU",))),
            "Tells when no articles that match the query a OR b were collected for 2 days. "
            "Limited to articles from sources in Russia and in Russian or Ukrainian.",
        ),
        (
            rule("share", theme="truce", share=0.2, scope=Scope(classes=("state", "independent"))),
            "Tells when the share of the theme Truce over 7 days crosses 0.2. "
            "Limited to articles from state or independent sources.",
        ),
        (
            rule("source", scope=Scope(classes=("state",), languages=("ru",))),
            "Tells when a feed needs a look. Limited to feeds of state sources and of sources that write in Russian.",
        ),
        (
            rule("source", scope=Scope(sources=("a", "b", "c", "d", "e", "f"))),
            "Tells when a feed needs a look. Limited to feeds of a, b, c, d or 2 other sources.",
        ),
        (
            rule(
                theme="gone", scope=Scope(sources=("tass",), classes=("state",), countries=("XX",), languages=("xx",))
            ),
            "Tells of every new story about the theme gone. "
            "Limited to articles from TASS, from state sources, from sources in XX and in xx.",
        ),
    ],
)
def test_a_rule_says_what_it_does_and_what_it_is_limited_to(watched: Rule, says: str) -> None:
    assert summary(watched, {"truce": "Truce"}, {"tass": "TASS"}) == says


@pytest.mark.parametrize(
    ("watched", "state", "says"),
    [
        (rule(), State(seen=AT), []),
        (
            rule(quiet=Quiet(time(22), time(7))),
            State(seen=AT, waiting=WAITING),
            ["2 events wait for the end of the quiet hours, 22:00 to 07:00."],
        ),
        (
            rule(weekly_budget=1),
            State(seen=AT, waiting=WAITING[:1], is_digest=True),
            ["1 event waits for the daily digest: the rule is over its budget of 1 message a week."],
        ),
        (rule(), State(seen=AT, waiting=WAITING), ["2 events wait for the next message."]),
        (
            rule(),
            State(seen=AT, left_out=3, capped=3),
            ["Not sent since the last message: 3 events, beyond the daily cap."],
        ),
        (
            rule(),
            State(seen=AT, left_out=9, capped=3, snoozed=5),
            [
                "Not sent since the last message: 9 events, 3 beyond the daily cap, "
                "5 while the rule was snoozed or paused, 1 for want of room."
            ],
        ),
    ],
)
def test_a_rule_says_what_it_holds_back_and_why(watched: Rule, state: State, says: list[str]) -> None:
    assert held_back(watched, state) == says
