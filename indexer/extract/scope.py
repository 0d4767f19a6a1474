"""Which part of a page is the article and what stands beside it, so that dates of bars, tickers and teasers do not count."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable
from itertools import dropwhile, islice, takewhile

from lxml.html import HtmlElement

from crawler.parse.html_tree import drop

_BLOCKS = ("p", "div", "td", "section", "blockquote", "article")
_SHORTEST = 40  # characters of a block that counts as text of an article
_LONGEST = 2_000  # characters of one block that count
_LEVELS = 3  # elements around headline and text in which bylines stand, on pages without `<article>`
_MOST_BLOCKS = 20_000
_TEASER, _TEASER_WORDS = 20, 4  # letters and words of a link or heading that leads to another article
_MOST_LINKS = 50  # of one part that are examined
_MOST_TEXTS = 100  # of one link or heading that are read
_FURNITURE = frozenset(("nav", "aside", "footer", "form", "figure", "figcaption"))
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:ticker|side-?bar|related|latest|breaking|trending|popular|most-?read|recommend\w*|teasers?|promo|widget|news-?feed"
    r"|comments?|carousel|slider|top-?bar|masthead|weather|clock|today|current-?date|marquee|rail|read-?(?:also|more|next)|more-?news"
    r"|site-?header|page-?header-?top|copyright|archive|calendar)(?:$|[\s_-])",
    re.IGNORECASE,
)


class Scope:
    """The smallest part of a page that contains its headline and most of its text."""

    def __init__(self, tree: HtmlElement, headline: HtmlElement | None) -> None:
        self.headline = headline
        self.body = _body(tree)
        self.spine = {*_line(self.body), *(_line(headline) if headline is not None else ())}
        self.root = _root(self.body, headline)
        # Of parts, the links and headings that lead to other articles; of links and headings, whether they do.
        self._headlines: dict[HtmlElement, list[HtmlElement]] = {}
        self._known: dict[HtmlElement, bool] = {}

    def contains(self, element: HtmlElement) -> bool:
        """Return whether an element stands in the article or beside it, and in no part about other articles."""
        above = {*element.iterancestors("h2", "h3", "h4", "h5")}
        for part in _line(element):
            if part is self.root:
                return True
            if part in self.spine:
                continue
            if part.tag in _FURNITURE or _is_named(part):
                return False
            if part is not element and self._is_teaser(part, above):
                return False
        return False

    def _is_teaser(self, part: HtmlElement, above: set[HtmlElement]) -> bool:
        """Return whether a part has, besides the headings above an element, a headline of its own or a link as long as one."""
        if part.tag == "article":
            return True
        if part not in self._headlines:
            inside = islice(part.iter("a", "h2", "h3", "h4", "h5"), _MOST_LINKS)
            self._headlines[part] = [inner for inner in inside if self._is_headline(inner)]
        return any(inner not in above for inner in self._headlines[part])

    def _is_headline(self, element: HtmlElement) -> bool:
        if element not in self._known:
            # Names of authors and sections are shorter, addresses have no blanks.
            words = "".join(islice(element.itertext(), _MOST_TEXTS)).split()
            self._known[element] = len(words) >= _TEASER_WORDS and sum(map(len, words)) >= _TEASER
        return self._known[element]

    def sides(self) -> tuple[Iterable[HtmlElement], Iterable[HtmlElement]]:
        """Return the elements of this part from its headline on, and those before it."""
        if self.headline is None:
            return self.root.iter(), ()
        return (
            dropwhile(lambda element: element is not self.headline, self.root.iter()),
            takewhile(lambda element: element is not self.headline, self.root.iter()),
        )

    def alone(self, tree: HtmlElement) -> HtmlElement:
        """Return a copy of the page without dated elements of other articles and without JSON-LD."""
        page = copy.copy(tree)
        pairs = zip(tree.iter(), page.iter(), strict=True)
        drop([twin for element, twin in pairs if self._is_elsewhere(element)])
        return page

    def _is_elsewhere(self, element: HtmlElement) -> bool:
        tag = element.tag
        if tag == "script":
            return True
        if tag == "time" or (tag == "meta" and element.getparent().tag != "head"):
            return element not in self.spine and not self.contains(element)
        return (tag in _FURNITURE or tag == "article" or _is_named(element)) and element not in self.spine


def _is_named(part: HtmlElement) -> bool:
    classes, name = part.get("class"), part.get("id")
    return bool((classes and _NAMES.search(classes)) or (name and _NAMES.search(name)))


def _line(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]


def _body(tree: HtmlElement) -> HtmlElement:
    """Return the element with most text in its own blocks; each block counts half for the element around that one."""
    sizes: Counter[HtmlElement] = Counter()
    for block in islice(tree.iter(*_BLOCKS), _MOST_BLOCKS):
        size = min(len(block.text_content().strip()) if block.tag == "p" else _own_text(block), _LONGEST)
        if size < _SHORTEST:
            continue
        container = block.getparent() if block.tag == "p" else block
        if container is not None:
            sizes[container] += 2 * size
            above = container.getparent()
            if above is not None:
                sizes[above] += size
    return max(sizes, key=lambda element: sizes[element], default=tree)


def _own_text(block: HtmlElement) -> int:
    """Return how many characters stand in a block itself."""
    return len((block.text or "").strip()) + sum([len(tail.strip()) for child in block if (tail := child.tail)])


def _root(body: HtmlElement, headline: HtmlElement | None) -> HtmlElement:
    line = _line(body)
    if headline is not None:
        beside = set(_line(headline))
        line = line[next((number for number, part in enumerate(line) if part in beside), 0) :]
    article = next((part for part in line if part.tag == "article"), None)
    if article is not None:
        return article
    around = [*takewhile(lambda part: part.tag not in ("body", "html", "main"), line[: 1 + _LEVELS])]
    return around[-1] if around else line[0]
