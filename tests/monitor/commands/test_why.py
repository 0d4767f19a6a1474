from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import article
from tests.support.installation import Installation

RunJson = Callable[..., Any]
Run = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def day(ago: int) -> str:
    return f"{datetime.now(UTC).date() - timedelta(days=ago)}"


def test_the_latest_spike_is_explained_when_no_time_is_given(run_json: RunJson) -> None:
    result = run_json("why", "truce")
    [series] = run_json("trends", "truce", "--since", "90d")["series"]
    spike = series["spikes"][-1]
    assert result["start"].startswith(spike["start"])
    assert result["stories"] == spike["stories"]
    assert result["stories"] > 5 * result["expected"]


def test_every_reason_refers_to_existing_articles(run_json: RunJson, run_command: Run) -> None:
    result = run_json("why", "truce")
    assert result["top_stories"]
    assert result["sources"]
    assert all(run_command("show", story["id"]) for story in result["top_stories"])
    for item in (*result["words"], *result["sources"], *result["themes"]):
        assert item["ids"]
        assert all(run_command("show", id) for id in item["ids"])


def test_any_bucket_can_be_explained(run_json: RunJson) -> None:
    week = run_json("why", "truce", "--on", day(6), "--interval", "week")
    start, end = datetime.fromisoformat(week["start"]), datetime.fromisoformat(week["end"])
    assert start.weekday() == 0
    assert end - start <= timedelta(days=7)
    one = run_json("why", "truce", "--on", day(6))
    assert 0 < one["stories"] <= week["stories"]


def test_a_query_can_be_explained(run_json: RunJson) -> None:
    result = run_json("why", "--query", "truce OR ceasefire", "--since", day(8), "--until", day(1))
    assert result["theme"] == "truce OR ceasefire"
    assert result["stories"] > 0


def test_the_output_shows_words_stories_and_sources(run_command: Run) -> None:
    shown = run_command("why", "truce")
    assert "in a range of this length" in shown
    assert "Stories" in shown
    assert "Sources" in shown


def test_an_hour_is_explained_without_articles_of_which_only_the_day_is_known(small: Installation) -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    known = article(serial=1, published=noon + timedelta(minutes=5), themes=frozenset({"truce"}))
    small.keep(known, article(serial=2, published=noon, published_precision="day", themes=frozenset({"truce"})))
    hour = small.json("why", "truce", "--on", "2026-03-03T12:30", "--interval", "hour")
    assert (hour["stories"], [story["id"] for story in hour["top_stories"]]) == (1, [known.id])
    day = small.json("why", "truce", "--on", "2026-03-03")
    assert day["stories"] == 2
    assert sorted(story["published_precision"] for story in day["top_stories"]) == ["day", "second"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["arms", "--on", "2090-01-01"], "not in the past"),
        (["arms", "truce"], "one theme or query can be explained at a time"),
        (["nuclear"], "has no spike in the last 90 days; give a day (`on`)"),
        (["truce", "--on", "today", "--since", "7d"], "either one moment within a bucket or a start and an end"),
        ([], "give a theme"),
        (["weather"], 'there is no theme "weather"'),
    ],
)
def test_invalid_arguments_are_rejected_with_a_sentence(run_failing: Run, words: list[str], sentence: str) -> None:
    assert sentence in run_failing("why", *words)
