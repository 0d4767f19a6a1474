"""The metadata of a page, collected in one pass over its tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from config.web_address import joined
from indexer.extract import json_ld
from indexer.extract.locale import Locale
from indexer.extract.subject import address_key, speaks_of

_FURNITURE = frozenset(("nav", "aside", "footer", "form", "li", "figure", "figcaption"))
_HEADINGS = 3  # headings that a JSON-LD headline is compared with
_NODES = 50  # JSON-LD nodes that are compared
_DATES = ("datepublished", "datecreated", "datemodified")


@dataclass(slots=True)
class Facts:
    """The metadata of a page, in document order, not yet evaluated."""

    url: str = ""
    locale: Locale = field(default_factory=Locale)
    language: str | None = None
    title: str | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)  # names in lower case
    canonical: str | None = None
    nodes: list[json_ld.Node] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)  # of the first level
    subheadings: list[HtmlElement] = field(default_factory=list)  # of the second and third level
    times: list[HtmlElement] = field(default_factory=list)  # also `<meta itemprop>` that dates a part of the page
    _article: json_ld.Node | None = None
    _web_page: json_ld.Node | None = None

    def first(self, *names: str) -> str | None:
        """Return the first value of the first meta name that has one."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)

    def article(self) -> json_ld.Node:
        """Return the JSON-LD node that describes the article of this page; an empty one when there is none."""
        if self._article is None:
            articles = [node for node in self.nodes if json_ld.is_article(node)]
            articles.sort(key=lambda node: not ("headline" in node or "datePublished" in node))
            self._article = self._own(articles)
        return self._article

    def web_page(self) -> json_ld.Node:
        """Return the JSON-LD node that describes the page as such; an empty one when there is none."""
        if self._web_page is None:
            self._web_page = self._own([node for node in self.nodes if "WebPage" in json_ld.types(node)])
        return self._web_page

    def _own(self, nodes: Sequence[json_ld.Node]) -> json_ld.Node:
        """Return the first node that speaks of this page, otherwise the first that may."""
        if not nodes:
            return {}
        stated = (self.url, self.canonical, self.first("og:url"))
        addresses = {key for address in stated if address and (key := address_key(address, self.url))}
        headings = [_words(heading.text_content()) for heading in (*self.headings[:_HEADINGS], *self.subheadings[:1])]
        titles = [
            title for title in (*headings, self.first("og:title"), self.first("twitter:title"), self.title) if title
        ]
        judged = [(speaks_of(node, self.url, addresses, titles), node) for node in nodes[:_NODES]]
        return next((node for wanted in (True, None) for own, node in judged if own is wanted), {})


def collect(tree: HtmlElement, url: str, locale: Locale | None = None) -> Facts:
    """Return the metadata of a page.

    Args:
        locale: the conventions of its source, which the language that the page declares may change.
    """
    facts = Facts(
        url=url,
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
    )
    for element in tree.iter("title", "meta", "link", "script", "h1", "h2", "h3", "time"):
        _READERS[element.tag](facts, element, url)
    facts.locale = (locale or Locale()).on_page(facts.language)
    return facts


def in_furniture(element: HtmlElement) -> bool:
    """Return whether the element is part of navigation, a list of other articles, a footer or a form."""
    return any(above.tag in _FURNITURE for above in element.iterancestors())


def _title(facts: Facts, element: HtmlElement, url: str) -> None:
    # An SVG has titles too; the page's comes first.
    facts.title = facts.title or _words(element.text_content())


def _meta(facts: Facts, element: HtmlElement, url: str) -> None:
    content = _words(element.get("content") or "")
    if (element.get("itemprop") or "").lower() in _DATES and not element.get("name") and _is_in_body(element):
        facts.times.append(element)
        return
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name and content:
            facts.meta.setdefault(name.strip().lower(), []).append(content)


def _is_in_body(element: HtmlElement) -> bool:
    return any(above.tag in ("div", "article", "section", "main", "span", "li") for above in element.iterancestors())


def _link(facts: Facts, element: HtmlElement, url: str) -> None:
    rel = element.get("rel") if facts.canonical is None else None
    if rel and "canonical" in rel.lower().split() and element.get("href"):
        facts.canonical = joined(url, element.get("href", "")) or None


def _script(facts: Facts, element: HtmlElement, url: str) -> None:
    if "ld+json" in (element.get("type") or "").lower() and element.text:
        facts.nodes.extend(json_ld.nodes(element.text))


def _heading(facts: Facts, element: HtmlElement, url: str) -> None:
    facts.headings.append(element)


def _subheading(facts: Facts, element: HtmlElement, url: str) -> None:
    facts.subheadings.append(element)


def _time(facts: Facts, element: HtmlElement, url: str) -> None:
    facts.times.append(element)


def _words(text: str) -> str:
    return " ".join(text.split())


_READERS = {
    "title": _title,
    "meta": _meta,
    "link": _link,
    "script": _script,
    "h1": _heading,
    "h2": _subheading,
    "h3": _subheading,
    "time": _time,
}
