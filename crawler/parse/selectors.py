"""CSS and XPath selectors in source files, applied to HTML."""

from __future__ import annotations

import functools

from cssselect import HTMLTranslator, SelectorError
from lxml import etree, html

MAX_CHARS = 500


def compiled(selector: str) -> etree.XPath:
    """Compile a selector: XPath if it starts with `/`, `./` or `(`, otherwise CSS.

    Raises:
        ValueError: it is invalid; the message says why.
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


def matches(selector: str, node: html.HtmlElement) -> list[html.HtmlElement | str]:
    """Return the elements and attribute values that a selector matches under a node, in page order; none when it is invalid."""
    try:
        results = compiled(selector)(node)
    except (ValueError, etree.XPathError):
        return []
    several = results if isinstance(results, list) else [results]
    return [result for result in several if isinstance(result, str | html.HtmlElement)]


def elements(selector: str, node: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the elements that a selector matches under a node, in page order."""
    return [result for result in matches(selector, node) if isinstance(result, html.HtmlElement)]


def first_text(selector: str, node: html.HtmlElement) -> str | None:
    """Return the text of the first match that has any, or None."""
    for result in matches(selector, node):
        text = result if isinstance(result, str) else result.text_content()
        if text.strip():
            return text
    return None
