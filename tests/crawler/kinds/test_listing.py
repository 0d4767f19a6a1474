from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.kinds.listing import MAX_LINKS, check_options, read, requests
from crawler.page import FeedResult
from tests.support.responses import feed, response

URL = "https://news.example/world/"
PAGE = """<html><head><base href="/news/"></head><body><nav><a href="/">Home</a></nav>
<article><h2><a href="2">Talks &amp; <i>truce</i></a></h2><a href="2#comments">3</a>
<time datetime="2026-11-23T10:00:00Z">now</time>
</article><article><h2><a href="1?utm_source=list">Second</a></h2><span class="d">23.11.2026</span></article>
<a href="javascript:void(0)">More</a></body></html>"""


def read_page(body: str | bytes = PAGE, **options: object) -> FeedResult:
    return read(feed(URL, "listing", **options), response(body, URL))


@pytest.mark.parametrize("selector", ["article a", "//article//a", ".//article//a/@href", "article h2"])
def test_links_are_returned_once_and_in_page_order(selector: str) -> None:
    result = read_page(links=selector)
    assert [link.url for link in result.links] == ["https://news.example/news/2", "https://news.example/news/1"]


def test_title_and_date_are_read_from_the_box_of_each_article() -> None:
    first, second = read_page(item="article", links="h2 a", title="h2", date="time, .d").links
    assert first.hints.title == "Talks & truce"
    assert first.hints.published == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert second.hints.published_precision == "day"
    assert first.digest != second.digest


@pytest.mark.parametrize(("first", "month"), [(True, 4), (False, 3), (None, None)])
def test_a_date_in_numbers_is_read_in_the_order_of_the_source(first: bool | None, month: int | None) -> None:
    page = '<div class="i"><a href="1">One</a><b>3/4/2026</b></div>'
    listing = replace(feed(URL, "listing", item=".i", links="a", date="b"), is_day_first=first)
    published = read(listing, response(page, URL)).links[0].hints.published
    assert (published.month if published else None) == month


def test_a_pattern_selects_addresses() -> None:
    assert [link.url[-1] for link in read_page(links="a", pattern=r"/news/\d+$").links] == ["2", "1"]


def test_a_pattern_that_matches_nothing_is_reported() -> None:
    result = read_page(links="a", pattern="/sport/")
    assert result.outcome == "no_links"
    assert "/sport/" in result.detail


def test_a_catastrophic_pattern_is_stopped_and_reported() -> None:
    page = f'<a href="/{"a" * 60}">x</a>'
    assert read_page(page, links="a", pattern=r"/(?:a|a|aa)+(?:a|b|ab)+\d$").outcome == "pattern_too_slow"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", "empty"),
        (b"%PDF-1.7", "binary"),
        (b"x" * 11_000_000, "too_large"),
        ("<html></html>", "no_links"),
        ("<div>" * 200_000, "no_links"),
        ("<!-- -->", "no_links"),
    ],
)
def test_unreadable_responses_have_an_outcome_and_an_explanation(body: str | bytes, outcome: str) -> None:
    result = read_page(body, links="a")
    assert result.outcome in (outcome, "not_html")
    assert result.detail.endswith(".")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({}, "missing"),
        ({"links": "a["}, "neither CSS nor XPath"),
        ({"links": "//a["}, "neither CSS nor XPath"),
        ({"links": ""}, "characters"),
        ({"links": 3}, "in quotes"),
        ({"links": "a", "pattern": "("}, "regular expression"),
        ({"links": "a", "pattern": "a" * 400}, "at most"),
        ({"links": "a", "title": "h2"}, "needs 'item'"),
        ({"links": "a", "patern": "x"}, 'did you mean "pattern"'),
    ],
)
def test_mistakes_in_options_are_explained(options: dict[str, object], word: str) -> None:
    (problem,) = check_options(options)
    assert word in problem


def test_valid_options_are_accepted() -> None:
    assert (
        check_options({"links": "h2 a", "item": "article", "title": "h2", "date": "//time", "pattern": r"/\d+"}) == []
    )
    assert requests(feed(URL)) == [URL]


def test_omitting_links_beyond_the_first_thousand_is_reported() -> None:
    result = read_page("".join(f'<a href="/{n}">{n}</a>' for n in range(MAX_LINKS + 5)), links="a", pattern="0$")
    assert len(result.links) == MAX_LINKS / 10
    assert result.detail == "Only the first 1,000 links that the selector matches were read; use a narrower selector."
