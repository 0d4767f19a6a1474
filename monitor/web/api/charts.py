"""Charts as pictures that can leave: with their finding, their source, the time and their address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from indexer.trends.calendar import Interval
from monitor.charts.draw import png_file, svg_file
from monitor.charts.exported import search_picture, theme_picture
from monitor.charts.frame import Spec
from monitor.web.only import STEADY
from monitor.web.parameters import Id, Installation, QueryText, Since, SteadyInRange, Tag, Until
from monitor.web.rendering import address

Form = Annotated[Literal["png", "svg"], Path(description="kind of picture", examples=["svg"])]

PICTURES: Mapping[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            "image/svg+xml": {"schema": {"type": "string"}},
            "image/png": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

router = APIRouter(tags=["charts"], default_response_class=Response, responses=dict(PICTURES))


@router.get("/charts/themes/{id}.{form}")
def draw_theme(
    request: Request,
    app: Installation,
    tag: Tag,
    id: Id,
    form: Form,
    interval: Annotated[Interval, Query(description="width of a bucket", examples=["day"])] = "day",
    since: Since = None,
    until: Until = None,
    steady: SteadyInRange = False,
) -> Response:
    """Draw the course of a theme, of the last 60 days without a range: its share, its articles, and everything collected."""
    by = None if interval == "day" else interval
    link = _link(request, since, until, f"/themes/{id}", by=by, only=STEADY if steady else None)
    picture = theme_picture(app, id, interval=interval, since=since, until=until, steady=steady, link=link)
    return _picture(picture, form, tag)


@router.get("/charts/search.{form}")
def draw_search(
    request: Request,
    app: Installation,
    tag: Tag,
    form: Form,
    query: QueryText,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Draw the articles of a query over time, all of them without a range."""
    link = _link(request, since, until, "/search", q=query)
    return _picture(search_picture(app, query, since=since, until=until, link=link), form, tag)


def _link(request: Request, since: str | None, until: str | None, path: str, **parameters: object) -> str:
    """Return the address of the page that shows the same; that of the picture itself where no page is of such a range."""
    if until and not (_is_day(since) and _is_day(until)):
        return str(request.url)
    times = {"from_": since, "to": until} if until else {"for_": since}
    zone = request.query_params.get("timezone")
    return f"{str(request.base_url).rstrip('/')}{address(path, **parameters, **times, tz=zone)}"


def _is_day(text: str | None) -> bool:
    try:
        return date.fromisoformat(text or "").isoformat() == text
    except ValueError:
        return False


def _picture(spec: Spec, form: str, tag: str) -> Response:
    headers = {"ETag": tag}
    if form == "svg":
        return Response(svg_file(spec), media_type="image/svg+xml", headers=headers)
    return Response(png_file(spec), media_type="image/png", headers=headers)
