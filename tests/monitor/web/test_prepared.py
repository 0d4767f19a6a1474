"""Costly answers are made once for all readers, and again only when something changed and not all the time."""

from __future__ import annotations

from threading import Barrier, Event, Thread
from types import SimpleNamespace
from typing import cast

import pytest

from config.errors import EngineUnavailable
from monitor.app import App
from monitor.web.prepared import FORGOTTEN, LONGEST, Prepared
from tests.support.processes import until


class Bench:
    """An installation whose index changes when a test says so, a clock, and an answer that counts how often it was made."""

    def __init__(self) -> None:
        self.now, self.stamp, self.cost, self.made = 0.0, "1", 2.0, 0
        self.prepared = Prepared(lambda: self.now)
        self.is_down = False
        engine = SimpleNamespace(stamp=self._stamp)
        self.app = cast(App, SimpleNamespace(engine=engine, zone=SimpleNamespace(key="UTC"), configuration_stamp=1))

    def _stamp(self) -> str:
        if self.is_down:
            raise EngineUnavailable("it does not answer")
        return self.stamp

    def make(self) -> int:
        self.now += self.cost
        self.made += 1
        return self.made

    def get(self, name: str = "a") -> int:
        return self.prepared.get(self.app, name, self.make)


def test_an_answer_is_made_once_while_nothing_changes() -> None:
    bench = Bench()
    assert [bench.get() for _ in range(3)] == [1, 1, 1]
    assert bench.get("b") == 2


def test_a_changed_index_brings_a_new_answer_after_a_pause_that_the_cost_decides() -> None:
    bench = Bench()
    bench.get()
    bench.stamp = "2"
    assert bench.get() == 1
    bench.now += 39  # a pause of twenty times two seconds
    assert bench.get() == 1
    bench.now += 2
    bench.get()  # the old answer, while the new one is made
    until(lambda: bench.made == 2, "the new answer was made")
    until(lambda: bench.get() == 2, "the new answer is given")


def test_an_answer_is_made_again_for_the_sake_of_the_clock() -> None:
    bench = Bench()
    bench.get()
    bench.now += LONGEST + 1
    bench.get()
    until(lambda: bench.get() == 2, "the new answer is given")


def test_whoever_comes_after_a_long_time_waits_for_a_new_answer() -> None:
    bench = Bench()
    bench.get()
    bench.now += FORGOTTEN + 1
    assert bench.get() == 2


def test_an_engine_that_is_down_is_not_hidden() -> None:
    bench = Bench()
    bench.get()
    bench.is_down = True
    with pytest.raises(EngineUnavailable):
        bench.get()


def test_many_readers_at_once_wait_for_one_making() -> None:
    bench = Bench()
    together, finish, answers = Barrier(5), Event(), []

    def make() -> int:
        assert finish.wait(60)
        return bench.make()

    def read() -> None:
        together.wait(60)
        answers.append(bench.prepared.get(bench.app, "a", make))

    readers = [Thread(target=read) for _ in range(5)]
    for reader in readers:
        reader.start()
    finish.set()
    for reader in readers:
        reader.join()
    assert answers == [1] * 5


def test_a_failure_meanwhile_is_told_to_the_next_reader() -> None:
    bench = Bench()
    bench.get()
    bench.now += LONGEST + 1

    def fail() -> int:
        raise EngineUnavailable("it does not answer")

    def is_told() -> bool:
        try:
            bench.prepared.get(bench.app, "a", fail)
        except EngineUnavailable:
            return True
        return False

    until(is_told, "the failure is told")
