"""Feeds that readers subscribe to, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response

from monitor.feed_formats import FEED_FORMATS, FeedForm, Subscription, opml
from monitor.services import feeds
from monitor.web.answers import content_tag
from monitor.web.changes import LastChanges, as_header, check_not_modified
from monitor.web.parameters import Id, Installation, QueryText
from monitor.web.rendering import address

Form = Annotated[FeedForm, Path(description="Atom, or JSON Feed", examples=["atom"])]

_TEXT: Mapping[str, Any] = {"type": "string"}
_JSON_FEED: Mapping[str, Any] = {
    "type": "object",
    "description": "JSON Feed 1.1, see https://www.jsonfeed.org/version/1.1/",
    "required": ["version", "title", "home_page_url", "feed_url", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "items": {"type": "array", "items": {"type": "object", "required": ["id", "url", "title", "content_html"]}},
    },
}
_FEEDS: Mapping[int | str, dict[str, Any]] = {
    200: {
        "description": "The feed.",
        "content": {
            FEED_FORMATS["atom"].media_type: {"schema": _TEXT},
            FEED_FORMATS["json"].media_type: {"schema": _JSON_FEED},
        },
    }
}
_OPML = "text/x-opml"
_LISTS: Mapping[int | str, dict[str, Any]] = {
    200: {"description": "The list, OPML 2.0.", "content": {_OPML: {"schema": _TEXT}}}
}

router = APIRouter(tags=["feeds"], default_response_class=Response)


@router.get("/feeds/themes/{id}.{form}", responses=dict(_FEEDS))
def theme_feed(request: Request, app: Installation, id: Id, form: Form) -> Response:
    """Return the 50 newest stories of a theme; copies are folded into their stories."""
    return _feed(request, feeds.theme_feed(app, id), form)


@router.get("/feeds/search.{form}", responses=dict(_FEEDS))
def search_feed(request: Request, app: Installation, form: Form, query: QueryText) -> Response:
    """Return the 50 newest stories that match a query."""
    return _feed(request, feeds.search_feed(app, query), form)


@router.get("/feeds/sources/{id}.{form}", responses=dict(_FEEDS))
def source_feed(request: Request, app: Installation, id: Id, form: Form) -> Response:
    """Return the 50 newest articles of a source, each text once."""
    return _feed(request, feeds.source_feed(app, id), form)


@router.get("/feeds/spikes.{form}", responses=dict(_FEEDS))
def spikes_feed(request: Request, app: Installation, form: Form) -> Response:
    """Return the spikes of all themes in the last 90 days. The id of a spike stays the same while it goes on."""
    return _feed(request, feeds.spikes_feed(app), form)


@router.get("/feeds/themes.opml", responses=dict(_LISTS))
def list_themes(request: Request, app: Installation) -> Response:
    """Return the feeds of all themes, and that of their spikes, as a list that readers import."""
    base = _base(request)
    themes = [_subscription(base, theme.title, f"/themes/{theme.id}") for theme in app.themes]
    spikes = Subscription("Spikes of all themes", f"{base}/api/v1/feeds/spikes.atom", f"{base}/")
    return _list(request, "Themes of Parley", {"Themes": [*themes, spikes]})


@router.get("/feeds/sources.opml", responses=dict(_LISTS))
def list_sources(request: Request, app: Installation) -> Response:
    """Return Parley's feeds of all sources, by class, as a list that readers import."""
    base = _base(request)
    ordered = sorted(app.sources, key=lambda source: (source.source_class, source.name))
    groups = {
        name: [_subscription(base, source.name, f"/sources/{source.id}") for source in some]
        for name, some in groupby(ordered, key=lambda source: source.source_class)
    }
    return _list(request, "Sources of Parley", groups)


def _subscription(base: str, title: str, page: str) -> Subscription:
    return Subscription(title, f"{base}/api/v1/feeds{quote(page)}.atom", f"{base}{quote(page)}")


def _feed(request: Request, feed: feeds.Feed, form: FeedForm) -> Response:
    base = _base(request)
    own = f"{base}{address(request.url.path, **request.query_params)}"
    chosen = FEED_FORMATS[form]
    return _answer(request, chosen.render(feed, base, own), chosen.media_type)


def _list(request: Request, title: str, groups: Mapping[str, list[Subscription]]) -> Response:
    return _answer(request, opml(title, groups), _OPML)


def _answer(request: Request, content: bytes, media_type: str) -> Response:
    """Return a file unless the reader has it; most readers ask every half hour, long after the answer's stamp changed."""
    changes: LastChanges = request.app.state.changes
    tag = content_tag(content)
    changed = changes.of(str(request.url), tag, datetime.now(UTC))
    check_not_modified(request, tag, changed)
    headers = {"ETag": tag, "Last-Modified": as_header(changed)}
    return Response(content, media_type=media_type, headers=headers)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
