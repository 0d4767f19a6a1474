"""The text of an article: trafilatura's fast extraction, a slower one where that fails, trimmed with the page's metadata.

On 331 pages (docs/measurements.md) trafilatura's comparison with other extractors changed ten results, two of them much for
the worse, and took a quarter of the time. It therefore runs only when the fast result looks like a failure.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, cast

from lxml import etree
from lxml.html import HtmlElement

from indexer.extract.facts import Facts
from indexer.extract.fragment import text_of_fragment
from indexer.extract.json_ld import text_of
from indexer.extract.lead import with_lead
from indexer.extract.lines import Blocks, blocks_of, without_headline, without_links, words
from indexer.extract.quick import quick_text
from indexer.extract.state import state_html
from indexer.extract.unfold import drop_hidden, unfold

if TYPE_CHECKING:
    from trafilatura.settings import Document

_TINY = 500  # characters; below it there is little to lose
_SHORT = 1_000  # characters; below it an article may have been cut at its first section
_LONGEST_MENU = 10_000  # characters; longer lists are what the page is about
_MENU_LINE = 30  # characters; most lines of a menu are shorter, most lines of an article longer
_STATED = 400  # characters of articleBody worth comparing with
_ASIDE = 150  # characters; a longer paragraph is text even where articleBody was edited differently
_SHARED = 0.6  # share of a text that a fuller one must have
_CARRIED = 0.8  # share of the text that articleBody must carry before it may trim the rest
_DEAD = (
    *(
        "script",
        "style",
        "link",
        "meta",
        "svg",
        "iframe",
        "template",
        "noscript",
        "select",
        "button",
        "input",
        "textarea",
    ),
    *("img", "picture", "source", "object", "embed", "canvas", "video", "audio"),
)
# jusText, the last resort, looks from each short block to the next long one, which takes the square of their number. Of 331 real
# pages, the 18 that are read thoroughly have at most 1,022 blocks.
_MOST_BLOCKS = 3_000
_BLOCKS = (
    *("p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "center"),
    *("ul", "li", "dl", "dt", "dd", "form", "fieldset", "legend", "optgroup", "option"),
    *("table", "caption", "colgroup", "col", "thead", "tfoot", "tr", "td", "th"),
)
_FULLER = 1.3  # times the length at which another copy of the text is the whole one
_RUN, _UNIQUE = 8, 0.8  # words of a run; share of runs that occur once in a text without repetitions
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def text_of_tree(tree: HtmlElement, facts: Facts, url: str) -> str:
    """Return the text, one paragraph per line, or an empty string. Removes elements from the tree that are never text."""
    unfold(tree)
    scripts = list(tree.iter("script"))  # their texts stay readable, and few pages need them
    etree.strip_elements(tree, *_DEAD, with_tail=False)
    text = quick_text(tree)
    if _is_suspicious(text, tree):
        drop_hidden(tree)
        text = _better(text, _thorough(tree))
    blocks = blocks_of(tree, text, url)
    lines = without_links(without_headline(text.splitlines(), blocks.titles), blocks)
    stated = _stated(facts)
    text = _fuller(_trimmed("\n".join(lines), stated, blocks), stated)
    if len(text) < _SHORT:
        texts = ((script.get("type") or "", script.text) for script in scripts if script.text)
        text = _fuller(text, _plain(state_html(texts)))
    return with_lead(text, tree, facts)


def _stated(facts: Facts) -> str:
    return _plain(text_of(facts.article(), "articleBody"))


def _plain(html: str | None) -> str:
    """Return the text of a fragment of HTML or of a text, one block per line."""
    text = text_of_fragment(html.encode("utf-8", "replace")) if html else ""
    return text if isinstance(text, str) else ""


def _fuller(text: str, other: str) -> str:
    """Return the other text if it is an article and the first one is only its beginning, or hardly anything.

    Lines at the top that the other text lacks, such as a lead, stay.
    """
    if len(other) < max(_STATED, _FULLER * len(text)) or _is_menu(other):
        return text
    known = words(other)
    lines = [(line, words(line) in known) for line in text.splitlines()]
    carried = sum(len(line) for line, is_carried in lines if is_carried)
    if (len(text) >= _TINY and carried < _SHARED * len(text)) or (text and _repeats(other)):
        return text
    top = itertools.takewhile(lambda line: not line[1], lines) if carried else ()
    return "\n".join([*(line for line, _ in top), other])


def _repeats(text: str) -> bool:
    """Return whether a text says much of itself twice, as an articleBody does that has earlier versions of the article in it."""
    all_words = words(text).split()
    runs = [tuple(all_words[start : start + _RUN]) for start in range(len(all_words) - _RUN)]
    return len(set(runs)) < _UNIQUE * len(runs)


def _thorough(tree: HtmlElement) -> str:
    from trafilatura import bare_extraction

    blocks = itertools.islice(tree.iter(*_BLOCKS), _MOST_BLOCKS + 1)
    if sum(1 for _ in blocks) > _MOST_BLOCKS:
        return ""
    document = cast("Document | None", bare_extraction(tree, output_format="python", include_comments=False))
    return (document.text or "").strip() if document else ""


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


def _trimmed(text: str, stated: str, blocks: Blocks) -> str:
    """Drop short paragraphs the publisher's own articleBody does not have, where it has nearly all the rest.

    articleBody itself is not the text where the page shows the same: on some pages it is a teaser, has other articles in it or
    lost its blanks. Many lack subheadings; one stays where the paragraph after it does.
    """
    if len(stated) < _STATED:
        return text
    known = words(stated)
    lines = [(line, words(line) in known) for line in text.splitlines()]
    if sum(len(line) for line, carried in lines if carried) < _CARRIED * len(text):
        return text
    kept: list[str] = []
    below = False  # whether the line after this one stays
    for line, carried in reversed(lines):
        below = carried or len(line) > _ASIDE or (below and words(line) in blocks.headings)
        if below:
            kept.append(line)
    return "\n".join(reversed(kept))
