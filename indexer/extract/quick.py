"""The text of a page by the steps of trafilatura's fast mode, without those that only its other modes need.

Called through its public function, trafilatura copies the page three times and calls Python from XPath for three
attributes of every container to find comments; both together take a sixth of a whole extraction. A test compares the
texts with those of the public function.
"""

from __future__ import annotations

import functools
import re
from copy import copy
from typing import TYPE_CHECKING, Any

from lxml.html import HtmlElement

from crawler.parse.html_tree import drop

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_MAYBE = re.compile(r"omment|comol|disqus|dsq-|mvp-post-add|infinite-?scroll|elementor-share")
# The patterns are trafilatura's (REMOVE_COMMENTS_AND_LISTS_XPATH and RAW_TREE_PRUNE_XPATH in its xpaths.py).
_COMMENTS_ID = re.compile(r"^(?:[Cc]omment(?!ary)|comol)")
_COMMENTS_CLASS = re.compile(r"^[Cc]omment(?!ary)|(?:article|post)-comments")
_THREAD_ID = re.compile(r"^(?:disqus_thread|dsq-comments)")
_APPENDED = re.compile(r"mvp-post-add-(?:box|wrap)")
_ENDLESS = re.compile(r"infinite-?scroll")
_SHARING = "elementor-share-buttons"
_LISTS = ("ol", "ul")
_CONTAINERS = ("div", "section", "aside", "list", "details", *_LISTS)


def quick_text(tree: HtmlElement) -> str:
    """Return the text of a page without scripts, one block per line; empty when there is none. The tree stays as it is."""
    from trafilatura.xml import xmltotxt

    try:
        body = _body(tree)
    except (
        TypeError,
        ValueError,
    ):  # as trafilatura's public function does; lxml refuses some characters of hostile pages
        return ""
    return str(xmltotxt(body, False)).strip()


def _body(tree: HtmlElement) -> Any:
    from trafilatura.baseline import baseline
    from trafilatura.htmlprocessing import convert_tags, tree_cleaning
    from trafilatura.main_extractor import extract_content

    options = _options()
    page = tree_cleaning(copy(tree), options)
    _drop_comments(page)
    body, text = extract_content(convert_tags(page, options), options)
    if len(text) < options.min_extracted_size:
        page = copy(tree)
        _drop_comments(page)
        other_body, other_text, _ = baseline(page)
        if len(other_text) > len(text):
            return other_body
    return body


@functools.cache
def _options() -> Extractor:
    from trafilatura.settings import Extractor

    options = Extractor(output_format="python", fast=True, comments=False)
    # In focus "balanced" two pages in five are measured as a whole to decide on a second attempt; body.py decides that
    # itself, cheaper and no worse. Any other name than trafilatura's three leaves it out.
    options.focus = "once"
    return options


def _drop_comments(page: HtmlElement) -> None:
    """Drop comments, articles appended to the page's own and bars for sharing; text after them stays."""
    drop([element for element in page.iter(*_CONTAINERS) if _is_beside(element)])


def _is_beside(element: HtmlElement) -> bool:
    name, classes = element.get("id"), element.get("class")
    if not ((classes and _MAYBE.search(classes)) or (name and _MAYBE.search(name))):
        return False
    name, classes = name or "", classes or ""
    if element.tag != "aside" and _is_of_comments(element.tag, name, classes):
        return True
    if element.tag not in ("div", "section", "aside"):
        return False
    if _SHARING in classes or _APPENDED.search(name) or _APPENDED.search(classes):
        return True
    return bool(_ENDLESS.search(name) or _ENDLESS.search(classes)) and element.find(".//h1") is None


def _is_of_comments(tag: str, name: str, classes: str) -> bool:
    if _COMMENTS_ID.search(name) or _COMMENTS_CLASS.search(classes):
        return True
    return tag not in _LISTS and bool(_THREAD_ID.search(name))
