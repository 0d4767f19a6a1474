"""The web application: the API over one installation.

An address is a function in a module of `monitor/web/api/`, each of which has a `router` and is found by its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import cast

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Match

from config.errors import ArchiveError, Code, EngineError, NotFound, ParleyError, Refused, WrongArgument
from config.logs import get_logger
from monitor.app import App
from monitor.documents.beginning import BeginningDocument
from monitor.documents.errors import ErrorDocument, FailureDocument
from monitor.services.readiness import Readiness
from monitor.services.standstill import beginning, standstill
from monitor.version import version_of_parley
from monitor.web import api, pages
from monitor.web.answers import API, FAILURES, JSON, Unchanged, failure
from monitor.web.attempts import Attempts
from monitor.web.changes import LastChanges
from monitor.web.forms import check_form, check_program, reader_of
from monitor.web.guard import Guard
from monitor.web.metrics import Metrics
from monitor.web.news import News
from monitor.web.prepared import Prepared
from monitor.web.rendering import page, show_beginning
from monitor.web.sessions import Sessions
from monitor.web.standing import Standing

_WORTH_COMPRESSING = 1_000  # bytes
_HEADINGS: Mapping[Code, str] = {
    "not_found": "There is nothing here",
    "wrong_argument": "That cannot be asked so",
    "wrong_query": "That query cannot be read",
    "misconfigured": "Parley has to be set up first",
    "unavailable": "Not at the moment",
    "refused": "That is not allowed",
    "conflict": "Something else changed meanwhile",
}

log = get_logger(__name__)


def application(app: App, *, hosts: Collection[str], sessions: Sessions) -> FastAPI:
    """Return the application.

    Args:
        hosts: names under which it may be asked, without ports.
        sessions: tells who asks.
    """
    web = FastAPI(
        title="Parley",
        summary="What is said about the Russia–NATO negotiations: search, trends, themes and sources.",
        version=version_of_parley("0"),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        routes=list(_addresses()),
    )
    web.state.installation, web.state.changes, web.state.prepared = app, LastChanges(), Prepared()
    web.state.sessions, web.state.attempts, web.state.metrics = sessions, Attempts(), Metrics(app)
    web.state.readiness, web.state.standing = Readiness(app), Standing(app)
    web.state.news = News()
    web.mount("/static", StaticFiles(packages=[("monitor.web", "static")]))
    web.add_exception_handler(ParleyError, _answer_failure)
    web.add_exception_handler(Unchanged, _answer_unchanged)
    web.add_exception_handler(RequestValidationError, _answer_invalid)
    web.add_exception_handler(HTTPException, _answer_http)
    web.add_exception_handler(Exception, _answer_fault)
    web.add_middleware(GZipMiddleware, minimum_size=_WORTH_COMPRESSING)
    web.add_middleware(Guard, hosts=hosts, sessions=sessions, refuse=_refusal)
    return web


@cache
def _addresses() -> Sequence[BaseRoute]:
    """Return what every installation answers, built once in a process: it takes longer than all else here."""
    root = APIRouter()
    for router in _routers(api):
        root.include_router(router, prefix=API, responses=dict(FAILURES), dependencies=[Depends(check_program)])
    for router in _routers(pages):
        root.include_router(router, dependencies=[Depends(check_form)])
    return root.routes


def _routers(package: ModuleType) -> Iterator[APIRouter]:
    for module in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{module.name}").router


def _answer_failure(request: Request, error: Exception) -> Response:
    return _refusal(request, cast(ParleyError, error))


def _answer_unchanged(_request: Request, unchanged: Exception) -> Response:
    return Response(status_code=304, headers={"ETag": cast(Unchanged, unchanged).tag})


def _answer_invalid(request: Request, error: Exception) -> Response:
    """Return what is wrong with the first argument that is."""
    first = cast(RequestValidationError, error).errors()[0]
    field = ".".join(map(str, first["loc"][1:])) or None  # the first says where: in the path, the query or the body
    return _refusal(request, WrongArgument(f"{field or 'the request'}: {first['msg']}", field=field))


def _answer_http(request: Request, error: Exception) -> Response:
    """Return what the router found wrong: no such address, or no such method."""
    wrong = cast(HTTPException, error)
    if wrong.status_code == 404:
        return _refusal(request, NotFound(f"there is nothing at {request.url.path}"))
    if isinstance(wrong.__cause__, ParleyError):  # raised while the body was read
        return _refusal(request, wrong.__cause__)
    if wrong.status_code == 405:
        allowed = ", ".join(_methods(request))
        answer = _refusal(request, Refused(f"{request.url.path} takes {allowed}, not {request.method}"))
        answer.headers["Allow"] = allowed
    else:
        answer = _refusal(request, Refused(wrong.detail))
    answer.status_code = wrong.status_code
    return answer


def _methods(request: Request) -> list[str]:
    """Return the methods that this address takes, of all its routes."""
    return [
        method
        for method in ("DELETE", "GET", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


def _answer_fault(request: Request, error: Exception) -> Response:
    """Log a fault of ours under the id that the answer names."""
    id = request.scope["request_id"]
    log.error("fault", id=id, path=request.url.path, exc_info=error)
    message = f"Something broke on our side. It is noted under {id}."
    if _is_for_programs(request):
        return JSON(FailureDocument(error=ErrorDocument(code="unavailable", message=message, field=None)), 500)
    return _message(request, 500, "Something broke on our side", [f"It is noted under {id}. Try again."])


def _refusal(request: Request, error: ParleyError) -> Response:
    """Return an error as a document to programs, and as a page to people."""
    if isinstance(error, EngineError):
        request.app.state.metrics.note_engine_error(type(error).__name__)
    answer = failure(error)
    if _is_for_programs(request):
        return answer
    message = _page_about(request, answer.status_code, error)
    for name in ("Retry-After", "Connection", "WWW-Authenticate"):
        if name in answer.headers:
            message.headers[name] = answer.headers[name]
    return message


def _page_about(request: Request, status: int, error: ParleyError) -> Response:
    app = cast(App, request.app.state.installation)
    stands = standstill(app, error)
    if stands is None:
        return _message(request, status, _HEADINGS[error.code], str(error).splitlines())
    if begun := _begun(app, error):
        return show_beginning(request, app, begun, status)
    detail = stands.detail if reader_of(request).scope == "write" else ""
    return _message(request, status, stands.heading, [stands.sentence], detail)


def _begun(app: App, error: ParleyError) -> BeginningDocument | None:
    """Return how far an installation is whose engine or archive cannot be asked because there is nothing yet."""
    with suppress(ArchiveError):
        return beginning(app) if isinstance(error, EngineError) or not app.has_archive else None
    return None


def _message(request: Request, status: int, heading: str, lines: Sequence[str], detail: str = "") -> Response:
    sentences = [f"{line[:1].upper()}{line[1:].rstrip('.')}." for line in lines]
    app = cast(App, request.app.state.installation)
    return page(request, app, "message.html", status=status, heading=heading, lines=sentences, detail=detail)


def _is_for_programs(request: Request) -> bool:
    return request.url.path.startswith((API, "/health/", "/metrics"))
