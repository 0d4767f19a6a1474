"""From one collected page to its article, or to the reason why there is none."""

from __future__ import annotations

import re
from datetime import datetime

from lxml.html import HtmlElement

from crawler.outcomes import Outcome
from crawler.page import Hints
from crawler.parse.authors import clean_authors
from crawler.parse.encoding import decode
from crawler.parse.html_tree import parse
from crawler.parse.markup import clean_title
from crawler.urls import canonical
from indexer.article import Extraction
from indexer.extract.authors import authors_of
from indexer.extract.body import text_of_tree
from indexer.extract.facts import Facts, collect
from indexer.extract.fragment import text_of_fragment
from indexer.extract.hydrated import hydrated
from indexer.extract.language import language_of
from indexer.extract.published import published_of
from indexer.extract.refusal import Refusal
from indexer.extract.title import title_of
from indexer.extract.walls import wall

_SHORTEST = 60  # characters of text; a caption or a button is shorter, a news in brief is not
_NOT_HTML = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a media file",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an Office file",
    b"ID3": "a sound file",
}
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")
_ELEMENT = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|p|h1|article|main|section|span|table|br)\b", re.IGNORECASE
)


def read_document(
    body: bytes, content_type: str, url: str, hints: Hints, collected: datetime | None
) -> Extraction | Refusal:
    """Return what an HTML page says, or why it gives no article.

    Args:
        content_type: the HTTP header; empty when unknown.
        collected: when the page was fetched; dates more than a day after it are impossible. None allows any.
    """
    text = checked(body, content_type)
    if isinstance(text, Refusal):
        return text
    tree = parse(text)
    if tree is None:
        return Refusal(Outcome.NOT_HTML, "nothing in the answer is HTML")
    facts = collect(tree, url)
    return _article(tree, facts, url, hints, collected)


def checked(body: bytes, content_type: str) -> str | Refusal:
    """Return the text of an answer that is HTML, or why it is not."""
    if not body.strip(b" \t\r\n\x00"):
        return Refusal(Outcome.EMPTY, "the answer has no body")
    if found := next((name for magic, name in _NOT_HTML.items() if body.startswith(magic)), None):
        return Refusal(Outcome.NOT_HTML, f"the answer is {found}, not a page")
    text = decode(body, content_type)
    if text is None:
        return Refusal(Outcome.UNDECODABLE, "no known encoding makes sense of the page's bytes")
    if not _ELEMENT.search(text[:200_000]) or _FEED.search(text[:1_000]):
        return Refusal(Outcome.NOT_HTML, f"the answer ({content_type or 'no content type'}) has no HTML in it")
    return text


def _drawn_by_scripts(tree: HtmlElement) -> str:
    fragment = hydrated(tree)
    text = text_of_fragment(fragment.encode()) if fragment else ""
    return text if isinstance(text, str) else ""


def _article(tree: HtmlElement, facts: Facts, url: str, hints: Hints, now: datetime | None) -> Extraction | Refusal:
    title = clean_title(hints.title) or title_of(facts, url)
    published = published_of(facts, tree, url, hints, now)
    text = text_of_tree(tree, facts) or _drawn_by_scripts(tree)
    if len(text) < _SHORTEST:
        return Refusal(
            Outcome.NO_TEXT, f"the page has {len(text)} characters of text, fewer than an article's {_SHORTEST}"
        )
    if refused := wall(title, text, facts):
        return refused
    return Extraction(
        title=title,
        text=text,
        authors=authors_of(facts) or clean_authors(hints.authors),
        published=published.date.moment if published.date else None,
        published_from=published.origin,
        published_precision=published.date.precision if published.date else None,
        language=language_of(text, facts.language or hints.language),
        canonical_url=canonical(facts.canonical) if facts.canonical else None,
    )
