"""The text of HTML fragments that consist of an article only: feed entries and channel messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from crawler.outcomes import Outcome
from crawler.parse.encoding import decode
from crawler.parse.html_tree import parse
from indexer.extract.no_article import NoArticle

_TITLE = 120  # characters of a message that may be its title
_BLOCKS = re.compile("p|div|br|li|ul|ol|h[1-6]|blockquote|tr|table|pre|section|article")
_UNREAD = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "button"))
_SENTENCE = re.compile(r"(.+?[.!?…](?:[»”\"')\]]*))(?=\s|$)", re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")


def text_of_fragment(body: bytes) -> str | NoArticle:
    """Return the text, one block per line, or why there is none."""
    if not body.strip():
        return NoArticle(Outcome.EMPTY, "the text is empty")
    source = decode(body)
    if source is None:
        return NoArticle(Outcome.UNDECODABLE, "no known encoding fits the bytes")
    if "<" not in source and "&" not in source:
        return tidy(source)
    tree = parse(f"<html><body>{source}</body></html>")
    if tree is None:
        return NoArticle(Outcome.NOT_HTML, "the text is neither HTML nor plain")
    return tidy("".join(_pieces(tree)))


def _pieces(tree: HtmlElement) -> Iterator[str]:
    # Walked with events rather than by recursion: a hostile fragment may be as deep as it is long.
    skipped = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        starts = event == "start"
        if element.tag in _UNREAD:
            skipped += 1 if starts else -1
        if _BLOCKS.fullmatch(element.tag):
            yield "\n"
        text = element.text if starts else element.tail
        if text and not skipped:
            yield text.replace("\n", " ")


def tidy(text: str) -> str:
    """Return the text without empty lines and repeated blanks."""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def first_sentence(text: str) -> str | None:
    """Return the first line, or as many of its sentences or words as fit 120 characters; None for an empty text."""
    line = next((line.strip() for line in text.splitlines() if any(map(str.isalnum, line))), "")
    if len(line) <= _TITLE:
        return line or None
    sentence = _SENTENCE.match(line)
    if sentence and len(sentence[1]) <= _TITLE:
        return sentence[1]
    return line[: _TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
