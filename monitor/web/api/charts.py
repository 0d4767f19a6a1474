"""Charts as pictures that can leave: with their finding, their source, the time and their address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from indexer.trends.calendar import Interval
from monitor.charts.draw import png_file, svg_file
from monitor.charts.exported import search_picture, theme_picture
from monitor.charts.frame import Spec
from monitor.web.parameters import Id, Installation, QueryText, Since, Tag, Until
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
) -> Response:
    """Draw the course of a theme, of the last 60 days without a range: its share, its articles, and everything collected."""
    link = _link(request, until, f"/themes/{id}", by=None if interval == "day" else interval, for_=since)
    return _picture(theme_picture(app, id, interval=interval, since=since, until=until, link=link), form, tag)


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
    link = _link(request, until, "/search", q=query, for_=since)
    return _picture(search_picture(app, query, since=since, until=until, link=link), form, tag)


def _link(request: Request, until: str | None, path: str, **parameters: object) -> str:
    """Return the address of the page that shows the same; that of the picture itself where the range has an end of its own."""
    if until:
        return str(request.url)
    zone = request.query_params.get("timezone")
    return f"{str(request.base_url).rstrip('/')}{address(path, **parameters, tz=zone)}"


def _picture(spec: Spec, form: str, tag: str) -> Response:
    headers = {"ETag": tag}
    if form == "svg":
        return Response(svg_file(spec), media_type="image/svg+xml", headers=headers)
    return Response(png_file(spec), media_type="image/png", headers=headers)
