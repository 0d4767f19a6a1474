"""CSS and XPath selectors over HTML, as people write them into a source's file."""

from __future__ import annotations

import functools

from cssselect import HTMLTranslator, SelectorError
from lxml import etree, html

MAX_CHARS = 500


def compiled(selector: str) -> etree.XPath:
    """Return a selector ready for use: XPath when it starts with `/`, `./` or `(`, CSS otherwise.

    Raises:
        ValueError: it is neither; the message says why.
    """
    if not selector.strip() or len(selector) > MAX_CHARS:
        raise ValueError(f"a selector has 1 to {MAX_CHARS} characters")
    return _compiled(selector.strip())


@functools.lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    try:
        if selector.startswith(("/", "./", "(")):
            return etree.XPath(selector)
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError) as wrong:
        raise ValueError(str(wrong)) from None


def found(selector: str, node: html.HtmlElement) -> list[html.HtmlElement | str]:
    """Return the elements and attribute values a selector finds under a node, in page order; nothing when it cannot be used."""
    try:
        results = compiled(selector)(node)
    except (ValueError, etree.XPathError):
        return []
    several = results if isinstance(results, list) else [results]
    return [result for result in several if isinstance(result, str | html.HtmlElement)]


def elements(selector: str, node: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the elements a selector finds under a node, in page order."""
    return [result for result in found(selector, node) if isinstance(result, html.HtmlElement)]


def text_found(selector: str, node: html.HtmlElement) -> str | None:
    """Return the text of the first thing a selector finds, or None."""
    for result in found(selector, node):
        text = result if isinstance(result, str) else result.text_content()
        if text.strip():
            return text
    return None


def parsed(text: str) -> html.HtmlElement | None:
    """Return the root of an HTML page, or None when there is none."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return None
