"""Long work in three calls: ask the indexer for it, look how far it is, take the result.

Whoever calls these never does the work: it waits until an indexer runs.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.exc import NoResultFound

from config.errors import Conflict, NotFound, RequestFailed
from indexer.jobs import requests
from monitor.app import App
from monitor.documents.requests import RequestDocument


def ask(app: App, work: requests.Work, argument: str = "") -> RequestDocument:
    """Ask for work and return the request.

    Args:
        argument: as `indexer.jobs.requests.Request` says.
    """
    with app.archive.database.write() as connection:
        id = requests.ask(connection, work, argument, datetime.now(UTC))
    return progress(app, id)


def progress(app: App, id: int) -> RequestDocument:
    """Return how far a request is.

    Raises:
        NotFound: there is no such request.
    """
    try:
        with app.archive.database.read() as connection:
            request = requests.look_up(connection, id)
    except NoResultFound:
        raise NotFound(f"there is no request {id}", field="id") from None
    return RequestDocument(
        id=request.number,
        work=request.work,
        state=request.state,
        progress=request.progress,
        message=request.message,
    )


def result(app: App, id: int) -> str:
    """Return the result of a request as a sentence.

    Raises:
        NotFound: there is no such request.
        Conflict: it is not done yet.
        RequestFailed: the indexer could not do it; says why.
    """
    request = progress(app, id)
    if request.state in ("failed", "cancelled"):
        raise RequestFailed(request.message)
    if request.state != "done":
        raise Conflict(f"request {id} is {request.state}; its progress is {request.progress:.0%}", field="id")
    return request.message
