"""A made-up installation as `parley run` leaves it after two years: archive, index, and feeds with their history.

It ends at the moment at which it is made, so that the last days have articles.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from bench.corpus import SOURCES, SPAN, articles
from config.sources import Feed
from crawler.archive import feed_hours, feeds
from crawler.archive.archive import Archive, open_archive
from crawler.archive.bodies import origin_of
from crawler.archive.feeds import FeedState
from crawler.archive.fetches import Fetch, fetches
from crawler.archive.frontier import urls
from crawler.archive.identity import archive_id
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from crawler.page import Hints, RawPage
from crawler.run import KEEP_HISTORY
from indexer.article import Article
from indexer.engine import open_engine
from indexer.extract import EXTRACTOR_VERSION
from indexer.jobs.articles import KeptArticle, keep_articles, settle
from monitor.app import App

BATCH = 1_000
_POLLED_EVERY = timedelta(hours=2)
_SILENT = 3  # days before today on which every fifteenth source was silent
_SOURCE = """
name = "{name}"
country = "GB"
language = "en"
class = "{kind}"

[[feeds]]
url = "https://{name}.example/rss"
kind = "feed"
"""
_CLASSES = ("independent", "state", "wire", "public")
_BODY = b"<!doctype html><title>A page</title><p>Every page of the made-up archive has this body."
_DAY = timedelta(days=1)


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of the installation's processes."""
    data, config = folder / "installation", folder / "config"
    return {"PARLEY_DATA": str(data), "PARLEY_CONFIG": str(config), "PARLEY_ENGINE": url, "PARLEY_LOG_LEVEL": "warning"}


def make(folder: Path, url: str, number: int, now: datetime) -> None:
    """Make the installation, with the themes applied to all its articles; takes some ten minutes for 100,000.

    Args:
        url: of the engine, without articles so far.
    """
    config = folder / "config"
    (config / "sources").mkdir(parents=True, exist_ok=True)
    (config / "settings.toml").write_text("shipped_sources = 'none'\n")
    for place, name in enumerate(SOURCES):
        (config / "sources" / f"{name}.toml").write_text(_SOURCE.format(name=name, kind=_CLASSES[place % 4]))
    archive = open_archive(folder / "installation")
    app = App.load(data=folder / "installation", config=config)
    configured = {source.id: source.feeds[0] for source in app.sources}
    fill(archive, url, articles(number, last=now), configured)
    for place, feed in enumerate(configured.values()):
        _poll(archive, feed, place, now)
    archive.close()
    command = [sys.executable, "-m", "monitor.cli", "index", "--once"]
    subprocess.run(command, env=os.environ | environment(folder, url), check=True)


def fill(archive: Archive, url: str, corpus: Iterator[Article], configured: Mapping[str, Feed]) -> None:
    """Add articles with their pages to the archive and to the engine, as if they had been collected and indexed."""
    page = RawPage(url="https://outlet-0.example/", body=_BODY, content_type="text/html", kind="document")
    origin = origin_of(page, page.url, source=SOURCES[0], feed=configured[SOURCES[0]].id, collected=datetime.now(UTC))
    archive.bodies.put({page.body_hash: _BODY}, [origin])
    engine = open_engine(url, writable=True, archive=archive_id(archive.database))
    while batch := list(islice(corpus, BATCH)):
        engine.add(batch)
        with archive.database.write() as connection:
            connection.execute(insert(urls), [_address(article, configured[article.source].id) for article in batch])
            rows = [_page(article, configured[article.source].id, page.body_hash) for article in batch]
            connection.execute(insert(pages), rows)
            keep_articles(connection, [KeptArticle(article, article.serial, EXTRACTOR_VERSION) for article in batch])
            settle(connection, [article.serial for article in batch])
    engine.refresh()
    engine.close()


def _address(article: Article, feed: str) -> dict[str, object]:
    return {
        "serial": article.serial,
        "id": article.id,
        "url": article.url,
        "site": article.site,
        "source": article.source,
        "feed": feed,
        "discovered": article.collected,
        "first_collected": article.collected,
        "state": Outcome.COLLECTED,
        "due": article.collected,
        "attempts": 1,
    }


def _page(article: Article, feed: str, body: str) -> dict[str, object]:
    return {
        "number": article.serial,
        "serial": article.serial,
        "body_hash": body,
        "collected": article.collected,
        "final_url": article.url,
        "source": article.source,
        "feed": feed,
        "content_type": "text/html",
        "kind": "document",
        "hints": Hints(published=article.published),
        "state": Outcome.INDEXED,
    }


def _poll(archive: Archive, feed: Feed, place: int, now: datetime) -> None:
    """Record that a feed was polled and delivered all the time, but for one day on which a few were silent."""
    quiet = now - _SILENT * _DAY if place % 15 == 0 else None
    with archive.database.write() as connection:
        feeds.sync(connection, [feed], now)
        days = [now - number * _DAY for number in range(1, SPAN.days)]
        delivered = [day.date() for day in days if quiet is None or day.date() != quiet.date()]
        feed_hours.note_days(connection, feed.id, delivered)
        for hour in range(now.hour + 1):
            feed_hours.note(connection, feed.id, now.replace(hour=hour))
        connection.execute(insert(fetches), [asdict(fetch) for fetch in _history(feed, quiet, now)])
        feeds.update_state(
            connection,
            FeedState(
                id=feed.id,
                next_due=now + _POLLED_EVERY,
                failures=0,
                failing_since=None,
                last_poll=now,
                last_success=now,
                last_new=now,
                rhythm=None,
                outcome=Outcome.READ,
                detail="",
            ),
        )


def _history(feed: Feed, quiet: datetime | None, now: datetime) -> Sequence[Fetch]:
    times = [now - number * _POLLED_EVERY for number in range(KEEP_HISTORY // _POLLED_EVERY)]
    return [
        Fetch(
            feed=feed.id,
            at=at,
            outcome=Outcome.TIMEOUT if quiet and at.date() == quiet.date() else Outcome.READ,
            status=None if quiet and at.date() == quiet.date() else 200,
            milliseconds=300,
            bytes=40_000,
            listed=20,
            new=1,
            detail="",
        )
        for at in times
    ]
