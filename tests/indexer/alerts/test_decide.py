"""What a rule remembers of its events stays small, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.alerts import HIGHEST_BUDGET, Rule
from indexer.alerts.decide import decide
from indexer.alerts.state import State, to_json
from tests.support.builders import article
from tests.support.stream import Arrival, past_of

START = datetime(2026, 3, 27, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RULE = Rule(id="rule", title="A rule", on="story", theme="truce")


def after_stories(number: int, *, state: State | None = None) -> State:
    """Return what the rule remembers after so many stories within a second look."""
    arrivals = [
        Arrival(article(serial=each, published=START, collected=START + SECOND), each, True) for each in range(number)
    ]
    later = START + 2 * SECOND
    past = past_of(arrivals, [START - timedelta(days=1), START + timedelta(days=1)], [later], START)
    past.move_to(later)
    return decide(RULE, state or State(seen=START), past, ZoneInfo("UTC")).state


def test_a_rule_remembers_no_more_events_than_its_budget_can_ask_about() -> None:
    state = after_stories(HIGHEST_BUDGET + 500)
    assert len(state.fired) == HIGHEST_BUDGET + 1
    assert len(to_json(state)) < 500_000


def test_a_rule_with_more_events_than_any_budget_still_sends_a_digest() -> None:
    assert after_stories(HIGHEST_BUDGET + 500).is_digest


def test_events_of_another_week_are_forgotten() -> None:
    old = State(seen=START, fired=(START - timedelta(days=8),) * 5)
    assert len(after_stories(2, state=old).fired) == 2
