"""Rebuilding and moving while a whole installation is at work, and killed at it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from config.errors import EngineError, EngineUnavailable
from crawler.archive.archive import open_archive
from indexer.article import Article
from indexer.engine import open_engine
from indexer.jobs import requests
from indexer.query.tree import Everything
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.processes import until

ARTICLES = 3_000


@pytest.fixture
def tantivy(tmp_path: Path) -> str:
    return f"tantivy:{tmp_path / 'index'}"


@pytest.fixture
def elasticsearch(elasticsearch_url: str) -> str:
    return f"{elasticsearch_url}/rebuilt-{uuid4().hex}"


def read_articles(url: str) -> list[Article]:
    engine = open_engine(url)
    result = list(engine.scan(Everything()))
    engine.close()
    return result


class Onlooker:
    """Counts the articles that a search at an address sees, again and again, as long as the block lasts.

    Attributes:
        seen: every number there was; None for an index that is not there, a sentence for what should not be.
    """

    def __init__(self, url: str) -> None:
        self.seen: set[int | str | None] = set()
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Onlooker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):  # opening an engine costs as much as a hundred articles
            try:
                engine = open_engine(self._url)
                self.seen.add(engine.count(Everything()))
                engine.close()
            except EngineUnavailable:
                self.seen.add(None)
            except EngineError as error:
                self.seen.add(str(error))


@contextmanager
def indexer_at_work(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "monitor.cli", "index"]
    process = subprocess.Popen(command, env=os.environ | dict(installation.environment))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("engine", "into"),
    [
        ("tantivy", ""),
        ("elasticsearch", ""),
        ("tantivy", "elasticsearch"),
        ("elasticsearch", "tantivy"),
    ],
)
def test_a_rebuild_killed_half_way_resumes_at_the_next_start_and_no_search_sees_a_partial_index(
    engine: str,
    into: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    installation = Installation(tmp_path, monkeypatch, capsys, engine=request.getfixturevalue(engine))
    target = request.getfixturevalue(into) if into else ""
    installation.keep(*(article(serial=number, title="A truce") for number in range(1, ARTICLES + 1)))
    archive = open_archive(installation.data)
    with archive.database.write() as connection:
        number = requests.ask(connection, "rebuild", target, datetime.now(UTC))

    def read_request() -> requests.Request:
        with archive.database.read() as connection:
            return requests.look_up(connection, number)

    with Onlooker(target or installation.engine_url) as onlooker:
        with indexer_at_work(installation) as process:
            until(lambda: read_request().progress > 0.3 or process.poll() is not None, "a part of the index is rebuilt")
        assert read_request().state == "running"
        assert (None if target else ARTICLES) in onlooker.seen
        with indexer_at_work(installation) as process:
            until(lambda: read_request().state == "done" or process.poll() is not None, "the index is rebuilt")
            assert read_request().state == "done", read_request().message
    assert onlooker.seen <= {ARTICLES, None if target else ARTICLES}
    there = read_articles(target or installation.engine_url)
    assert [result.serial for result in there] == list(range(1, ARTICLES + 1))
    assert {result.themes for result in there} == {frozenset({"truce"})}
    archive.close()


def test_a_password_on_the_command_line_is_rejected(small: Installation) -> None:
    code, out, err = small.run("rebuild", "--into", "elasticsearch://ann:s3cret@127.0.0.1:1/parley")
    assert code == 2
    assert "?password_file=PATH" in err
    assert "s3cret" not in out + err
