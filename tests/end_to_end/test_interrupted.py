"""An interrupted `--once` run reports it by its exit code, and the next one completes the work."""

from __future__ import annotations

import signal
from pathlib import Path

from crawler.archive.archive import open_archive
from crawler.outcomes import Outcome
from tests.support.collected import collect, page_of
from tests.support.demo_run import demo_parley, demo_site
from tests.support.processes import PATIENCE, Parley, until

INTERRUPTED = 130
PAGES = 300


def test_an_interrupted_single_crawl_exits_with_an_error_and_can_be_completed(tmp_path: Path) -> None:
    with demo_site() as (site, proxy):
        parley = demo_parley(tmp_path, site, proxy)
        site.allow(0)
        crawl = parley.start("crawl", "--once")
        site.wait_for_requests(20, PATIENCE)
        crawl.send_signal(signal.SIGINT)
        site.allow(1)
        assert crawl.wait(PATIENCE) == INTERRUPTED
        assert parley.start("crawl", "--once").wait(PATIENCE) == 0


def test_an_interrupted_single_indexing_exits_with_an_error_and_can_be_completed(tmp_path: Path) -> None:
    parley = Parley(tmp_path)
    parley.use([])
    archive = open_archive(parley.data)
    for number in range(PAGES):
        collect(archive, str(number), page_of(text_of(number)))
    index = parley.start("index", "--once")
    until(lambda: (parley.data / "indexer.json").exists(), "the indexer has a heartbeat")
    index.send_signal(signal.SIGTERM)
    assert index.wait(PATIENCE) == INTERRUPTED
    assert archive.count_pages_by_state()[Outcome.PENDING] > 0
    assert parley.start("index", "--once").wait(PATIENCE) == 0
    assert archive.count_pages_by_state() == {"indexed": PAGES}
    archive.close()


def text_of(number: int) -> str:
    """Return a text that shares nothing with those of other numbers, so that comparing copies takes no time."""
    return " ".join(
        f"Delegation {number}a{place} met minister {number}b{place} in town {number}c{place}." for place in range(12)
    )
