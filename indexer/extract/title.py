"""The title of an article: the visible headline, without the outlet's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from config.web_address import joined
from crawler.parse.markup import clean_title
from crawler.real_address import is_front_page
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of
from indexer.extract.outlet import bare_name, names_outlet, outlet_names, without_outlet
from indexer.extract.subject import agree

_LONGEST = 400  # characters; a longer heading is text in the wrong tag
_EXAMINED = 5  # headings of one level, and links in a heading
_PIECES = 20  # elements that a heading is divided into
_PAGE_PARTS = frozenset(("nav", "aside", "footer"))

_Heading = tuple[HtmlElement, str]  # with its text


def title_of(facts: Facts, url: str, given: str | None = None) -> str | None:
    """Return the headline, or None when the page has none.

    The first heading that shares most words with another title (JSON-LD, og:title, `<title>`) is used, because og:title is often
    rewritten for sharing. A heading that matches none of them is the name of the outlet or a section. Headings of lower
    levels count only where none of the first level qualifies, as on pages whose `<h1>` is a logo.

    Args:
        given: the feed's title, which outranks the page's.
    """
    names = outlet_names(facts, url)
    first = _headings(facts, url, names)
    headings = [heading for _, heading in first]
    if given:
        return without_outlet(given, names, headings) or given
    declared = _declared(facts, names, headings)
    chosen = _chosen(facts, url, names, first, declared)
    if chosen is None:
        return declared[0] if declared else None
    return _worded(facts, *chosen, declared)


def headline_element(facts: Facts, url: str) -> HtmlElement | None:
    """Return the heading that is the headline, or None when the page shows none."""
    names = outlet_names(facts, url)
    first = _headings(facts, url, names)
    chosen = _chosen(facts, url, names, first, _declared(facts, names, [heading for _, heading in first]))
    return chosen[0] if chosen else None


def _chosen(
    facts: Facts, url: str, names: Sequence[str], first: Sequence[_Heading], declared: Sequence[str]
) -> _Heading | None:
    for element, heading in first:
        if not declared or any(agree(heading, other) for other in declared):
            return element, heading
    for element, heading in _cleaned(facts.subheadings, facts, url, names):
        if any(agree(heading, other) for other in declared):
            return element, heading
    return None


def _headings(facts: Facts, url: str, names: Sequence[str]) -> list[_Heading]:
    return list(_cleaned(facts.headings, facts, url, names))


def _cleaned(elements: Sequence[HtmlElement], facts: Facts, url: str, names: Sequence[str]) -> Iterator[_Heading]:
    for element in elements[:_EXAMINED]:
        heading = clean_title(" ".join(element.itertext()))
        if not heading or len(heading) > _LONGEST or _is_furniture(element, url):
            continue
        if facts.title == heading or not names_outlet(heading, names):
            yield element, heading


def _is_furniture(element: HtmlElement, url: str) -> bool:
    """Return whether a heading is in a part of the page such as the navigation, or is a logo with a link to the front page."""
    if any(above.tag in _PAGE_PARTS for above in element.iterancestors()):
        return True
    links = [*islice(element.iter("a"), _EXAMINED), *element.iterancestors("a")]
    return any(is_front_page(joined(url, link.get("href") or "#")) for link in links)


def _declared(facts: Facts, names: Sequence[str], headings: Sequence[str]) -> list[str]:
    """Return the titles in the page's metadata without the outlet's name, best first."""
    raw = (text_of(facts.article(), "headline"), facts.first("og:title"), facts.first("twitter:title"), facts.title)
    cleaned = [without_outlet(title, names, headings) for title in map(clean_title, raw) if title]
    titles = list(dict.fromkeys(title for title in cleaned if title and len(title) <= _LONGEST))
    return [title for title in titles if not names_outlet(title, names)] or titles


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the texts of the parts that a heading is divided into."""
    yield element.text or ""
    for child in islice(element.iterdescendants(), _PIECES):
        yield child.text_content()
        yield child.tail or ""


def _worded(facts: Facts, element: HtmlElement, heading: str, declared: Sequence[str]) -> str:
    """Return the headline as its heading words it, without a kicker in it, or with one that the outlet joins to it elsewhere."""
    pieces = {bare_name(piece) for piece in _pieces(element)}
    for title in declared:
        if _is_whole(title, heading, pieces):
            return title
    stated = [clean_title(title) or "" for title in (text_of(facts.article(), "headline"), facts.first("og:title"))]
    if all(title.endswith(f": {heading}") for title in stated):
        return stated[0]
    # Parts that stand apart are joined by blanks here, also before a colon.
    same = (title for title in declared if bare_name(title) == bare_name(heading))
    return next(same, heading) if len(pieces) > 1 else heading


def _is_whole(title: str, heading: str, pieces: set[str]) -> bool:
    """Return whether a heading is this title with a kicker before it or a line of its own after it.

    A kicker with a colon counts as part of the title, unless the heading keeps it in an element of its own.
    """
    if len(title.split()) < 3 or not (heading.endswith(title) or heading.startswith(title)):
        return False
    if bare_name(title) in pieces:
        return True
    before = heading.removesuffix(title)
    return before != heading and before.endswith(" ") and not before.rstrip().endswith(":")
