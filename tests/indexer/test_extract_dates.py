"""How the publication date is chosen among the dates of a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "<p>Delegations from both sides met in Geneva on Thursday to resume talks that had been suspended since the spring.</p>"
    * 3
)
JSON_LD = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Talks", "datePublished": "{}"}}</script>'
)
META = '<meta property="article:published_time" content="{}">'


def read(
    head: str = "", body: str = "", *, url: str = "https://a.example/talks", hints: Hints | None = None
) -> Extraction:
    html = f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>Talks</h1>{body}{TEXT}</article></body></html>"
    result = read_page("document", html.encode(), "text/html", url, hints or Hints(), NOW)
    assert isinstance(result, Extraction)
    return result


def dated(result: Extraction) -> tuple[str, str | None, str | None]:
    at = result.published
    return result.published_from, result.published_precision, at.isoformat() if at else None


def test_json_ld_takes_precedence_over_meta_tags_time_elements_and_the_address() -> None:
    head = JSON_LD.format("2026-11-20T10:00:00+02:00") + META.format("2026-11-19T10:00:00Z")
    result = read(head, "<time datetime='2026-11-18T10:00:00Z'></time>", url="https://a.example/2026/11/17/talks")
    assert dated(result) == ("json-ld", "second", "2026-11-20T08:00:00+00:00")


def test_meta_tags_take_precedence_over_time_elements() -> None:
    result = read(META.format("2026-11-19T10:00:00Z"), "<time datetime='2026-11-18T10:00:00Z'></time>")
    assert dated(result) == ("meta", "second", "2026-11-19T10:00:00+00:00")


def test_the_time_of_a_change_is_used_only_when_there_is_no_other_date() -> None:
    changed = Hints(published=NOW, published_precision="second", is_change=True)
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=changed))[0] == "json-ld"
    assert dated(read(url="https://a.example/2026/11/17/talks", hints=changed))[0] == "url"
    assert dated(read(hints=changed)) == ("feed", "second", NOW.isoformat())


def test_time_elements_of_other_articles_are_ignored() -> None:
    result = read(
        "", "<aside><time datetime='2026-11-01T10:00:00Z'></time></aside><time datetime='2026-11-18T10:00:00Z'></time>"
    )
    assert dated(result) == ("time", "second", "2026-11-18T10:00:00+00:00")


def test_a_date_in_the_address_gives_the_day() -> None:
    assert dated(read(url="https://a.example/2026/11/17/talks")) == ("url", "day", "2026-11-17T12:00:00+00:00")


def test_a_date_without_a_time_takes_it_from_a_lower_source_with_the_same_day() -> None:
    result = read(JSON_LD.format("2026-11-20") + META.format("2026-11-20T16:30:00Z"))
    assert dated(result) == ("meta", "second", "2026-11-20T16:30:00+00:00")


def test_a_date_keeps_day_precision_when_no_source_gives_the_time() -> None:
    result = read(JSON_LD.format("2026-11-20") + META.format("2026-10-01T16:30:00Z"))
    assert dated(result) == ("json-ld", "day", "2026-11-20T12:00:00+00:00")


def test_the_feed_takes_precedence_over_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 21, 9, 5, tzinfo=UTC), published_precision="second")
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=hints)) == (
        "feed",
        "second",
        "2026-11-21T09:05:00+00:00",
    )


def test_a_day_from_the_feed_takes_its_time_from_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 20, 12, tzinfo=UTC), published_precision="day")
    assert dated(read(JSON_LD.format("2026-11-20T08:15:00Z"), hints=hints)) == (
        "json-ld",
        "second",
        "2026-11-20T08:15:00+00:00",
    )


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=30)])
def test_the_date_of_the_page_is_used_when_the_feed_date_is_impossible(at: datetime) -> None:
    hints = Hints(published=at, published_precision="second")
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=hints))[0] == "json-ld"


@pytest.mark.parametrize("date", ["1970-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "soon"])
def test_an_impossible_date_is_unknown_and_not_replaced_by_the_time_of_collection(date: str) -> None:
    assert dated(read(JSON_LD.format(date))) == ("none", None, None)


def test_a_page_without_dates_is_undated() -> None:
    assert dated(read()) == ("none", None, None)


def test_the_date_is_read_from_malformed_json_ld() -> None:
    broken = JSON_LD.format("2026-11-20T10:00:00Z").replace('"Talks"', '"The "other" talks"')
    assert dated(read(broken)) == ("json-ld", "second", "2026-11-20T10:00:00+00:00")


def test_json_ld_of_linked_articles_is_ignored() -> None:
    listed = """<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [
        {"@type": "NewsArticle", "headline": "Other", "datePublished": "2026-01-01T00:00:00Z"}]}</script>"""
    assert dated(read(listed + META.format("2026-11-19T10:00:00Z")))[0] == "meta"


def test_a_time_with_a_zone_takes_precedence_over_the_same_time_without_one() -> None:
    page = read(JSON_LD.format("2026-11-20 00:30:00.0") + META.format("2026-11-20T00:30:00+02:00"))
    assert dated(page) == ("meta", "second", "2026-11-19T22:30:00+00:00")


def test_a_feed_time_without_a_zone_yields_to_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 20, 9, 5, tzinfo=UTC), published_precision="second", lacks_zone=True)
    page = read(JSON_LD.format("2026-11-20T09:05:00+02:00"), hints=hints)
    assert dated(page) == ("json-ld", "second", "2026-11-20T07:05:00+00:00")


def test_a_time_without_a_zone_stays_when_the_other_sources_give_another_moment() -> None:
    page = read(JSON_LD.format("2026-11-20 00:30") + META.format("2026-11-18T00:30:00+02:00"))
    assert dated(page) == ("json-ld", "second", "2026-11-20T00:30:00+00:00")


def test_a_date_without_a_time_takes_it_from_the_source_that_has_a_zone() -> None:
    body = "<time datetime='2026-11-20T17:30:00+01:00'></time>"
    page = read(JSON_LD.format("2026-11-20") + META.format("2026-11-20 17:30"), body)
    assert dated(page) == ("time", "second", "2026-11-20T16:30:00+00:00")


def whole(head: str = "", before: str = "", body: str = "", after: str = "") -> Extraction:
    """Return what is extracted from a page whose article has other parts around it."""
    article = f"<div class=page><h1>Talks resume in Geneva</h1>{body}<div class=text>{TEXT}</div></div>"
    html = f"<html><head><title>Talks resume in Geneva</title>{head}</head><body>{before}{article}{after}</body></html>"
    result = read_page("document", html.encode(), "text/html", "https://a.example/talks", Hints(), NOW)
    assert isinstance(result, Extraction)
    return result


TIME = "<time datetime='2026-11-01T10:00:00Z'>1 November</time>"
OTHER_HEADLINE = "<a href='/other'>Another long story of the day</a>"


@pytest.mark.parametrize(
    "elsewhere",
    [
        f"<div class='topbar'>{TIME}</div>",
        f"<header><span class='current-date'>{TIME}</span></header>",
        f"<ul class='ticker'><li>{TIME} Ships wait</li></ul>",
        f"<ul><li>{TIME}{OTHER_HEADLINE}</li></ul>",
        f"<div id='sidebar'><div>{TIME}</div></div>",
        f"<div><h3>Another long story of the day</h3><p>{TIME}</p></div>",
        f"<a href='/other'>Another long story of the day {TIME}</a>",
        f"<article><h2>Another</h2>{TIME}</article>",
        f"<section class='comments'><div>{TIME} Ann wrote</div></section>",
        "<div class='item'><meta itemprop='datePublished' content='2026-11-01'><a href='/o'>A story of some other day</a></div>",
        "<div class='topbar'>Sunday, 1 November 2026</div>",
    ],
)
def test_dates_of_bars_tickers_and_teasers_do_not_count(elsewhere: str) -> None:
    assert dated(whole(before=elsewhere))[0] == "none"
    assert dated(whole(after=elsewhere))[0] == "none"
    assert dated(whole(body=elsewhere.replace("<header", "<aside").replace("</header", "</aside")))[0] == "none"


@pytest.mark.parametrize(
    "byline",
    [
        TIME,
        f"<ul class='meta'><li>By Ann Lee</li><li>{TIME}</li></ul>",
        f"<div><a href='/by/ann'>Ann Lee</a> {TIME}</div>",
        f"<h4 class='author'>Published by the desk in Geneva on {TIME}</h4>",
        "<span>1 November 2026, 10:00 GMT</span>",
        "<p>Geneva, 1. November 2026, 11:00 Uhr MEZ</p>",
        "<div itemscope><meta itemprop='datePublished' content='2026-11-01T10:00:00Z'></div>",
        "<time class='entry-date published updated' datetime='2026-11-01T10:00:00Z'></time>",
    ],
)
def test_a_date_next_to_the_headline_is_used(byline: str) -> None:
    published = whole(body=byline).published
    assert published == datetime(2026, 11, 1, 10, tzinfo=UTC)


def node(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


OWN = {"headline": "Talks resume in Geneva", "datePublished": "2026-11-20T10:00:00Z"}
FOREIGN = {"headline": "Harbour closed for a week", "datePublished": "2026-11-01T10:00:00Z"}


@pytest.mark.parametrize(
    "foreign",
    [
        FOREIGN,
        {**FOREIGN, "url": "https://a.example/harbour"},
        {**FOREIGN, "mainEntityOfPage": {"@id": "https://a.example/harbour"}},
        {"datePublished": FOREIGN["datePublished"], "mainEntityOfPage": "/harbour"},
    ],
)
def test_json_ld_of_another_article_does_not_count(foreign: dict[str, object]) -> None:
    assert dated(whole(node(**foreign)))[0] == "none"
    assert dated(whole(node(**foreign) + node(**OWN))) == ("json-ld", "second", "2026-11-20T10:00:00+00:00")


@pytest.mark.parametrize(
    "own",
    [
        {"datePublished": OWN["datePublished"]},
        {**OWN, "url": "https://a.example/a-former-address"},
        {**OWN, "headline": "Envoys back at the table", "url": "http://www.a.example/talks/amp?utm_source=x"},
        {**OWN, "url": "https://a.example/"},
        {**OWN, "headline": "Geneva: talks resume today"},
        {"datePublished": OWN["datePublished"], "mainEntityOfPage": {"@type": "WebPage", "@id": "/talks"}},
    ],
)
def test_json_ld_of_this_page_counts(own: dict[str, object]) -> None:
    assert dated(whole(node(**own))) == ("json-ld", "second", "2026-11-20T10:00:00+00:00")


def test_a_live_blog_has_its_own_start() -> None:
    update = {"@type": "BlogPosting", "headline": "Talks resume in Geneva", "datePublished": "2026-11-21T18:00:00Z"}
    blog = {"@type": "LiveBlogPosting", "headline": "Talks resume in Geneva", "liveBlogUpdate": [update]}
    started = {"coverageStartTime": "2026-11-20T06:00:00Z", "datePublished": "2026-11-21T18:00:00Z"}
    assert dated(whole(node(**blog)))[0] == "none"
    assert dated(whole(node(**blog, **started))) == ("json-ld", "second", "2026-11-20T06:00:00+00:00")
    assert dated(whole(node(**blog, datePublished="2026-11-20T07:00:00Z")))[2] == "2026-11-20T07:00:00+00:00"


def test_an_entry_of_a_live_blog_does_not_date_it() -> None:
    entry = f"<div class=update>{TIME}<h3>The envoys leave the room for lunch</h3><p>They said nothing.</p></div>"
    assert dated(whole(body=entry))[0] == "none"
