"""The product's own extractor can read the sample pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import read_page
from monitor.demo.expected import expected
from monitor.demo.site import Reply, Site

TODAY = date(2026, 11, 23)
SITE = Site(TODAY)
ARTICLES = {article.url: article for article in SITE.content.articles}
EXPECTED = expected(SITE.content)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answer(url: str) -> Reply:
    host, _, path = url.removeprefix("http://").partition("/")
    return SITE.reply(host, f"/{path}", {})


def read(url: str) -> object:
    reply = answer(url)
    return read_page("document", reply.body, reply.content_type, url, Hints(title=ARTICLES[url].title), NOON)


@pytest.mark.parametrize("url", sorted(url for url in EXPECTED.indexed if ARTICLES[url].serving != "forbidden"))
def test_the_text_date_and_language_of_every_expected_page_are_extracted(url: str) -> None:
    article = ARTICLES[url]
    extraction = read(url)
    assert isinstance(extraction, Extraction), extraction
    assert extraction.title == article.title
    assert all(paragraph in extraction.text for paragraph in article.paragraphs)
    assert len(extraction.text.split()) <= len(article.text.split()) + 20
    assert extraction.language == article.language
    assert extraction.published == (None if url in EXPECTED.without_date else article.published)
    if extraction.published:
        assert extraction.published_precision == article.precision


@pytest.mark.parametrize("url", sorted(url for url, why in EXPECTED.left_out.items() if why in {"consent", "pdf"}))
def test_no_article_is_extracted_from_a_page_without_one(url: str) -> None:
    assert not isinstance(read(url), Extraction)
