from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.download.holds import Held, Holds

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seconds_held(holds: Holds, site: str = "a.example") -> int:
    return round(holds.remaining(site))


@pytest.mark.parametrize(
    ("status", "wish", "seconds"),
    [
        (429, "120", 120),
        (503, "Sun, 01 Mar 2026 13:00:00 GMT", 3_600),
        (503, "999999999", 86_400),
        (429, None, 300),
        (503, None, 60),
        (503, "soon", 60),
        (503, "-5", 60),
        (500, "120", 0),
        (200, "120", 0),
        (404, None, 0),
    ],
)
def test_a_response_that_asks_for_it_holds_its_domain(status: int, wish: str | None, seconds: int) -> None:
    holds = Holds()
    holds.note("a.example", status, wish, NOW)
    assert (seconds_held(holds), seconds_held(holds, "b.example")) == (seconds, 0)
    assert len(holds.take_new()) == (seconds > 0)
    assert holds.take_new() == {}


def test_nothing_is_sent_to_a_held_domain_and_the_message_says_how_long() -> None:
    holds = Holds()
    holds.check("a.example")
    holds.note("a.example", 503, "3600", NOW)
    with pytest.raises(Held, match=r"^a\.example asked us to wait 60 min; nothing was requested$"):
        holds.check("a.example")


def test_each_hold_without_a_wish_is_twice_as_long_until_an_ordinary_response(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0
    monkeypatch.setattr("crawler.download.holds.monotonic", lambda: clock)
    holds, seconds = Holds(), []
    for _ in range(8):
        holds.note("a.example", 503, None, NOW)
        seconds.append(seconds_held(holds))
        clock += seconds[-1]
    assert seconds == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]
    holds.note("a.example", 404, None, NOW)
    holds.note("a.example", 503, None, NOW)
    assert seconds_held(holds) == 60


def test_responses_to_requests_sent_together_count_as_one() -> None:
    holds = Holds()
    for _ in range(4):
        holds.note("a.example", 503, None, NOW)
    assert seconds_held(holds) == 60


def test_a_shorter_wish_does_not_end_a_longer_hold() -> None:
    holds = Holds()
    holds.note("a.example", 429, "600", NOW)
    holds.note("a.example", 429, "10", NOW)
    holds.learn({"a.example": NOW + timedelta(seconds=20)}, NOW)
    assert seconds_held(holds) == 600


def test_stored_holds_are_learned_except_those_made_endless_by_a_clock_set_back() -> None:
    holds = Holds()
    holds.learn({"a.example": NOW + timedelta(hours=2), "b.example": NOW + timedelta(days=90)}, NOW)
    assert (seconds_held(holds), seconds_held(holds, "b.example")) == (7_200, 0)
    assert holds.take_new() == {}
