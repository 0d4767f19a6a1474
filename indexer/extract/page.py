"""Extracts the article from a collected page, or says why there is none."""

from __future__ import annotations

from datetime import datetime

from lxml.html import HtmlElement

from crawler.outcomes import Outcome
from crawler.page import Hints
from crawler.parse.authors import clean_authors
from crawler.parse.encoding import decode
from crawler.parse.html_tree import parse
from crawler.parse.markup import clean_title
from crawler.parse.sniff import file_format, has_html
from crawler.urls import canonical
from indexer.article import Extraction
from indexer.extract.authors import authors_of
from indexer.extract.body import text_of_tree
from indexer.extract.dates import UNKNOWN
from indexer.extract.facts import Facts, collect
from indexer.extract.language import language_of
from indexer.extract.locale import Locale
from indexer.extract.no_article import NoArticle
from indexer.extract.parts import pages_of
from indexer.extract.published import published_of
from indexer.extract.signs import Signs, own_titles, signs_of
from indexer.extract.title import title_of
from indexer.extract.updated import updated_of
from indexer.extract.walls import notice, wall

_SHORTEST = 60  # characters of text; captions and buttons are shorter, brief news items are not


def read_document(
    body: bytes, content_type: str, url: str, hints: Hints, collected: datetime | None, locale: Locale = UNKNOWN
) -> Extraction | NoArticle:
    """Return the article of an HTML page, or why there is none.

    Args:
        content_type: the HTTP header; empty when unknown.
        collected: when the page was fetched; dates more than a day after it are impossible. None allows any date.
    """
    text = checked(body, content_type)
    if isinstance(text, NoArticle):
        return text
    tree = parse(text)
    if tree is None:
        return NoArticle(Outcome.NOT_HTML, "the response contains no HTML")
    facts = collect(tree, url, locale)
    return _article(tree, facts, url, hints, collected)


def checked(body: bytes, content_type: str) -> str | NoArticle:
    """Return the text of a response, or why it is not HTML."""
    if not body.strip(b" \t\r\n\x00"):
        return NoArticle(Outcome.EMPTY, "the response has no body")
    if format := file_format(body, content_type):
        return NoArticle(Outcome.NOT_HTML, f"the response is {format}, not a page")
    text = decode(body, content_type)
    if text is None:
        return NoArticle(Outcome.UNDECODABLE, "no known encoding fits the page's bytes")
    if not has_html(text):
        return NoArticle(Outcome.NOT_HTML, f"the response ({content_type or 'no content type'}) contains no HTML")
    return text


def _article(tree: HtmlElement, facts: Facts, url: str, hints: Hints, now: datetime | None) -> Extraction | NoArticle:
    title = title_of(facts, url, clean_title(hints.title))
    published = published_of(facts, tree, url, hints, now)
    signs = signs_of(tree, facts, url)
    updated = updated_of(facts, hints, published.date, now)
    parts = pages_of(tree, url)
    text = text_of_tree(tree, facts, url)
    titles = own_titles(facts)
    if len(text) < _SHORTEST:
        return notice(titles, text, signs) or _short(text, signs)
    if refused := wall(titles, text, signs):
        return refused
    return Extraction(
        title=title,
        text=text,
        authors=authors_of(facts) or clean_authors(hints.authors),
        published=published.date.moment if published.date else None,
        published_from=published.origin,
        published_precision=published.date.precision if published.date else None,
        updated=updated.moment if updated else None,
        updated_precision=updated.precision if updated else None,
        language=language_of(text, facts.language or hints.language or facts.locale.language),
        canonical_url=canonical(facts.canonical) if facts.canonical else None,
        parts=parts,
    )


def _short(text: str, signs: Signs) -> NoArticle:
    if signs.is_blank:
        return NoArticle(Outcome.EMPTY, "the page is empty but for a few characters")
    detail = f"the page has {len(text)} characters of text, fewer than an article's {_SHORTEST}"
    return NoArticle(Outcome.NO_TEXT, detail)
