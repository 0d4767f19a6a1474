"""A page that hangs, crashes or exhausts memory does not affect the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime

import pytest
from pebble.pool.process import WorkerManager

from config.errors import ParleyError
from config.settings import DEFAULT_MAX_BYTES
from crawler.limits import worker_memory
from crawler.outcomes import Outcome
from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import NoArticle, pool
from indexer.extract.pool import Crash, Job, Pool, Result, read_within
from tests.support.readers import by_url

HTML = (
    b"<html><body><article><h1>Talks</h1>" + b"<p>Delegations met in Geneva on Thursday to resume their talks.</p>" * 5
)


def job(key: Hashable, url: str) -> Job:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Job(key=key, kind="document", body=HTML, content_type="text/html", url=url, hints=Hints(), collected=at)


def run(urls: list[str], *, workers: int = 2, seconds: float = 20) -> dict[Hashable, Result]:
    with Pool(workers, seconds, reader=by_url, memory=400_000_000) as pool:
        return dict(pool.map(job(key, url) for key, url in enumerate(urls)))


def stop_workers() -> None:
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGSTOP)


def test_workers_that_were_stopped_are_replaced_and_their_pages_extracted(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pool(2, 20, reader=by_url, memory=400_000_000) as two:
        assert len(dict(two.map(job(key, "a") for key in range(4)))) == 4
        monkeypatch.setattr(pool, "RESPOND_WITHIN", 5.0)
        stop_workers()
        results = dict(two.map(job(key, "b") for key in range(9)))
    assert results == dict.fromkeys(range(9), NoArticle(Outcome.NO_TEXT, "b"))


def test_workers_that_never_respond_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "RESPOND_WITHIN", -1.0)
    monkeypatch.setattr(pool, "_REPLACEMENTS", 0)
    with Pool(1, 20, reader=by_url, memory=400_000_000) as one, pytest.raises(ParleyError, match="do not respond"):
        list(one.map([job(1, "hang")]))


def test_workers_have_ended_before_the_locks_they_begin_with_are_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    alive = []
    close = WorkerManager.close_channels

    def look_and_close(workers: WorkerManager) -> None:
        for worker in workers.workers.values():
            worker.join(10)
            alive.append(worker.is_alive())
        close(workers)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(WorkerManager, "close_channels", look_and_close)
    with Pool(2, 20, reader=by_url, memory=400_000_000) as two:
        two.start(job(1, "a"))
    assert not any(alive)


def test_every_job_has_exactly_one_result_even_if_others_crash() -> None:
    urls = ["a", "segfault", "b", "raise", "c", "eat", "d", "exit", "e"]
    results = run(urls)
    assert sorted(map(str, results)) == sorted(map(str, range(len(urls))))
    for key, url in enumerate(urls):
        if len(url) == 1:
            assert results[key] == NoArticle(Outcome.NO_TEXT, url)


@pytest.mark.parametrize(
    ("url", "outcome", "detail"),
    [
        ("segfault", "crashed", signal.SIGSEGV.name),
        ("exit", "crashed", "exit code 3"),
        ("eat", "out_of_memory", "memory"),
        ("spin", "timed_out", "more than 1 s of processor time"),
        ("raise", "failed", "LookupError: no such thing"),
    ],
)
def test_each_failure_has_its_outcome(url: str, outcome: str, detail: str) -> None:
    result = run([url], workers=1, seconds=1)[0]
    assert isinstance(result, Crash)
    assert result.outcome == outcome
    assert detail in result.detail


def test_a_page_that_hangs_times_out_and_the_next_is_extracted() -> None:
    results = run(["hang", "a"], workers=1, seconds=0.03)
    assert isinstance(results[0], Crash) and results[0].outcome == "timed_out"
    assert results[1] == NoArticle(Outcome.NO_TEXT, "a")


def test_a_worker_exits_when_its_parent_is_gone() -> None:
    worker = multiprocessing.get_context("spawn").Process(target=read_within, args=(by_url, job(1, "hang"), 0.02))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGALRM


def test_results_equal_those_without_a_pool() -> None:
    with Pool(1, 20, memory=worker_memory(DEFAULT_MAX_BYTES)) as pool:
        ((key, result),) = pool.map([job("only", "https://news.example/2026/11/20/talks")])
    assert key == "only"
    assert isinstance(result, Extraction)
    assert (result.title, result.published_from) == ("Talks", "url")


def test_jobs_are_consumed_only_as_needed() -> None:
    taken: list[int] = []

    def jobs() -> Iterator[Job]:
        for number in range(100):
            taken.append(number)
            yield job(number, "a")

    with Pool(1, 20, reader=by_url, memory=worker_memory(DEFAULT_MAX_BYTES)) as pool:
        next(pool.map(jobs()))
    assert len(taken) < 10


def test_a_pool_can_be_used_again() -> None:
    with Pool(1, 20, reader=by_url, memory=worker_memory(DEFAULT_MAX_BYTES)) as pool:
        assert len(list(pool.map([job(1, "segfault")]))) == 1
        assert dict(pool.map([job(2, "a")])) == {2: NoArticle(Outcome.NO_TEXT, "a")}


def test_a_page_that_kills_its_worker_before_the_job_is_recorded_is_identified(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pebble.pool.process.TaskManager.task_start", lambda manager, task, worker: None)
    results = run(["a", "segfault", "b", "c"], workers=1)
    assert isinstance(results.pop(1), Crash)
    assert results == {
        0: NoArticle(Outcome.NO_TEXT, "a"),
        2: NoArticle(Outcome.NO_TEXT, "b"),
        3: NoArticle(Outcome.NO_TEXT, "c"),
    }


def test_no_page_is_blamed_when_workers_cannot_start() -> None:
    beyond_any_limit = 2**70
    with Pool(1, 20, reader=by_url, memory=beyond_any_limit) as pool:
        for _ in range(2):
            with pytest.raises(ParleyError, match="cannot start"):
                list(pool.map([job(1, "a")]))
