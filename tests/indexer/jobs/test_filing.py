"""Tests that an article is kept once, under its real address, whichever of its addresses is met first."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive import addresses, frontier
from crawler.archive.archive import Archive, open_archive
from crawler.archive.pages import keep_page
from crawler.outcomes import Outcome
from crawler.page import Hints, Link, Page, PageKind, RawPage
from crawler.urls import article_id, canonical, registered_domain
from indexer.copies.signature import signature
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.jobs.filing import Filing
from tests.support.builders import article
from tests.support.collected import NOON

A1 = "http://news.example/a1"
TEXT = " ".join(f"Sentence {number} of the report on the talks." for number in range(40))
OTHER = " ".join(f"Line {number} about the harvest in the south." for number in range(40))


@dataclass(frozen=True, slots=True)
class Site:
    """An archive whose pages are collected and filed one after the other."""

    archive: Archive

    def meet(
        self,
        url: str,
        text: str = TEXT,
        *,
        reached: str | None = None,
        declared: str | None = None,
        kind: PageKind = "document",
        source: str = "s",
        published: datetime | None = None,
    ) -> str:
        """Collect a page and file its article; return the outcome of the page."""
        address = canonical(url) or ""
        with self.archive.database.write() as connection:
            serial = frontier.know(connection, address, source=source, feed=f"{source}/1", now=NOON)
            hints = Hints(published=published, published_precision="second" if published else None)
            raw = RawPage(url=reached or address, body=text.encode(), content_type="text/html", kind=kind, hints=hints)
            keep_page(connection, serial, raw, source=source, feed=f"{source}/1", collected=NOON)
        return self.file(self.pages(address)[-1], text, declared)

    def pages(self, url: str) -> list[Page]:
        """Return the pages collected at an address, oldest first."""
        return [kept.page for kept in self.archive.pages_of(article_id(url)) if kept.page.url == url]

    def file(self, page: Page, text: str, declared: str | None) -> str:
        """File the article of a page."""
        date = {
            name: getattr(page.hints, name) for name in ("published", "published_precision") if page.hints.published
        }
        made = article(
            id=page.id,
            serial=page.serial,
            url=page.url,
            site=registered_domain(page.url),
            source=page.source,
            text=text,
            collected=NOON,
            **{"published_from": "feed", **date} if date else {"published_from": "meta"},
        )
        kept: dict[int, KeptArticle] = {}
        with self.archive.database.write() as connection:
            filed = Filing(connection, kept, signature).file(page, made, declared)
            if filed.is_text:
                kept[filed.article.serial] = KeptArticle(filed.article, page.number, 1)
            articles.keep_articles(connection, kept.values())
        return "text" if filed.is_text else "same"

    def articles(self) -> dict[str, str]:
        """Return address → the first word of its text, of all articles."""
        batches = articles.iterate_articles(self.archive.database)
        return {item.url: item.text.split()[0] for batch in batches for item in batch}

    def list_in_feed(self, *urls: str) -> int:
        """Let a feed list addresses and return how many are fetched because of that."""
        links = [Link(url=url, digest=url) for url in urls]
        with self.archive.database.write() as connection:
            return frontier.discover(connection, links, source="s", feed="s/1", document="map", now=NOON)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = open_archive(tmp_path)
    yield Site(opened)
    opened.close()


VIEWS: dict[str, dict[str, Any]] = {
    "amp": {"url": "http://news.example/a1?outputType=amp", "declared": A1},
    "amp path": {"url": "http://news.example/a1/amp/", "declared": A1},
    "www": {"url": "http://www.news.example/a1", "declared": A1},
    "www without a canonical link": {"url": "http://www.news.example/a1"},
    "mobile": {"url": "http://m.news.example/a1", "declared": A1},
    "https": {"url": "https://news.example/a1", "declared": A1},
    "cache": {"url": "https://news-example.cdn.ampproject.org/c/news.example/a1", "declared": A1},
    "viewer": {"url": "https://www.google.com/amp/news.example/a1", "declared": A1},
    "redirector": {"url": "http://feedproxy.example/~r/1", "reached": A1},
    "redirector with a campaign": {"url": "http://t.example/x", "reached": f"{A1}?utm_source=t"},
    "redirector to a mobile view": {"url": "http://t.example/y", "reached": "http://m.news.example/a1", "declared": A1},
    "other host": {"url": "http://edition.news.example/a1", "declared": A1},
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("is_first", [True, False], ids=["met first", "met last"])
def test_another_view_of_a_page_is_one_article_with_it(site: Site, view: str, is_first: bool) -> None:
    meetings: list[dict[str, Any]] = [{"url": A1, "declared": A1}, VIEWS[view]]
    for meeting in reversed(meetings) if is_first else meetings:
        site.meet(**meeting)
    filed = "http://www.news.example/a1" if view == "www without a canonical link" and is_first else A1
    assert site.articles() == {filed: "Sentence"}
    leading = [article_id(canonical(meeting["url"]) or "") for meeting in meetings]
    with site.archive.database.read() as connection:
        owners = addresses.ids_of_articles(connection, leading)
    assert len({owners.get(id, id) for id in leading}) == 1


def test_three_views_in_any_order_are_one_article(tmp_path: Path) -> None:
    views = [VIEWS[view] for view in ("amp", "www", "redirector")]
    for number, order in enumerate(itertools.permutations([{"url": A1, "declared": A1}, *views])):
        archive = open_archive(tmp_path / str(number))
        site = Site(archive)
        for meeting in order:
            site.meet(**meeting)
        assert site.articles() == {A1: "Sentence"}
        archive.close()


def test_an_article_met_only_behind_a_redirect_is_filed_where_it_led(site: Site) -> None:
    site.meet("http://feedproxy.example/~r/1", reached=A1)
    assert site.articles() == {A1: "Sentence"}


def test_an_address_that_pages_named_is_fetched_once_when_a_feed_lists_it(site: Site) -> None:
    site.meet("http://t.example/x", reached=A1)
    assert site.list_in_feed(A1) == 1
    assert site.list_in_feed(A1) == 0


def test_a_revision_listed_at_another_address_fetches_the_article_again(site: Site) -> None:
    site.meet(A1)
    site.meet("http://t.example/x", reached=A1)
    with site.archive.database.write() as connection:
        for digest in ("one", "two"):
            links = [Link(url="http://t.example/x", digest=digest)]
            frontier.discover(connection, links, source="s", feed="s/1", document="rss", now=NOON)
        waiting = frontier.count_urls_by_state(connection)
    assert waiting == {Outcome.WANTED: 1, Outcome.COLLECTED: 1}


def test_the_text_of_a_feed_for_the_real_address_is_the_same_article(site: Site) -> None:
    site.meet("http://t.example/x", reached=A1)
    site.meet(A1, kind="entry")
    assert site.articles() == {A1: "Sentence"}


def test_entries_of_one_page_stay_articles_of_their_own(site: Site) -> None:
    for number in range(2):
        site.meet(f"{A1}?parley-entry={number}", declared=A1, kind="entry")
    assert len(site.articles()) == 2


@pytest.mark.parametrize(("source", "is_taken"), [("s", True), ("stranger", False)])
def test_the_date_of_a_feed_is_taken_from_the_same_source_only(site: Site, source: str, is_taken: bool) -> None:
    stated = NOON - timedelta(days=400)
    site.meet(A1)
    site.meet("http://go.example/1", reached=A1, source=source, published=stated)
    (kept,) = (item for batch in articles.iterate_articles(site.archive.database) for item in batch)
    assert (kept.published == stated) is is_taken


def test_a_page_of_another_site_does_not_take_over_an_article(site: Site) -> None:
    site.meet("http://evil.example/a1", OTHER, declared=A1)
    site.meet(A1)
    assert site.articles() == {"http://evil.example/a1": "Line", A1: "Sentence"}


@pytest.mark.parametrize("host", ["evil.news.example", "www.news.example", "m.news.example"])
@pytest.mark.parametrize("is_first", [True, False], ids=["met first", "met last"])
def test_a_page_with_another_text_does_not_take_over_an_article_of_its_own_domain(
    site: Site, host: str, is_first: bool
) -> None:
    meetings = [(A1, TEXT), (f"http://{host}/x7", OTHER)]
    for url, text in reversed(meetings) if is_first else meetings:
        site.meet(url, text, declared=A1)
    assert site.articles() == {A1: "Sentence", f"http://{host}/x7": "Line"}


@pytest.mark.parametrize(
    "declared", ["http://news.example/", "http://news.example/en/", "http://news.example/news/world"]
)
def test_a_canonical_link_to_a_front_page_or_section_is_not_believed(site: Site, declared: str) -> None:
    for number in range(3):
        site.meet(
            f"http://news.example/a{number}",
            " ".join(random.Random(number).choices(OTHER.split(), k=90)),
            declared=declared,
        )
    assert set(site.articles()) == {f"http://news.example/a{number}" for number in range(3)}


def test_pages_with_unlike_texts_that_name_one_address_keep_their_own(site: Site) -> None:
    declared = "http://news.example/story-9"
    texts = [
        f"{word} " + " ".join(f"{word}{number}" for number in range(80)) for word in ("alpha", "beta", "gamma", "delta")
    ]
    for number, text in enumerate(texts):
        site.meet(f"http://news.example/a{number}", text, declared=declared)
    assert site.articles() == {
        f"http://news.example/a{number}": word for number, word in enumerate(("alpha", "beta", "gamma", "delta"))
    }
    assert site.list_in_feed(declared) == 1  # its own page is still fetched when a feed lists it
    site.meet(declared, TEXT, declared=declared)
    assert site.articles()[declared] == "Sentence"


def test_the_second_page_of_an_article_that_names_the_first_stays_an_article(site: Site) -> None:
    site.meet(A1, declared=A1)
    site.meet(f"{A1}?page=2", OTHER, declared=A1)
    assert site.articles() == {A1: "Sentence", f"{A1}?page=2": "Line"}


def test_pages_behind_one_consent_page_are_not_merged(site: Site) -> None:
    for number in range(2):
        requested = f"http://news.example/a{number}"
        site.meet(
            requested,
            f"{number} " + TEXT,
            reached=f"http://consent.example/ask?back=http%3A%2F%2Fnews.example%2Fa{number}",
        )
    assert len(site.articles()) == 2


def test_articles_stored_before_keep_their_ids(site: Site) -> None:
    site.meet("http://news.example/a1?outputType=amp")
    site.meet(A1)
    ids = {article_id(url) for url in site.articles()}
    assert len(ids) == 2
    for url in site.articles():
        site.file(site.pages(url)[-1], TEXT, A1)
    with site.archive.database.read() as connection:
        assert articles.ids_kept(connection, list(ids)) == ids
