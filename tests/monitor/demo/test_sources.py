from __future__ import annotations

from datetime import date

from config.sources import CLASSES
from monitor.demo.site import Site
from monitor.demo.sources import demo_sources


def test_every_outlet_is_a_source_with_a_feed_on_the_site() -> None:
    site = Site(date(2026, 11, 23))
    sources = demo_sources(site.content.outlets.values())
    assert {source.id for source in sources} == set(site.content.outlets)
    for source in sources:
        for feed in source.feeds:
            host, _, path = feed.url.removeprefix("http://").partition("/")
            assert host.endswith(".example")
            assert site.reply(host, f"/{path}", {}).status == 200
            assert feed.source == source.id


def test_feed_ids_are_unique_and_classes_are_known() -> None:
    sources = demo_sources(Site(date(2026, 11, 23)).content.outlets.values())
    ids = [feed.id for source in sources for feed in source.feeds]
    assert len(set(ids)) == len(ids)
    assert {source.source_class for source in sources} <= set(CLASSES)
