from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.check import check
from config.settings import DEFAULT_MAX_BYTES, Settings
from crawler.kinds import checks
from crawler.kinds.spider import check_files, check_options, read_item
from crawler.page import RawPage
from crawler.parse.screen import RejectedInput
from tests.support.overlay import SOURCE, messages, write


@dataclass
class Speech:
    url: str
    text: str
    title: str = "Speech"


def archived(item: object) -> RawPage:
    return read_item(item, DEFAULT_MAX_BYTES)


@pytest.mark.parametrize(
    "item",
    [
        {"url": "https://example.org/1?utm_source=x", "text": "Слова", "title": "<b>Speech</b>"},
        Speech("https://example.org/1", "Слова"),
    ],
)
def test_a_dict_and_a_dataclass_become_documents(item: object) -> None:
    page = archived(item)
    assert page.url == "https://example.org/1"
    assert (page.kind, page.content_type) == ("item", "application/json")
    assert json.loads(page.body)["text"] == "Слова"
    assert "Слова" in page.body.decode()
    assert page.hints.title == "Speech"


@pytest.mark.parametrize(
    ("published", "expected", "precision"),
    [
        (datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC), "second"),
        ("2026-11-23T13:00:00+03:00", datetime(2026, 11, 23, 10, tzinfo=UTC), "second"),
        (date(2026, 11, 23), datetime(2026, 11, 23, 12, tzinfo=UTC), "day"),
        ("soon", None, None),
        (3, None, None),
    ],
)
def test_dates_of_items_are_hints(published: object, expected: datetime | None, precision: str | None) -> None:
    hints = read_item(
        {"url": "https://example.org/1", "text": "Words", "published": published}, DEFAULT_MAX_BYTES
    ).hints
    assert (hints.published, hints.published_precision) == (expected, precision)


def test_authors_may_be_one_or_several() -> None:
    item = {"url": "https://example.org/1", "html": "<p>Words</p>"}
    assert archived({**item, "authors": ["Ann", "Bob"], "language": "de-AT"}).hints.authors == (
        "Ann",
        "Bob",
    )
    assert archived({**item, "author": "Ann"}).hints.authors == ("Ann",)


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        (None, "not_an_item"),
        ("words", "not_an_item"),
        ({"text": "Words"}, "no_address"),
        ({"url": "file:///etc/passwd", "text": "Words"}, "no_address"),
        ({"url": "https://example.org/1"}, "no_text"),
        ({"url": "https://example.org/1", "text": " "}, "no_text"),
        ({"url": "https://example.org/1", "text": "Words", "extra": object()}, "not_json"),
        ({"url": "https://example.org/1", "text": "x" * 11_000_000}, "too_large"),
    ],
)
def test_an_item_that_is_not_an_article_is_refused_with_a_reason(item: object, outcome: str) -> None:
    with pytest.raises(RejectedInput) as error_info:
        archived(item)
    assert error_info.value.outcome == outcome
    assert len(str(error_info.value)) < 400


def test_a_spider_without_a_name_is_rejected() -> None:
    assert check_options({"spider": "kremlin"}) == []
    assert check_options({})
    assert check_options({"spider": "../kremlin"})
    assert len(check_options({"spider": "kremlin", "class": "X"})) == 1


SPIDER_SOURCE = SOURCE.replace('kind = "feed"', 'kind = "spider"\noptions = { spider = "talks" }')


def problems(folder: Path) -> list[str]:
    return messages(check(Settings(config=folder, shipped_sources=()), checks(folder)), folder)


def test_a_missing_spider_file_is_reported_before_anything_runs(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", SPIDER_SOURCE)
    place = "sources/example.toml: feed 1: option 'spider': "
    assert problems(tmp_path) == [f"{place}{tmp_path}/spiders/talks.py does not exist"]
    write(tmp_path, "spiders/talk.py", "")
    assert problems(tmp_path) == [f'{place}{tmp_path}/spiders/talks.py does not exist, did you mean "talk"?']
    write(tmp_path, "spiders/talks.py", "")
    assert problems(tmp_path) == []


def test_a_folder_is_not_accepted_as_a_spider_file(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", SPIDER_SOURCE)
    (tmp_path / "spiders" / "talks.py").mkdir(parents=True)
    assert "does not exist" in problems(tmp_path)[0]


def test_a_disabled_spider_needs_no_file(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", SPIDER_SOURCE + 'enabled = false\nreason = "not written yet"\n')
    assert problems(tmp_path) == []


def test_a_spider_without_an_overlay_folder_is_refused_with_the_setting_it_needs() -> None:
    assert check_files({"spider": "talks"}, None) == [
        "option 'spider': your own spiders need PARLEY_CONFIG, the folder that contains spiders/"
    ]
