"""Leads are said of series that follow one another, with the right lag, and hardly ever of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.trends.leads import LEVEL, SHORTEST, Counts, Pair, find_leads, whiten
from tests.support.simulated_leads import WEEK, Pairing, pair

SURE = Pairing(shared=1.0, lag=2, memory=0.5, weekly=True)


def compared(made: Pairing, seed: int = 1, most_lag: int = 10) -> Pair:
    [one] = find_leads(pair(made, seed), most_lag=most_lag, block=WEEK)
    return one


@pytest.mark.parametrize("lag", [1, 2, 5, 9])
def test_the_leader_and_the_lag_are_those_the_series_were_made_with(lag: int) -> None:
    one = compared(replace(SURE, lag=lag))
    assert (one.first, one.second, one.lag, one.is_lead) == ("a", "b", lag, True)
    assert one.low <= lag <= one.high


def test_the_leader_is_the_same_in_whatever_order_the_series_come() -> None:
    series = pair(SURE, 1)
    [one] = find_leads({"b": series["b"], "a": series["a"]}, most_lag=10, block=WEEK)
    assert (one.first, one.lag, one.is_lead) == ("a", 2, True)


def test_what_happens_on_the_same_day_is_related_and_led_by_nobody() -> None:
    one = compared(Pairing(shared=0.9, memory=0.5))
    assert (one.is_related, one.is_lead, one.lag) == (True, False, 0)


@pytest.mark.parametrize(
    "made",
    [
        Pairing(memory=0.9, weekly=True),
        Pairing(memory=0.5, rise=3.0, weekly=True),
        Pairing(memory=0.6, bursts=True),
        Pairing(memory=0.5, shared=0.5),
        Pairing(memory=0.5, mean=3, days=336, hourly=True),
    ],
    ids=["memory and week", "common rise", "bursts", "the same day", "other habits"],
)
def test_false_leads_are_as_rare_as_promised(made: Pairing) -> None:
    false = sum(compared(made, seed).is_lead for seed in range(12))
    assert false <= 12 * LEVEL + 1  # `python -m bench.leads` measures thousands


def test_a_lag_beyond_the_largest_is_no_lead() -> None:
    assert not compared(replace(SURE, lag=9, memory=0.0), most_lag=5).is_lead


def test_the_same_counts_have_the_same_answer() -> None:
    assert compared(SURE) == compared(SURE)


def test_many_pairs_have_as_few_false_leads_together() -> None:
    series = {f"{number}{name}": one for number in range(6) for name, one in pair(Pairing(memory=0.5), number).items()}
    pairs = find_leads(series, most_lag=10, block=WEEK)
    assert len(pairs) == 66
    assert [one for one in pairs if one.is_lead] == []
    assert [one.chance for one in pairs] == sorted(one.chance for one in pairs)


def test_a_true_lead_among_many_pairs_is_still_said() -> None:
    others = {f"{number}": pair(Pairing(memory=0.5), number)["a"] for number in range(8)}
    leads = [one for one in find_leads({**pair(SURE, 3), **others}, most_lag=10, block=WEEK) if one.is_lead]
    assert [(one.first, one.second, one.lag) for one in leads] == [("a", "b", 2)]


def flat(counts: list[int], totals: list[int] | None = None) -> Counts:
    return Counts(counts, totals or [10] * len(counts), [[day % 7 for day in range(len(counts))]])


def test_series_that_are_too_short_or_say_nothing_have_no_pairs() -> None:
    short = pair(replace(SURE, days=SHORTEST - 1), 1)
    assert find_leads(short, most_lag=10, block=WEEK) == []
    assert whiten(flat([0] * 100)) is None
    assert whiten(flat([3] * 100)) is None
    assert find_leads({}, most_lag=10, block=WEEK) == []
    assert find_leads({"a": pair(SURE, 1)["a"]}, most_lag=10, block=WEEK) == []


def test_days_without_any_article_count_as_nothing_unusual() -> None:
    silent = range(40, 60)
    series = {
        name: Counts(
            [0 if day in silent else one for day, one in enumerate(counts.counts)],
            [0 if day in silent else one for day, one in enumerate(counts.totals)],
            counts.seasons,
        )
        for name, counts in pair(Pairing(memory=0.3), 5).items()
    }
    [one] = find_leads(series, most_lag=10, block=WEEK)
    assert not one.is_related


def test_a_week_that_both_share_is_no_relation() -> None:
    one = compared(Pairing(weekly=True, swing=0.0))
    assert not one.is_related
