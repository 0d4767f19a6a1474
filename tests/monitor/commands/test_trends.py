from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

Document = Callable[..., Any]
Said = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def test_a_trend_prints_series_of_zero_filled_buckets(document: Document) -> None:
    found = document("trends", "truce", "nuclear", "--since", "60d")
    assert found["interval"] == "day"
    assert [series["theme"] for series in found["series"]] == ["truce", "nuclear"]
    for series in found["series"]:
        starts = [datetime.fromisoformat(bucket["start"]) for bucket in series["buckets"]]
        assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(starts))
        for bucket in series["buckets"]:
            share = bucket["articles"] / bucket["total"] if bucket["total"] else None
            assert bucket["share"] == share
            assert bucket["stories"] <= bucket["articles"] <= bucket["total"]


def test_the_planted_spike_is_there(document: Document) -> None:
    [series] = document("trends", "truce", "--since", "30d")["series"]
    counts = {bucket["start"][:10]: bucket["articles"] for bucket in series["buckets"]}
    spike = max(counts, key=lambda day: counts[day])
    assert datetime.fromisoformat(spike).date() == datetime.now(UTC).date() - timedelta(days=6)
    assert counts[spike] >= 3 * sorted(counts.values())[-2]


def test_the_running_day_is_partial_and_whole_days_are_not(document: Document) -> None:
    [series] = document("trends", "truce", "--since", "2026-01-01", "--until", "today")["series"]
    assert [bucket["partial"] for bucket in series["buckets"]][-1] is True
    assert not any(bucket["partial"] for bucket in series["buckets"][:-1])


def test_all_buckets_and_the_undated_are_all_articles(document: Document) -> None:
    [series] = document("trends", "truce", "--interval", "month", "--since", "2y")["series"]
    dated = sum(bucket["articles"] for bucket in series["buckets"])
    assert dated + series["undated"] == document("search", "theme:truce")["total"]


def test_a_scope_narrows_what_the_share_is_a_share_of(document: Document) -> None:
    [whole] = document("trends", "truce", "--since", "30d")["series"]
    [wires] = document("trends", "truce", "--since", "30d", "--scope", "class:wire")["series"]
    assert 0 < sum(bucket["total"] for bucket in wires["buckets"]) < sum(bucket["total"] for bucket in whole["buckets"])


def test_people_see_shares_and_what_is_left_out(said: Said) -> None:
    shown = said("trends", "negotiations", "--since", "10d")
    assert "share" in shown
    assert "not over yet" in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["weather"], 'there is no theme "weather" (arms, '),
        (["truce", "--since", "2026-02-01", "--until", "2026-01-01"], "before it starts"),
        (["truce", "--interval", "hour", "--since", "90y"], "more than 50,000"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(refused: Said, words: list[str], sentence: str) -> None:
    assert sentence in refused("trends", *words)
