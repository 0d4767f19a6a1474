"""Help and settings: the words, the language, the keys, the time zone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from config.zones import zone_names
from monitor.services.settings import settings_in_force
from monitor.web.parameters import ZONE_COOKIE, Installation
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

_YEAR = 365 * 86_400  # seconds
_KEYS = (
    (("/",), "search"),
    (("g", "o"), "Overview"),
    (("g", "t"), "Themes"),
    (("g", "f"), "Search"),
    (("g", "c"), "Compare"),
    (("g", "s"), "Sources"),
    (("g", "a"), "Alerts"),
    (("j",), "next headline"),
    (("k",), "previous headline"),
    (("Enter",), "open it"),
    (("y",), "copy a link to this page"),
    (("[",), "the period before in the list of periods"),
    (("]",), "the next one"),
    (("?",), "these keys"),
)
_QUERIES = (
    ("truce ceasefire", "both words, in all their forms"),
    ("truce OR ceasefire", "one of them, or both"),
    ("truce -Gaza", "the first without the second"),
    ('"peace plan"', "the words beside one another, in all their forms"),
    ('"troops withdraw"~5', "at most five other words between them, in any order"),
    ("exact:truce", "this form alone"),
    ("negotiat*", "words that begin so"),
    ("title:truce", "in the headline"),
    ("class:state country:RU", "of sources of a class, and from a country"),
    ("language:uk theme:truce", "in a language, and of a theme"),
    ("truce is:story", "no copies"),
    ("truce published:>=2026-11-01", "published since then"),
)


@router.get("/help", response_class=HTMLResponse)
def show(request: Request, app: Installation) -> Response:
    """Show the help, and keep the time zone that somebody chooses."""
    wanted = request.query_params.get("zone", "")
    name = zone_names().get(wanted.lower())
    if name:
        answer = RedirectResponse("/help#zone", 303)
        answer.set_cookie(ZONE_COOKIE, name, max_age=_YEAR, httponly=True, samesite="strict")
        return answer
    zones = sorted(zone_names().values())
    return page(
        request,
        app,
        "help.html",
        keys=_KEYS,
        queries=_QUERIES,
        zones=zones,
        wrong_zone=wanted,
        settings=tuple(settings_in_force(app.settings)),
    )
