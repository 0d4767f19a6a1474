"""The authors that a page names."""

from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from indexer.extract.authors import authors_of
from indexer.extract.facts import collect

URL = "https://news.example/talks"


def authors(head: str) -> tuple[str, ...]:
    return authors_of(collect(document_fromstring(f"<html><head>{head}</head><body><p>text</p></body></html>"), URL))


def json_ld(author: object) -> str:
    node = {"@type": "NewsArticle", "headline": "Talks", "author": author}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee and Bob Ray", ("Ann Lee", "Bob Ray")),
        ({"@type": "Person", "name": "Ann Lee, Bob Ray"}, ("Ann Lee", "Bob Ray")),
        ([{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Staff Writer"}], ("Ann Lee",)),
        ({"@type": "Organization", "name": "Search and Rescue"}, ("Search and Rescue",)),
        ({"@type": "Organization", "name": "Redaktion"}, ()),
    ],
)
def test_authors_are_read_from_json_ld(author: object, names: tuple[str, ...]) -> None:
    assert authors(json_ld(author)) == names


def test_a_name_in_the_order_of_a_catalogue_is_one_author() -> None:
    assert authors('<meta name="citation_author" content="Lee, Ann">') == ("Ann Lee",)
    assert authors('<meta name="author" content="Reuters, AFP">') == ("Reuters", "AFP")
