"""Which of a page's JSON-LD nodes describes its article, however many there are."""

from __future__ import annotations

import time
from typing import Any

import pytest

from indexer.extract.facts import Facts

URL = "https://courier.example/world/lake-talks"
BARE: dict[str, Any] = {"@type": "NewsArticle", "url": URL}
TITLED = BARE | {"headline": "Lake talks"}
DATED = BARE | {"datePublished": "2025-03-04"}


@pytest.mark.parametrize(
    ("nodes", "chosen"),
    [
        ([BARE, TITLED, DATED], TITLED),
        ([BARE, DATED, TITLED], DATED),
        ([BARE, {"@type": "NewsArticle"}], BARE),
        ([{"@type": "NewsArticle"}, BARE], BARE),
        ([{"@type": "WebPage", "url": URL}], {}),
        ([], {}),
    ],
)
def test_the_first_article_with_a_headline_or_a_date_describes_the_page(
    nodes: list[dict[str, Any]], chosen: dict[str, Any]
) -> None:
    assert Facts(url=URL, title="Lake talks", nodes=nodes).article() == chosen


def test_an_article_is_chosen_among_thousands_of_nodes_within_a_second() -> None:
    nodes = [(TITLED if number % 2 else BARE) | {"url": f"{URL}-{number}"} for number in range(20_000)]
    start = time.process_time()
    assert Facts(url=URL, title="Lake talks", nodes=nodes).article()["headline"] == "Lake talks"
    assert time.process_time() - start < 1
