"""Crawler and indexer are killed repeatedly while they work: the articles are the same, each once."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Select, func, select

from crawler.archive.fetches import fetches
from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from indexer.jobs.articles import articles
from tests.support.demo_run import PacedSite, RunResult, demo_parley, demo_site, outcome
from tests.support.processes import Parley, soon, until

KILLS = 32
PARTS = (("crawl",), ("index",), ("crawl", "index"))
PATIENCE = 4.0  # seconds to wait for the chosen moment before killing anyway

COLLECTED = select(func.count()).select_from(pages)
FETCHING = select(func.count()).where(urls.c.state == Outcome.LEASED)
CLAIMED = select(func.count()).where(pages.c.state == Outcome.PENDING, pages.c.lease_until.is_not(None))
CLAIMS = select(func.coalesce(func.sum(pages.c.attempts), 0))
KEPT = select(func.count()).select_from(articles)
POLLED = select(func.count()).select_from(fetches)
# What changes when a poll ends, a page is stored, a batch starts, a batch is extracted but not yet in the engine.
SIGNS = {"crawl": (POLLED, COLLECTED), "index": (CLAIMS, KEPT)}


@dataclass(frozen=True, slots=True)
class Moment:
    """The state just after a process was killed."""

    victims: tuple[str, ...]
    collected: int  # pages
    fetching: int  # addresses that the crawler had begun to fetch
    claimed: int  # pages that the indexer had begun to read


class Scene:
    """A running installation whose parts are killed at random moments."""

    def __init__(self, parley: Parley, site: PacedSite) -> None:
        self._parley, self._site = parley, site
        self._archive = parley.archive()
        self._chance = Random(3)
        self._running = {name: parley.start(name) for name in ("crawl", "index")}

    def kill_and_start_again(self) -> Moment:
        """Kill one part or both at a random moment and restart them at once."""
        victims = self._chance.choice(PARTS)
        self._await_moment(self._chance.choice(victims))
        for name in victims:
            end(self._running[name])
        seen = Moment(victims, *(self._ask(number) for number in (COLLECTED, FETCHING, CLAIMED)))
        for name in victims:
            self._running[name] = self._parley.start(name)
        return seen

    def await_pages(self, number: int) -> None:
        """Wait until this many pages are collected."""
        until(lambda: self._ask(COLLECTED) >= number, f"{number} pages are collected")

    def close(self) -> None:
        """Kill the running processes."""
        for process in self._running.values():
            end(process)
        self._archive.close()

    def _await_moment(self, name: str) -> None:
        if self._chance.random() < 0.2:
            self._pass(self._chance.uniform(0, 1))  # it is starting or idle
        elif name == "crawl" and self._chance.random() < 0.5:
            self._site.wait_for_requests(self._chance.randint(1, 30), PATIENCE)
        else:
            sign = self._chance.choice(SIGNS[name])
            before = self._ask(sign)
            soon(lambda: self._ask(sign) != before, PATIENCE)
        self._pass(self._chance.uniform(0, 0.1))

    def _pass(self, seconds: float) -> None:
        soon(lambda: False, seconds)

    def _ask(self, number: Select[int]) -> int:
        with self._archive.database.read() as connection:
            return connection.execute(number).scalar_one()


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process that must still be running."""
    assert process.poll() is None, "a part ended by itself"
    process.kill()
    process.wait()


def test_kills_at_random_moments_do_not_change_the_resulting_articles(tmp_path: Path, undisturbed: RunResult) -> None:
    with demo_site() as (site, proxy):
        parley = demo_parley(tmp_path, site, proxy)
        scene = Scene(parley, site)
        moments = []
        try:
            for number in range(KILLS):
                # However fast or slow this machine is, there is work at every kill, and between any few there is progress.
                site.allow(0.9 * (number + 1) / KILLS)
                scene.await_pages(4 * number - 16)
                if number == KILLS // 2:
                    site.revise()
                moments.append(scene.kill_and_start_again())
        finally:
            scene.close()
            site.allow(1)
        assert_spread(moments)
        parley.finish()
    assert outcome(parley) == undisturbed


def assert_spread(moments: list[Moment]) -> None:
    """Check that the kills hit both parts, idle and busy, throughout the run."""
    collected = [moment.collected for moment in moments]
    assert collected[0] < 30
    assert collected[-1] > 100
    assert min(Counter(number // 40 for number in collected)[quarter] for quarter in range(4)) >= 2, collected
    crawler = [moment.fetching for moment in moments if "crawl" in moment.victims]
    indexer = [moment for moment in moments if "index" in moment.victims]
    # How often the indexer is hit between keeping and adding is random; test_pipeline.py tests that moment exactly.
    assert sum(fetching > 0 for fetching in crawler) >= 3, crawler
    assert sum(moment.claimed > 0 for moment in indexer) >= 3, indexer
