"""What addresses of the API take, declared once: each is the argument of a service of the same name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request
from starlette.datastructures import FormData

from config.errors import WrongArgument
from config.zones import zone_names
from monitor.app import App
from monitor.services.stamp import stamp
from monitor.web.answers import check_unchanged, entity_tag
from monitor.web.prepared import Prepared
from monitor.web.span import ZONE

Timezone = Annotated[
    str | None,
    Query(
        description="time zone in which days begin and times without one are read, such as Europe/Berlin; "
        "that of the installation without it",
        examples=["Europe/Berlin"],
        max_length=64,
    ),
]


ZONE_COOKIE = "timezone"


def installation(request: Request, timezone: Timezone = None) -> App:
    """Return the installation as this request sees it: in the time zone it asks for, or that its reader once chose.

    Pages are asked with `tz`, see `monitor.web.span`.

    Raises:
        WrongArgument: there is no such time zone.
    """
    app = cast(App, request.app.state.installation)
    timezone = timezone or request.query_params.get(ZONE)
    if timezone is None:
        chosen = zone_names().get(request.cookies.get(ZONE_COOKIE, "").lower())
        return app.in_zone(ZoneInfo(chosen)) if chosen else app
    name = zone_names().get(timezone.lower())
    if name is None:
        raise WrongArgument(f'there is no time zone "{timezone}"; write one such as Europe/Berlin', field="timezone")
    return app.in_zone(ZoneInfo(name))


Installation = Annotated[App, Depends(installation)]


def _prepared(request: Request) -> Prepared:
    return cast(Prepared, request.app.state.prepared)


Ready = Annotated[Prepared, Depends(_prepared)]


def tag(request: Request, app: Installation) -> str:
    """Return the entity tag of the answer.

    Raises:
        Unchanged: the client has it.
    """
    tag = entity_tag(request, stamp(app, datetime.now(UTC)))
    check_unchanged(request, tag)
    return tag


Tag = Annotated[str, Depends(tag)]

Id = Annotated[str, Path(description="the id", examples=["truce"], max_length=2_000)]
Number = Annotated[int, Path(description="the number", examples=[2], ge=1, lt=2**63)]
QueryText = Annotated[str, Query(description="a query, see docs/queries.md", examples=["truce AND class:state"])]
Since = Annotated[
    str | None,
    Query(description="published at or after: 2026-11-01, yesterday, 7d, 1M …", examples=["7d"], max_length=64),
]
Until = Annotated[
    str | None,
    Query(
        description="published before the end of this day, or before this moment",
        examples=["2026-11-20"],
        max_length=64,
    ),
]
Scope = Annotated[
    str | None,
    Query(description="query that shares are shares of; every article without it", examples=["class:state"]),
]
Within = Annotated[
    str | None,
    Query(description="query that everything is counted within; every article without it", examples=["class:state"]),
]
Steady = Annotated[
    bool,
    Query(
        description="whether to count only the sources that delivered throughout the period and the one before",
        examples=[True],
    ),
]
SteadyInRange = Annotated[
    bool,
    Query(
        description="whether to count only the sources that delivered throughout the range; `panel` names the others",
        examples=[True],
    ),
]
Themes = Annotated[
    tuple[str, ...],
    Query(alias="theme", description="id of a theme; repeatable; all themes without any", examples=[["truce"]]),
]
Queries = Annotated[
    tuple[str, ...],
    Query(
        alias="query",
        description="NAME=QUERY, in addition to, or instead of, themes; repeatable",
        examples=[["drones=drone OR UAV"]],
    ),
]


async def _read_fields(request: Request) -> FormData:
    return await request.form()


Fields = Annotated[FormData, Depends(_read_fields)]
"""The fields of a form that was sent."""
