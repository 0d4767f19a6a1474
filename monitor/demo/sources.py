"""The sample outlets as sources, so that the demonstration collects them with the product's own crawler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from config.sources import Feed, Source
from monitor.demo.content import Outlet
from monitor.demo.site import feed_path

_POLL_SECONDS = 60.0
_KINDS: Mapping[str, str] = {"sitemap": "sitemap", "listing": "listing", "channel": "telegram"}
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "listing": {"item": "div.teaser", "links": "a.headline", "title": "a.headline", "date": "time"},
}


def demo_sources(outlets: Iterable[Outlet]) -> tuple[Source, ...]:
    """Return one source with one feed per outlet; they do not depend on the address of the server."""
    return tuple(_source(outlet) for outlet in outlets)


def _source(outlet: Outlet) -> Source:
    feed = Feed(
        id=f"{outlet.id}/1",
        source=outlet.id,
        url=f"http://{outlet.host}{feed_path(outlet)}",
        kind=_KINDS.get(outlet.format, "feed"),
        every=_POLL_SECONDS,
        options=MappingProxyType(dict(_OPTIONS.get(outlet.format, {}))),
    )
    return Source(
        id=outlet.id,
        name=outlet.name,
        country=outlet.country,
        language=outlet.language,
        source_class=outlet.source_class,
        feeds=(feed,),
        homepage=f"http://{outlet.host}/",
        note=outlet.note,
    )
