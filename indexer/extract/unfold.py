"""Paragraphs of an article that its page hides or puts where extractors do not look: behind folds, in `<aside>`, in `<noscript>`.

An extractor drops what is marked as hidden and whatever stands in certain elements. Both are right as a rule and wrong for the
article itself, which is known by its place: it continues visible paragraphs, or it is most of what the page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.parse.html_tree import drop

_PARAGRAPH = 60  # characters; shorter ones are captions and buttons
_ENOUGH = 250  # characters of paragraphs worth freeing
_FEWEST = 2  # paragraphs of an article
_MOST_LINKS = 0.5  # share of a paragraph
_OUTSIDE = frozenset(("aside", "noscript", "template", "fieldset", "figure"))
_FOLD = re.compile(
    r"hid(?:e|den)|collaps|fold|expand|toggle|read-?_?more|more-?_?(?:text|content)|continu|truncat|paywall|premium|blurred"
    r"|obfuscat|overlay|locked|slide|display\s*:\s*none|visibility\s*:\s*hidden"
)  # of marks in small letters, which is three times as fast as ignoring the case
_OTHER = re.compile(
    r"cookie|consent|gdpr|privacy|comment|newsletter|log-?in|sign-?(?:in|up)|regist|subscri|modal|popup|related|sidebar|promo|share"
    r"|teaser|hint|author|glossar|footer|banner",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WHOLE = frozenset(("html", "body", "main", "article"))
_MARKS = ("class", "id", "style", "hidden", "aria-hidden")


Elements = tuple[HtmlElement, ...]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph with the elements for which an extractor may drop it, innermost first."""

    element: HtmlElement
    text: str
    outside: Elements
    folds: Elements

    @property
    def is_hidden(self) -> bool:
        """Return whether an extractor may drop the paragraph."""
        return bool(self.outside or self.folds)


def unfold(tree: HtmlElement) -> None:
    """Remove from the tree the marks that hide paragraphs of the article."""
    marks = _Marks()
    paragraphs = [paragraph for element in tree.iter("p") if (paragraph := _paragraph(element, marks))]
    if sum(len(item.text) for item in paragraphs if item.is_hidden) < _ENOUGH:
        return
    shown = [item for item in paragraphs if not item.is_hidden]
    known = {item.text for item in shown}
    hidden = [item for item in paragraphs if item.is_hidden and item.text not in known and not _links(item.element)]
    _free_outside(hidden, shown)
    _free_folds(paragraphs, {item.element for item in hidden if not item.outside})


def drop_hidden(tree: HtmlElement) -> None:
    """Remove from the tree what browsers never show: dialogs, templates, menus that open on a click."""
    marked = tree.xpath(".//*[@hidden or contains(@style, 'display')]")
    drop([element for element in marked if element.tag not in _WHOLE and _is_unseen(element)])


def _is_unseen(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_UNSEEN.search(element.get("style") or ""))


class _Marks:
    """The elements above an element for which an extractor may drop it; each element is looked at once."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement | None, tuple[Elements, Elements]] = {None: ((), ())}

    def above(self, element: HtmlElement) -> tuple[Elements, Elements]:
        """Return the elements outside of articles and the folds, the element itself included, innermost first."""
        path = [element]
        while path[-1] is not None and path[-1] not in self._known:
            path.append(path[-1].getparent())
        outside, folds = self._known[path.pop()]
        for item in reversed(path):
            outside = (item, *outside) if item.tag in _OUTSIDE else outside
            folds = (item, *folds) if _is_fold(item) else folds
            self._known[item] = outside, folds
        return outside, folds


def _paragraph(element: HtmlElement, marks: _Marks) -> _Paragraph | None:
    text = (element.text_content() if len(element) else element.text or "").strip()
    return _Paragraph(element, text, *marks.above(element)) if len(text) >= _PARAGRAPH else None


def _links(element: HtmlElement) -> bool:
    """Return whether most of a paragraph is links."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return linked > _MOST_LINKS * len(element.text_content())


def _is_fold(element: HtmlElement) -> bool:
    if element.tag in _WHOLE:
        return False
    return element.get("hidden") is not None or bool(_FOLD.search(_marks(element).lower()))


def _marks(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('style') or ''}"


def _free_outside(hidden: Iterable[_Paragraph], shown: list[_Paragraph]) -> None:
    """Free the element that holds most of what the page says."""
    inside: dict[HtmlElement, list[int]] = {}
    for item in hidden:
        for element in item.outside[-1:]:
            inside.setdefault(element, []).append(len(item.text))
    if not inside:
        return
    largest = max(inside, key=lambda element: sum(inside[element]))
    size = sum(inside[largest])
    is_most = size > sum(len(item.text) for item in shown)
    if size >= _ENOUGH and len(inside[largest]) >= _FEWEST and is_most and not _is_other(largest):
        for element in (largest, *largest.iter("noscript")):
            _free(element)


def _is_other(element: HtmlElement) -> bool:
    return any(_OTHER.search(_marks(item)) for item in (element, *element.iterancestors()))


def _free_folds(paragraphs: Iterable[_Paragraph], hidden: set[HtmlElement]) -> None:
    """Free what continues a paragraph that the page shows.

    Args:
        paragraphs: all of them, in the order of the page.
        hidden: those of them that may be freed.
    """
    closed: set[HtmlElement] = set()  # folds that are not part of the article
    freed: set[HtmlElement] = set()
    shown: set[HtmlElement] = set()  # by a fold that was freed
    above: set[HtmlElement] = set()  # the elements above the last paragraph that is shown
    parents: set[HtmlElement] = set()  # of all paragraphs that are shown
    for item in paragraphs:
        for fold in item.folds if item.element in hidden and item.element not in shown else ():
            parent = fold.getparent()
            is_at_the_top = getattr(parent, "tag", None) in ("body", "main")  # where dialogs stand too
            if fold in freed or fold in closed or parent not in (parents if is_at_the_top else above):
                continue
            if _is_other(fold):
                closed.add(fold)
            else:
                freed.add(fold)
                shown.update(fold.iter("p"))
                _free(fold)
        if not item.is_hidden or item.element in shown:
            above = set(item.element.iterancestors())
            parents.add(item.element.getparent())


def _free(element: HtmlElement) -> None:
    for name in _MARKS:
        element.attrib.pop(name, None)
    if element.tag in _OUTSIDE:
        element.tag = "div"
