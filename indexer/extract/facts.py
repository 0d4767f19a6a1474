"""The metadata of a page, collected in one pass over its tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml.html import HtmlElement

from indexer.extract import json_ld

_FURNITURE = frozenset(("nav", "aside", "footer", "form", "li", "figure", "figcaption"))


@dataclass(slots=True)
class Facts:
    """The metadata of a page, in document order, not yet evaluated."""

    language: str | None = None
    title: str | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)  # names in lower case
    canonical: str | None = None
    nodes: list[json_ld.Node] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)  # of the first level
    subheadings: list[HtmlElement] = field(default_factory=list)  # of the second level
    times: list[HtmlElement] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """Return the first value of the first meta name that has one."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)

    def article(self) -> json_ld.Node:
        """Return the JSON-LD node that describes the article; an empty one when there is none."""
        articles = [node for node in self.nodes if json_ld.is_article(node)]
        described = [node for node in articles if "headline" in node or "datePublished" in node]
        return next(iter(described or articles), {})

    def web_page(self) -> json_ld.Node:
        """Return the JSON-LD node that describes the page as such; an empty one when there is none."""
        return next((node for node in self.nodes if "WebPage" in json_ld.types(node)), {})


def collect(tree: HtmlElement, url: str) -> Facts:
    """Return the metadata of a page."""
    facts = Facts(
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    )
    for element in tree.iter("title", "meta", "link", "script", "h1", "h2", "time"):
        _READERS[element.tag](facts, element, url)
    return facts


def in_furniture(element: HtmlElement) -> bool:
    """Tell whether the element is part of navigation, a list of other articles, a footer or a form."""
    return any(above.tag in _FURNITURE for above in element.iterancestors())


def _title(facts: Facts, element: HtmlElement, url: str) -> None:
    # An SVG has titles too; the page's comes first.
    facts.title = facts.title or _words(element.text_content())


def _meta(facts: Facts, element: HtmlElement, url: str) -> None:
    content = _words(element.get("content") or "")
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name and content:
            facts.meta.setdefault(name.strip().lower(), []).append(content)


def _link(facts: Facts, element: HtmlElement, url: str) -> None:
    if (element.get("rel") or "").lower() == "canonical" and facts.canonical is None and element.get("href"):
        try:
            facts.canonical = urljoin(url, element.get("href", "").strip())
        except ValueError:
            return


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
    "time": _time,
}
