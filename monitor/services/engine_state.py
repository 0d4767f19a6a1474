"""The state of the engine, asked for no longer than people wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from config.errors import EngineError
from indexer.engine import hide_password
from indexer.jobs.comparing import newest_differing
from indexer.query.tree import Everything
from monitor.app import App

ENGINE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class EngineState:
    """The current state of the engine.

    Attributes:
        articles: number of articles in it; None when it cannot be asked.
        differing: of the newest articles, how many differ from the archive, and how many were compared.
        trouble: why it cannot be asked; empty when it can.
    """

    articles: int | None
    differing: tuple[int, int]
    trouble: str


def ask_engine(app: App) -> EngineState:
    """Return the state of the engine; one that does not respond within `ENGINE_SECONDS` cannot be asked.

    Raises:
        ParleyError: the archive or the configuration cannot be read.
    """
    answers: SimpleQueue[EngineState | BaseException] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_state(app))
        except BaseException as error:
            answers.put(error)

    Thread(target=ask, name="engine", daemon=True).start()
    try:
        answer = answers.get(timeout=ENGINE_SECONDS)
    except Empty:
        address = hide_password(app.settings.engine_url)
        return EngineState(None, (0, 0), f"{address} does not respond within {ENGINE_SECONDS:.0f} seconds")
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _state(app: App) -> EngineState:
    try:
        return EngineState(app.engine.count(Everything()), newest_differing(app.engine, app.archive.database), "")
    except EngineError as error:
        return EngineState(None, (0, 0), str(error))
