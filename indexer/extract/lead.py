"""The lead of an article: the paragraph between headline and text, which many pages keep outside of the text."""

from __future__ import annotations

from lxml.html import HtmlElement

from indexer.extract.facts import Facts, in_furniture
from indexer.extract.json_ld import text_of
from indexer.extract.lines import words

_META = ("description", "og:description", "twitter:description", "dcterms.description")
_SHORTEST = 40  # letters and blanks of a description worth looking for
_START = 60  # of them must stand in the lead; descriptions are cut off at 150 or so
_LONGEST = 1_000  # characters of a lead
_INLINE = ("div", "span", "strong", "b", "em", "h2", "h3", "h4", "h5", "li", "font")
_MOST_CHILDREN = 6


def with_lead(text: str, tree: HtmlElement, facts: Facts) -> str:
    """Return the text with its lead in front, if the page shows the lead and the text lacks it.

    A lead is what the page itself repeats as its description: no name of a class is needed to know it.
    """
    starts = _starts(facts, text)
    if not starts or not text:
        return text
    known = words(text)
    missing = [start for start in starts if start not in known]
    lead = _shown(tree, missing) if len(missing) == len(starts) else None
    if lead is None or words(lead) in known or any(_is_headline(words(lead), words(title)) for title in _titles(facts)):
        return text
    return f"{lead}\n{text}"


def _titles(facts: Facts) -> list[str]:
    stated = (facts.title, facts.first("og:title"), facts.first("twitter:title"), text_of(facts.article(), "headline"))
    return [title for title in (*stated, *(" ".join(heading.itertext()) for heading in facts.headings[:3])) if title]


def _is_headline(lead: str, title: str) -> bool:
    """Return whether a lead is the headline again, with the outlet's name or a kicker."""
    return lead in title or (bool(title) and title in lead and len(lead) < 2 * len(title))


def _starts(facts: Facts, text: str) -> list[str]:
    """Return the beginnings of the page's descriptions; none when its text has one of them as it is."""
    stated = [facts.first(name) for name in _META]
    stated += [text_of(facts.article(), name) for name in ("description", "alternativeHeadline")]
    if any(len(lead) >= _SHORTEST and lead[:_START] in text for lead in stated if lead):
        return []
    leads = (words(text) for text in stated if text)
    return list(dict.fromkeys(text[:_START] for text in leads if len(text) >= _SHORTEST))


def _shown(tree: HtmlElement, starts: list[str]) -> str | None:
    longest = [max(start.split()[:-1], key=len, default=start) for start in starts]
    for element in tree.iter("p", *_INLINE):
        if element.tag != "p" and (len(element) > _MOST_CHILDREN or not (element.text or "").strip()):
            continue
        text = element.text_content() if len(element) else element.text or ""
        if len(text) < _SHORTEST or not any(word in text for word in longest):
            continue
        text = " ".join(text.split())
        if _SHORTEST <= len(text) <= _LONGEST and any(start in words(text) for start in starts):
            return None if _is_elsewhere(element) else text
    return None


def _is_elsewhere(element: HtmlElement) -> bool:
    return in_furniture(element) or any(above.tag in ("a", "h1") for above in element.iterancestors())
