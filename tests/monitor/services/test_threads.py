"""Services may be called from several threads of one process at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from monitor.app import App
from monitor.documents.base import Document
from monitor.services.articles import show
from monitor.services.checks import check, verify
from monitor.services.export import export
from monitor.services.queries import explain, lint
from monitor.services.search import search
from monitor.services.sources import sources
from monitor.services.status import status
from tests.support.builders import article
from tests.support.installation import Installation

THREADS, ROUNDS = 8, 4
CALLS: dict[str, Callable[[App], Any]] = {
    "search": lambda app: search(app, "truce OR theme:truce"),
    "show": lambda app: show(app, article(serial=1).id[:12]),
    "export": lambda app: list(export(app, "truce")),
    "explain": lambda app: explain(app, "truce AND Kyiv").model_copy(update={"tree": None, "slowest": None}),
    "lint": lambda app: lint(app, "truce and talks"),
    "sources": lambda app: sources(app),
    "check": lambda app: check(app),
    "verify": lambda app: verify(app),
    "status": lambda app: status(app).model_copy(update={"at": None}),
}


def test_simultaneous_calls_return_the_same_as_single_calls(small: Installation) -> None:
    small.keep(*(article(serial=serial, title="A truce", text="Talks in Kyiv") for serial in range(1, 30)))
    alone = {name: call(App.load()) for name, call in CALLS.items()}
    app = App.load()  # nothing of it is built when the threads begin
    with ThreadPoolExecutor(THREADS) as threads:
        together = [(name, threads.submit(call, app)) for _ in range(ROUNDS) for name, call in CALLS.items()]
        answers = [(name, future.result(timeout=120)) for name, future in together]
    assert [name for name, answer in answers if answer != alone[name]] == []
    assert all(isinstance(answer, Document | list) for _, answer in answers)
