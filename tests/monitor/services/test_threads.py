"""Services may be called from several threads of one process at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from monitor.app import App
from monitor.documents.base import Document
from monitor.documents.extraction import ExtractDocument
from monitor.documents.sources import ProbeDocument
from monitor.services.articles import show
from monitor.services.checks import check, verify
from monitor.services.compare import compare
from monitor.services.digest import digest
from monitor.services.emerging import emerging
from monitor.services.export import export
from monitor.services.extraction import extract_address
from monitor.services.leads import leads
from monitor.services.queries import explain, lint
from monitor.services.search import search
from monitor.services.sources import probe_feeds, sources
from monitor.services.status import status
from monitor.services.theme_changes import preview
from monitor.services.trends import trend
from monitor.services.why import why
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.site import site

SOURCE = """
name = "News"
country = "DE"
language = "en"
class = "independent"

[[feeds]]
url = "{url}"
kind = "feed"
every = "15m"
verified = 2026-03-01
"""
DAY = "2026-03-01"
THREADS, ROUNDS = 8, 4
CALLS: dict[str, Callable[[App], Any]] = {
    "search": lambda app: search(app, "truce OR theme:truce"),
    "show": lambda app: show(app, article(serial=1).id[:12]),
    "export": lambda app: list(export(app, "truce")),
    "explain": lambda app: explain(app, "truce AND Kyiv").model_copy(update={"tree": None, "slowest": None}),
    "lint": lambda app: lint(app, "truce and talks"),
    "sources": lambda app: sources(app),
    "trend": lambda app: trend(app, themes=["truce"], since=DAY, until=DAY),
    "compare": lambda app: compare(app, themes=["truce"], queries={"talks": "talks"}, since=DAY, until=DAY),
    "digest": lambda app: digest(app, day=DAY).model_copy(update={"made": None}),
    "emerging": lambda app: emerging(app, since=DAY, until=DAY),
    "leads": lambda app: leads(app, queries={"talks": "talks"}, since=DAY, until=DAY),
    "why": lambda app: why(app, queries={"talks": "talks"}, on=DAY),
    "preview": lambda app: preview(app, "truce", query={"en": "talks"}),
    "check": lambda app: check(app),
    "verify": lambda app: verify(app),
    "status": lambda app: status(app).model_copy(update={"at": None}),
}


@pytest.fixture(params=["tantivy", "elasticsearch"])
def installation(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Installation:
    """Return an installation with articles, on each engine."""
    url = request.getfixturevalue("elasticsearch_url") if request.param == "elasticsearch" else ""
    made = Installation(tmp_path, monkeypatch, capsys, engine=url and f"{url}/threads-{uuid4().hex}")
    made.keep(*(article(serial=serial, title="A truce", text="Talks in Kyiv") for serial in range(1, 30)))
    return made


def test_simultaneous_calls_return_the_same_as_single_calls(installation: Installation) -> None:
    alone = {name: call(App.load()) for name, call in CALLS.items()}
    app = App.load()  # nothing of it is built when the threads begin
    with ThreadPoolExecutor(THREADS) as threads:
        together = [(name, threads.submit(call, app)) for _ in range(ROUNDS) for name, call in CALLS.items()]
        answers = [(name, future.result(timeout=120)) for name, future in together]
    assert [name for name, answer in answers if answer != alone[name]] == []
    assert all(isinstance(answer, Document | list) for _, answer in answers)


def test_feeds_are_tried_and_pages_fetched_from_any_thread(
    small: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_ALLOW_PRIVATE", "127.0.0.2")
    monkeypatch.setenv("PARLEY_DELAY", "0")
    monkeypatch.setenv("PARLEY_SHIPPED_SOURCES", "none")
    with site() as news:
        news.add_articles("a", "b")
        write(small.config, "sources/news.toml", SOURCE.format(url=news.url("/rss")))
        app = App.load()

        def call(number: int) -> Document:
            if number % 2:
                return extract_address(app, news.url("/a"))
            [probe] = probe_feeds(app).feeds
            return probe.model_copy(update={"milliseconds": 0})

        with ThreadPoolExecutor(THREADS) as threads:
            answers = list(threads.map(call, range(THREADS)))
    probe, page = answers[:2]
    assert answers == [probe, page] * (THREADS // 2)
    assert isinstance(probe, ProbeDocument)
    assert (probe.is_good, probe.entries) == (True, 2)
    assert isinstance(page, ExtractDocument)
    assert page.url == news.url("/a")
