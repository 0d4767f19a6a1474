"""The state of the engine, asked for no longer than people wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from config.errors import EngineError
from indexer.engine import hide_password
from indexer.jobs.comparing import newest_differing
from monitor.app import App
from monitor.services.completeness import count_both, is_alike

ENGINE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class EngineState:
    """The current state of the engine.

    Attributes:
        articles: number of articles in it; None when it cannot be asked.
        kept: number of articles in the archive at that time; None then as well.
        is_alike: whether it has the articles of the archive, where it has as many.
        differing: of the newest articles, how many differ from the archive, and how many were compared.
        trouble: why it cannot be asked; empty when it can.
    """

    articles: int | None
    kept: int | None
    differing: tuple[int, int]
    trouble: str
    is_alike: bool = True


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
        return EngineState(None, None, (0, 0), f"{address} does not respond within {ENGINE_SECONDS:.0f} seconds")
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _state(app: App) -> EngineState:
    try:
        indexed, kept = count_both(app)
        alike = indexed != kept or is_alike(app, kept)
        return EngineState(indexed, kept, newest_differing(app.engine, app.archive.database), "", alike)
    except EngineError as error:
        return EngineState(None, None, (0, 0), str(error))
