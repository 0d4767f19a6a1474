"""What a rule remembers, and by what its messages are recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from config.alerts import Rule, Scope
from indexer.alerts.state import Event, key_of

RULE = Rule(id="truce", title="Truce", on="more", theme="truce", more_than=5, to=("desk",))
EVENT = Event(
    kind="more", at=datetime(2026, 11, 20, 15, tzinfo=UTC), start=datetime(2026, 11, 20, tzinfo=UTC), stories=6
)


@pytest.mark.parametrize(
    "change",
    [
        {"more_than": 20},
        {"per": "hour"},
        {"theme": "sanctions"},
        {"theme": None, "query": "truce"},
        {"scope": Scope(languages=("ru",))},
        {"id": "another"},
    ],
    ids=str,
)
def test_a_rule_that_watches_for_something_else_tells_it_on_the_same_day(change: dict[str, Any]) -> None:
    assert key_of(replace(RULE, **change), (EVENT,)) != key_of(RULE, (EVENT,))


@pytest.mark.parametrize("change", [{"title": "The truce"}, {"to": ("desk", "night")}, {"daily_cap": 3}], ids=str)
def test_what_is_told_is_the_same_whoever_gets_it(change: dict[str, Any]) -> None:
    assert key_of(replace(RULE, **change), (EVENT,)) == key_of(RULE, (EVENT,))


def test_an_event_is_recognised_however_often_it_is_looked_at() -> None:
    later = replace(EVENT, at=datetime(2026, 11, 20, 18, tzinfo=UTC), stories=9)
    assert key_of(RULE, (later,)) == key_of(RULE, (EVENT,))
