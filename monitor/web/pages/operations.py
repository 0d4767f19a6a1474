"""What supervisors and Prometheus ask: whether the server lives and can answer, and its metrics."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from monitor.services.readiness import Readiness
from monitor.web.answers import JSON
from monitor.web.metrics import Metrics

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def live() -> Response:
    """Say that the server takes requests, however busy its threads are."""
    return PlainTextResponse("alive\n")


@router.get("/health/ready")
def ready(request: Request) -> Response:
    """Say whether archive and engine can be asked; 503 when one of them cannot."""
    document = cast(Readiness, request.app.state.readiness).look()
    return JSON(document, 200 if document.ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return the metrics."""
    text = cast(Metrics, request.app.state.metrics).to_text()
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)
