from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.parse.entry import Entry, Syndicated
from crawler.parse.json_feed import read_json

URL = "https://feeds.example/all/news.json"


def read(*items: dict[str, Any], **feed: Any) -> Syndicated:
    syndicated = read_json(json.dumps({**feed, "items": items}), URL)
    assert syndicated is not None
    return syndicated


def only(item: dict[str, Any], **feed: Any) -> Entry:
    (entry,) = read(item, **feed).entries
    return entry


@pytest.mark.parametrize(
    ("item", "home", "address"),
    [
        ({"url": "/1"}, "https://www.news.example/en/", "https://www.news.example/1"),
        ({"url": "1"}, "https://www.news.example/en/", "https://www.news.example/en/1"),
        ({"url": "1"}, None, "https://feeds.example/all/1"),
        ({"url": "1"}, "mailto:desk@news.example", "https://feeds.example/all/1"),
        ({"url": "javascript:alert(1)", "external_url": "https://other.example/1"}, None, "https://other.example/1"),
        ({"id": "https://news.example/1"}, None, "https://news.example/1"),
        ({"id": "1"}, "https://www.news.example/", None),
        ({"url": 7}, None, None),
    ],
)
def test_relative_addresses_begin_at_the_home_page_or_at_the_feed(
    item: dict[str, Any], home: str | None, address: str | None
) -> None:
    assert only(item, home_page_url=home).link == address


def test_an_address_that_is_only_an_identity_is_a_guess() -> None:
    assert only({"id": "https://news.example/1"}).is_guess
    assert not only({"id": "https://news.example/1", "url": "https://news.example/1"}).is_guess


@pytest.mark.parametrize(
    ("item", "feed", "authors"),
    [
        (
            {"authors": [{"name": "Ann Lee"}, {"name": "Bo Roe"}]},
            {"authors": [{"name": "Desk Chief"}]},
            ("Ann Lee", "Bo Roe"),
        ),
        ({"author": {"name": "Ann Lee"}}, {}, ("Ann Lee",)),
        ({"author": "Ann Lee"}, {}, ("Ann Lee",)),
        ({}, {"authors": [{"name": "Ann Lee"}]}, ("Ann Lee",)),
        ({}, {"author": {"name": "Ann Lee"}}, ("Ann Lee",)),
        ({"authors": [{"url": "https://news.example/ann"}]}, {"author": {"name": "Ann Lee"}}, ("Ann Lee",)),
        ({"authors": [None, 7, {"name": None}]}, {}, ()),
    ],
)
def test_an_item_without_authors_has_those_of_the_feed(
    item: dict[str, Any], feed: dict[str, Any], authors: tuple[str, ...]
) -> None:
    assert only(item, **feed).authors == authors


ITEMS = [{"url": f"https://news.example/{number}", "title": f"Talks {number}"} for number in range(3)]


@pytest.mark.parametrize(("lost", "complete"), [(1, 3), (2, 3), (3, 2), (20, 2), (70, 1)])
def test_the_complete_items_of_a_feed_that_ends_early_are_read(lost: int, complete: int) -> None:
    text = json.dumps({"language": "uk", "home_page_url": "https://news.example/", "items": ITEMS})
    feed = read_json(text[:-lost], URL)
    assert feed is not None
    assert feed.language == "uk"
    assert [entry.title for entry in feed.entries] == [f"Talks {n}" for n in range(complete)]


def test_line_ends_within_texts_are_read() -> None:
    feed = read_json('{"items": [{"title": "Talks\nin Geneva", "url": "https://news.example/1"}]}', URL)
    assert feed is not None
    assert feed.entries[0].title == "Talks\nin Geneva"


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"items": 7}', '{"items": [', "[" * 100_000, '{"items": [' + "[" * 100_000]
)
def test_other_json_is_no_feed(text: str) -> None:
    assert read_json(text, URL) is None
