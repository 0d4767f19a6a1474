"""A disk fills up while crawler and indexer run: both report it, wait, and resume when there is space again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.demo_run import RunResult, await_all, demo_parley, demo_site, indexed, outcome
from tests.support.processes import Parley, limit_files, until

SMALL_FILE = 40_000  # bytes: large enough for heartbeats, too small for the archive
FULL = "the disk is full"


def test_parts_that_cannot_write_wait_and_lose_nothing(tmp_path: Path, undisturbed: RunResult) -> None:
    with demo_site() as (site, proxy):
        site.revise()
        site.allow(0.4)
        parley = demo_parley(tmp_path, site, proxy)
        with parley.at_work() as (crawler, indexer):
            until(lambda: indexed(parley) >= 20, "something is indexed")
            limit_files(crawler, SMALL_FILE)
            limit_files(indexer, SMALL_FILE)
            site.allow(1)
            until(lambda: FULL in parley.heartbeat("crawler").trouble, "the crawler says that the disk is full")
            limit_files(crawler)
            until(lambda: FULL in parley.heartbeat("indexer").trouble, "the indexer says that the disk is full")
            shown = parley.status()
            assert any(trouble.startswith("indexer: ") and FULL in trouble for trouble in shown["troubles"])
            assert shown["pages"]["pending"]
            limit_files(indexer)
            await_all(parley, undisturbed)
    assert outcome(parley) == undisturbed


@pytest.mark.parametrize(("place", "size"), [("index", "150k"), ("data", "3m")])
def test_parts_wait_while_the_disk_of_the_index_or_the_archive_is_full(
    place: str, size: str, tmp_path: Path, undisturbed: RunResult
) -> None:
    with demo_site() as (site, proxy), small_disk(tmp_path / place, size) as grow:
        site.revise()
        parley = demo_parley(tmp_path, site, proxy, engine=f"tantivy:{tmp_path / 'index'}")
        with parley.at_work():
            until(lambda: says_full(parley), "the status says that the disk is full")
            assert indexed(parley) < len(undisturbed.articles)
            grow()
            await_all(parley, undisturbed)
        assert outcome(parley) == undisturbed


def says_full(parley: Parley) -> bool:
    return any(FULL in trouble or "of disk space left" in trouble for trouble in parley.status()["troubles"])


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[], None]]:
    """Mount a small disk on the folder and yield a function that enlarges it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here ({made.stderr.strip()}); run the tests as root")
    try:
        yield lambda: mount("-o", "remount,size=100m", str(folder)).check_returncode()
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
