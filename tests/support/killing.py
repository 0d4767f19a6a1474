"""Kills parts of an installation at random moments while it collects from the paced sample site."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sqlalchemy import Select, func, select

from crawler.archive.fetches import fetches
from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from crawler.presence import ROLES, holder
from indexer.jobs.articles import articles
from tests.support.demo_run import PacedSite
from tests.support.process_tree import parts
from tests.support.processes import Parley, soon, until

PATIENCE = 4.0  # seconds to wait for the chosen moment before killing anyway

COLLECTED = select(func.count()).select_from(pages)
FETCHING = select(func.count()).where(urls.c.state == Outcome.LEASED)
CLAIMED = select(func.count()).where(pages.c.state == Outcome.PENDING, pages.c.lease_until.is_not(None))
CLAIMS = select(func.coalesce(func.sum(pages.c.attempts), 0))
KEPT = select(func.count()).select_from(articles)
POLLED = select(func.count()).select_from(fetches)
# What changes when a poll ends, a page is stored, a batch starts, a batch is extracted but not yet in the engine.
_COLLECTING, _INDEXING = (POLLED, COLLECTED), (CLAIMS, KEPT)
SIGNS: Mapping[str, Sequence[Select[int]]] = {
    "crawler": _COLLECTING,
    "indexer": _INDEXING,
    "worker": _INDEXING,
    "supervisor": (*_COLLECTING, *_INDEXING),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The state just after a process was killed."""

    victims: tuple[str, ...]
    collected: int  # pages
    fetching: int  # addresses that the crawler had begun to fetch
    claimed: int  # pages that the indexer had begun to read


class Parts(Protocol):
    """The processes of an installation, which run until `close`.

    Attributes:
        choices: what is killed at once, one of these at a time.
    """

    choices: Sequence[tuple[str, ...]]

    def kill(self, name: str) -> None:
        """Kill a part that must be running."""

    def restart(self, name: str) -> None:
        """See to it that a killed part runs again."""

    def close(self) -> None:
        """Kill what runs."""


class Separate:
    """A crawler and an indexer, each started by hand."""

    choices: Sequence[tuple[str, ...]] = (("crawler",), ("indexer",), ("crawler", "indexer"))
    _COMMANDS: Mapping[str, str] = {"crawler": "crawl", "indexer": "index"}

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self._running = {name: parley.start(command) for name, command in self._COMMANDS.items()}

    def kill(self, name: str) -> None:
        """Kill one of the two."""
        end(self._running[name])

    def restart(self, name: str) -> None:
        """Start it again at once."""
        self._running[name] = self._parley.start(self._COMMANDS[name])

    def close(self) -> None:
        """Kill both."""
        for process in self._running.values():
            end(process)


class Supervised:
    """`parley run`: it restarts its parts itself, and they end with it."""

    choices: Sequence[tuple[str, ...]] = (("crawler",), ("indexer",), ("worker",), ("supervisor",))

    def __init__(self, parley: Parley, chance: Random) -> None:
        self._parley, self._chance = parley, chance
        self._process = parley.start("run")

    def kill(self, name: str) -> None:
        """Kill the supervisor, or a process of that name as soon as there is one."""
        if name == "supervisor":
            end(self._process)
        else:
            until(lambda: self._kill_one(name), f"there is a {name} to kill")

    def restart(self, name: str) -> None:
        """Start the supervisor again, which starts everything else."""
        if name == "supervisor":
            self._process = self._parley.start("run")

    def close(self) -> None:
        """Kill the supervisor, and wait until its parts have ended with it."""
        end(self._process)
        until(lambda: not any(holder(self._parley.data, role) for role in ROLES), "all parts have ended")

    def _kill_one(self, name: str) -> bool:
        candidates = [pid for pid, part in parts(self._process.pid).items() if part == name]
        with suppress(ProcessLookupError):
            if candidates:
                os.kill(self._chance.choice(candidates), signal.SIGKILL)
                return True
        return False


def killed(parley: Parley, site: PacedSite, running: Parts, kills: int, chance: Random) -> Iterator[Moment]:
    """Kill what runs so many times while nine tenths of the sample site appear and articles are revised; yield each moment.

    Everything is ended after the last one, and the site serves the rest.
    """
    scene = _Scene(parley, site, running, chance)
    try:
        for number in range(kills):
            # However fast or slow this machine is, there is work at every kill, and between any few there is progress.
            site.allow(0.9 * (number + 1) / kills)
            scene.await_pages(128 * number // kills - 16)
            if number == kills // 2:
                site.revise()
            yield scene.kill_and_restart()
    finally:
        scene.close()
        site.allow(1)


class _Scene:
    """A running installation whose parts are killed at random moments."""

    def __init__(self, parley: Parley, site: PacedSite, running: Parts, chance: Random) -> None:
        self._site, self._running = site, running
        self._archive = parley.archive()
        self._chance = chance

    def kill_and_restart(self) -> Moment:
        """Kill one choice of parts at a random moment and restart them at once."""
        victims = self._chance.choice(self._running.choices)
        self._await_moment(self._chance.choice(victims))
        for name in victims:
            self._running.kill(name)
        seen = Moment(victims, *(self._ask(number) for number in (COLLECTED, FETCHING, CLAIMED)))
        for name in victims:
            self._running.restart(name)
        return seen

    def await_pages(self, number: int) -> None:
        """Wait until this many pages are collected."""
        until(lambda: self._ask(COLLECTED) >= number, f"{number} pages are collected")

    def close(self) -> None:
        """Kill the running processes."""
        self._running.close()
        self._archive.close()

    def _await_moment(self, name: str) -> None:
        if self._chance.random() < 0.2:
            self._pass(self._chance.uniform(0, 1))  # it is starting or idle
        elif name == "crawler" and self._chance.random() < 0.5:
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
