"""The text of an article: trafilatura's fast extraction, a slower one where that fails, trimmed with the page's metadata.

On 331 pages (docs/measurements.md) trafilatura's comparison with other extractors changed ten results, two of them much for
the worse, and took a quarter of the time. It therefore runs only when the fast result looks like a failure.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, cast

from lxml import etree
from lxml.html import HtmlElement

from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of

if TYPE_CHECKING:
    from trafilatura.settings import Document, Extractor

_TINY = 500  # characters; below it there is little to lose
_SHORT = 1_000  # characters; below it an article may have been cut at its first section
_LONGEST_MENU = 10_000  # characters; longer lists are what the page is about
_MENU_LINE = 30  # characters; most lines of a menu are shorter, most lines of an article longer
_STATED = 400  # characters of articleBody worth comparing with
_ASIDE = 150  # characters; a longer paragraph is text even where articleBody was edited differently
_CARRIED = 0.8  # share of the text that articleBody must carry before it may trim the rest
_WORDS = re.compile(r"\w+")
_DEAD = ("style", "link", "meta", "svg", "iframe", "template", "noscript")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def text_of_tree(tree: HtmlElement, facts: Facts) -> str:
    """Return the text, one paragraph per line, or an empty string. Removes elements from the tree that are never text."""
    etree.strip_elements(tree, *_DEAD, with_tail=False)
    text = _extracted(tree, fast=True)
    if _is_suspicious(text, tree):
        text = _better(text, _extracted(tree, fast=False))
    return _trimmed(text, text_of(facts.article(), "articleBody"))


def _extracted(tree: HtmlElement, *, fast: bool) -> str:
    from trafilatura import bare_extraction

    document = cast("Document | None", bare_extraction(tree, options=_options(fast)))
    return (document.text or "").strip() if document else ""


@functools.cache
def _options(fast: bool) -> Extractor:
    from trafilatura.settings import Extractor

    options = Extractor(output_format="python", fast=fast, comments=False)
    if fast:
        # In focus "balanced" two pages in five are measured as a whole to decide on a second attempt; _is_suspicious
        # decides that here, cheaper and no worse. Any other name than trafilatura's three leaves it out.
        options.focus = "once"
    return options


def _paragraphs(tree: HtmlElement) -> int:
    """Return how many characters stand in the page's paragraphs, headers and footers included."""
    return sum(len(paragraph.text_content().strip()) for paragraph in tree.iter("p"))


def _is_suspicious(text: str, tree: HtmlElement) -> bool:
    if len(text) < _TINY or _is_menu(text):
        return True
    return len(text) < _SHORT and _paragraphs(tree) > 2 * len(text)


def _is_menu(text: str) -> bool:
    lines = text.splitlines()
    if len(lines) <= 20 or len(text) > _LONGEST_MENU:
        return False
    return sum(len(line) < _MENU_LINE for line in lines) > 0.6 * len(lines)


def _better(quick: str, thorough: str) -> str:
    """Return the thorough result, unless what it adds are the beginnings of other articles."""
    if not thorough:
        return quick
    added = [line for line in thorough.splitlines() if len(line) > _MENU_LINE and line not in quick]
    cut = sum(bool(_CUT.search(line)) for line in added)
    return quick if quick and cut * 3 > len(added) else thorough


def _trimmed(text: str, stated: str | None) -> str:
    """Drop short paragraphs the publisher's own articleBody does not have, where it has nearly all the rest.

    articleBody itself is not used: on some pages it is a teaser, has other articles in it or lost its blanks.
    """
    if not stated or len(stated) < _STATED:
        return text
    known = " ".join(_WORDS.findall(stated))
    lines = [(line, _in(line, known)) for line in text.splitlines()]
    if sum(len(line) for line, carried in lines if carried) < _CARRIED * len(text):
        return text
    return "\n".join(line for line, carried in lines if carried or len(line) > _ASIDE)


def _in(line: str, known: str) -> bool:
    return " ".join(_WORDS.findall(line)) in known
