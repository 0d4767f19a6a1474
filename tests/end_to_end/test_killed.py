"""Crawler and indexer are killed repeatedly while they work: the articles are the same, each once."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.support.demo_run import RunResult, demo_parley, demo_site, outcome
from tests.support.killing import Moment, Separate, killed

KILLS = 10  # `python -m bench.faults` makes 60 on each engine


def test_kills_at_random_moments_do_not_change_the_resulting_articles(tmp_path: Path, undisturbed: RunResult) -> None:
    with demo_site() as (site, proxy):
        parley = demo_parley(tmp_path, site, proxy)
        assert_spread(list(killed(parley, site, Separate(parley), KILLS, Random(3))))
        parley.finish()
    assert outcome(parley) == undisturbed


def assert_spread(moments: list[Moment]) -> None:
    """Check that the kills hit both parts, idle and busy, throughout the run."""
    collected = [moment.collected for moment in moments]
    assert collected[0] < 30
    assert collected[-1] > 100
    assert len(set(collected)) >= 5, collected
    crawler = [moment.fetching for moment in moments if "crawler" in moment.victims]
    indexer = [moment for moment in moments if "indexer" in moment.victims]
    # How often the indexer is hit between keeping and adding is random; test_pipeline.py tests that moment exactly.
    assert sum(fetching > 0 for fetching in crawler) >= 3, crawler
    assert sum(moment.claimed > 0 for moment in indexer) >= 3, indexer
