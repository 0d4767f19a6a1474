"""Whose address it is: a spider may yield any, and must not take over those of other sources."""

from __future__ import annotations

from sqlalchemy import Connection, select

from config.sources import Feed
from crawler.archive.feeds import feeds
from crawler.archive.frontier import urls
from crawler.urls import article_id, canonical, registered_domain


def is_of_another(connection: Connection, url: str, feed: Feed) -> bool:
    """Return whether another source has listed an address, or only others have feeds on its domain."""
    address = canonical(url)
    if address is None:
        return False
    listed_by = connection.scalar(select(urls.c.source).where(urls.c.id == article_id(address)))
    if listed_by is not None:
        return bool(listed_by != feed.source)
    on_domain = select(feeds.c.id).where(feeds.c.polled, feeds.c.site == registered_domain(address))
    sources = {str(name).partition("/")[0] for name in connection.scalars(on_domain)}
    return bool(sources) and feed.source not in sources
