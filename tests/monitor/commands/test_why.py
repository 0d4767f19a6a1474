from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import article
from tests.support.installation import Installation

Document = Callable[..., Any]
Said = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def day(ago: int) -> str:
    return f"{datetime.now(UTC).date() - timedelta(days=ago)}"


def test_the_latest_spike_is_explained_when_no_time_is_given(document: Document) -> None:
    result = document("why", "truce")
    [series] = document("trends", "truce", "--since", "90d")["series"]
    spike = series["spikes"][-1]
    assert result["start"].startswith(spike["start"])
    assert result["stories"] == spike["stories"]
    assert result["stories"] > 5 * result["expected"]


def test_whatever_is_said_is_linked_to_articles_that_are_there(document: Document, said: Said) -> None:
    result = document("why", "truce")
    assert result["top_stories"]
    assert result["sources"]
    assert all(said("show", story["id"]) for story in result["top_stories"])
    for item in (*result["words"], *result["sources"], *result["themes"]):
        assert item["ids"]
        assert all(said("show", id) for id in item["ids"])


def test_any_bucket_can_be_asked_for(document: Document) -> None:
    week = document("why", "truce", "--on", day(6), "--interval", "week")
    start, end = datetime.fromisoformat(week["start"]), datetime.fromisoformat(week["end"])
    assert start.weekday() == 0
    assert end - start <= timedelta(days=7)
    one = document("why", "truce", "--on", day(6))
    assert 0 < one["stories"] <= week["stories"]


def test_a_query_can_be_asked_as_well(document: Document) -> None:
    result = document("why", "--query", "truce OR ceasefire", "--since", day(8), "--until", day(1))
    assert result["theme"] == "truce OR ceasefire"
    assert result["stories"] > 0


def test_people_see_the_words_the_stories_and_the_sources(said: Said) -> None:
    shown = said("why", "truce")
    assert "in a span of this length" in shown
    assert "Stories" in shown
    assert "Sources" in shown


def test_an_hour_is_explained_without_articles_of_which_only_the_day_is_known(small: Installation) -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    known = article(serial=1, published=noon + timedelta(minutes=5), themes=frozenset({"truce"}))
    small.keep(known, article(serial=2, published=noon, published_precision="day", themes=frozenset({"truce"})))
    hour = small.json("why", "truce", "--on", "2026-03-03T12:30", "--interval", "hour")
    assert (hour["stories"], [story["id"] for story in hour["top_stories"]]) == (1, [known.id])
    assert small.json("why", "truce", "--on", "2026-03-03")["stories"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["arms", "--on", "2090-01-01"], "not in the past"),
        (["arms", "truce"], "one theme or query can be explained at a time"),
        (["nuclear"], "has no spike in the last 90 days; give a day (`on`)"),
        (["truce", "--on", "today", "--since", "7d"], "either by one moment in it or by its start and end"),
        ([], "name a theme"),
        (["weather"], 'there is no theme "weather"'),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(refused: Said, words: list[str], sentence: str) -> None:
    assert sentence in refused("why", *words)
