from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal

import pytest

from crawler import parser_process
from crawler.page import FeedResult
from crawler.parser_process import ParserProcess
from tests.crawler.conftest import feed
from tests.support.parsers import misbehave
from tests.support.responses import response
from tests.support.site import rss

FEED = feed("http://a.example/rss")


def test_a_response_is_parsed_by_the_kind_of_its_feed() -> None:
    with ParserProcess(seconds=10) as parser:
        result = asyncio.run(parser.read(FEED, response(rss(("http://a.example/1", "One")).body)))
    assert [(link.url, link.hints.title) for link in result.links] == [("http://a.example/1", "One")]


def test_an_exception_in_a_kind_becomes_a_failed_reading() -> None:
    with ParserProcess(seconds=10) as parser:
        result = asyncio.run(parser.read(feed(FEED.url, kind="nothing"), response(b"")))
    assert result.outcome == "failed"
    assert "ModuleNotFoundError" in result.detail


def test_a_response_that_hangs_or_crashes_the_parser_is_reported_and_the_next_one_is_read() -> None:
    async def all_three(parser: ParserProcess) -> list[FeedResult]:
        return [await parser.read(FEED, response(body)) for body in (b"hang", b"die", b"fine")]

    with ParserProcess(seconds=0.5, read=misbehave) as parser:
        hung, died, fine = asyncio.run(all_three(parser))
    assert hung.detail == "parsing the response took more than 0.5 seconds"
    assert died.detail == "the response crashed the parser"
    assert (hung.outcome, died.outcome, fine.outcome) == ("failed", "failed", "read")


def test_a_broken_pool_is_replaced() -> None:
    async def both(parser: ParserProcess) -> list[FeedResult]:
        first = await parser.read(FEED, response(b"fine"))
        parser._pool.stop()  # like one whose process could not start because memory ran out
        return [first, await parser.read(FEED, response(b"fine"))]

    with ParserProcess(seconds=10, read=misbehave) as parser:
        assert [result.outcome for result in asyncio.run(both(parser))] == ["read", "read"]


def test_a_response_that_crashes_the_parser_before_its_worker_is_known_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pebble.pool.process.TaskManager.task_start", lambda manager, task, worker: None)

    async def both(parser: ParserProcess) -> list[FeedResult]:
        return [await parser.read(FEED, response(body)) for body in (b"die", b"fine")]

    with ParserProcess(seconds=10, read=misbehave) as parser:
        died, fine = asyncio.run(both(parser))
    assert died.detail == "the response crashed the parser"
    assert fine.outcome == "read"


def test_a_process_that_was_stopped_is_replaced_and_its_responses_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_process, "RESPOND_WITHIN", 8.0)
    monkeypatch.setattr(parser_process, "_LOOK_EVERY", 0.1)

    async def stop_and_read(parser: ParserProcess) -> list[FeedResult]:
        await parser.read(FEED, response(b"fine"))
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGSTOP)
        return list(await asyncio.gather(*(parser.read(FEED, response(b"fine")) for _ in range(3))))

    with ParserProcess(seconds=0.5, read=misbehave) as parser:
        results = asyncio.run(stop_and_read(parser))
    assert [result.outcome for result in results] == ["read"] * 3
