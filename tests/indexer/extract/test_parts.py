"""Articles on several pages."""

from __future__ import annotations

import pytest

from crawler.parse.html_tree import parse
from indexer.extract.parts import pages_of

SITE = "https://courier.example"


def count(url: str, links: str) -> int:
    tree = parse(f"<html><body><p>Text</p>{links}</body></html>")
    assert tree is not None
    return pages_of(tree, SITE + url)


def link(href: str, text: str) -> str:
    return f"<a href='{href}'>{text}</a>"


@pytest.mark.parametrize(
    ("url", "links", "parts"),
    [
        ("/world/talks", link("/world/talks?page=2", "2") + link("/world/talks?page=3", "3"), 3),
        ("/world/talks/", link("/world/talks/2/", "2") + link("/world/talks/3/", "3"), 3),
        ("/world/talks", link("/world/talks/page/2", "Page 2"), 2),
        ("/world/talks.html", link("talks-2.html", "2") + link("talks-3.html", "3") + link("talks-4.html", "4"), 4),
        ("/politik/a-4711.html", link("/politik/a-4711-2.html", "Seite 2"), 2),
        ("/mir/12345", link("?page=2", "Страница 2"), 2),
        ("/swiat/rozmowy,1234.html", link("/swiat/rozmowy,1234,2.html", "2"), 2),
        ("/story?id=7", link("?id=7&p=2", "2"), 2),
        ("/world/talks?page=2", link("?page=1", "1") + link("?page=3", "3"), 3),
        ("/world/talks", "<link rel='next' href='/world/talks?page=2'>", 2),
        ("/monde/article_4711", link("/monde/article_4711_2", "2"), 2),
    ],
)
def test_pages_of_one_article_are_counted(url: str, links: str, parts: int) -> None:
    assert count(url, links) == parts


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("/world/talks", ""),
        ("/world/4711", link("/world/4712", "4712")),
        ("/world/4711", "<link rel='next' href='/world/4712'>"),
        ("/world/talks", "<link rel='next' href='/world/grain-prices'>"),
        ("/world/talks", link("/world?page=2", "2")),
        ("/world/talks", link("/world/talks/comment-page-2", "2")),
        ("/world/talks", link("/world/talks?slide=2", "2")),
        ("/world/talks", link("/world/talks/2", "Two more people were hurt")),
        ("/world/talks", link("https://other.example/world/talks/2", "2")),
        ("/2026/03/14/talks", link("/2026/03/15", "15")),
    ],
)
def test_other_numbers_are_no_pages_of_the_article(url: str, links: str) -> None:
    assert count(url, links) == 1
