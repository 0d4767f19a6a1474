"""Exports: every matching article, streamed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from monitor.export_formats import FORMATS, FormatName
from monitor.services.export import export
from monitor.web.parameters import Installation, QueryText, Since, Until

router = APIRouter(tags=["export"])


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The articles, in the order in which their addresses were discovered.",
            "content": {form.media_type: {"schema": {"type": "string"}} for form in FORMATS.values()},
        }
    },
)
def export_articles(
    app: Installation,
    query: QueryText,
    since: Since = None,
    until: Until = None,
    format: Annotated[
        FormatName, Query(description="JSON lines, CSV, CSV for Excel, Parquet, or pages as WARC", examples=["csv"])
    ] = "jsonl",
) -> StreamingResponse:
    """Return every article that matches a query, in constant memory. `X-Total-Count` is the number when it begins.

    `X-Searchable` is sent while the index lacks articles of the archive: how many can be searched.
    """
    matching = export(app, query, since=since, until=until)
    form = FORMATS[format]
    missing = {"X-Searchable": matching.searchable.message} if matching.searchable else {}
    return StreamingResponse(
        form.pieces(matching, app.archive),
        media_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="articles.{form.suffix}"',
            "X-Total-Count": str(matching.articles),
            **missing,
        },
    )
