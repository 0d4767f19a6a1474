"""The title of an article: the headline readers see, without the outlet's name around it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.parse.markup import clean_title
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of

_LONGEST = 400  # characters; a longer heading is a text set in the wrong tag
_LONGEST_NAME = 40  # letters of an outlet's name
_DIVIDER = re.compile(r"\s+(?:[-–—|·•»«]|::|//)\s+|\s*\|\s*")
_WORDS = re.compile(r"\w+")
_PAGE_PARTS = frozenset(("nav", "aside", "footer"))


def title_of(facts: Facts, url: str) -> str | None:
    """Return the headline, or None when the page has none.

    The first heading that shares most words with another statement (JSON-LD, og:title, `<title>`) is believed, because
    og:title is often rewritten for sharing; a heading that agrees with nothing is the outlet's name or a section's.
    """
    told = _told(facts, url)
    for heading in filter(None, map(_heading, facts.headings[:5])):
        if not told or any(_agree(heading, other) for other in told):
            return next((other for other in told if _is_whole(other, heading)), heading)
    return told[0] if told else None


def _told(facts: Facts, url: str) -> list[str]:
    """Return what the page calls itself outside its text, the outlet's name removed, best first."""
    article = facts.article()
    raw = (text_of(article, "headline"), facts.first("og:title"), facts.first("twitter:title"), facts.title)
    names = _names(facts, url)
    cleaned = (_without_outlet(title, names) for title in map(clean_title, raw) if title)
    return list(dict.fromkeys(title for title in cleaned if title and len(title) <= _LONGEST))


def _names(facts: Facts, url: str) -> list[str]:
    """Return the names the outlet goes by: what it says, and its domain."""
    said = [facts.first("og:site_name"), facts.first("application-name"), facts.first("apple-mobile-web-app-title")]
    publisher = facts.article().get("publisher")
    if isinstance(publisher, dict):
        said.append(text_of(publisher, "name"))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    # Some pages give their title as their application's name.
    return [name for name in map(_bare, [*said, host, host.rsplit(".", 1)[0]]) if 0 < len(name) <= _LONGEST_NAME]


def _without_outlet(title: str, names: list[str]) -> str:
    """Cut trailing (or one leading) parts that are the outlet's name: `Headline - Section - Outlet` → `Headline`."""
    parts = [(found.start(), found.end()) for found in _DIVIDER.finditer(title)]
    for start, end in parts[-3:]:
        if _names_outlet(title[end:], names):
            return title[:start]
    if parts and _names_outlet(title[: parts[0][0]], names):
        return title[parts[0][1] :]
    return title


def _names_outlet(part: str, names: list[str]) -> bool:
    bare = _bare(part)
    return bool(bare) and any(bare == name or _within(bare, name) or _within(name, bare) for name in names)


def _within(short: str, long: str) -> bool:
    # Three letters stand in too many words to be a name found inside another.
    return len(short) >= 4 and short in long


def _heading(element: HtmlElement) -> str | None:
    if any(above.tag in _PAGE_PARTS for above in element.iterancestors()):
        return None
    title = clean_title(" ".join(element.itertext()))
    return title if title and len(title) <= _LONGEST else None


def _is_whole(told: str, heading: str) -> bool:
    """Whether a heading is a kicker and then what is told elsewhere. A kicker with a colon reads as part of the title."""
    before = heading.removesuffix(told)
    return before != heading and len(told.split()) >= 3 and not before.rstrip().endswith(":")


def _agree(a: str, b: str) -> bool:
    """Whether two titles share at least half of the shorter one's words, and more than a name's worth."""
    ours, theirs = _word_set(a), _word_set(b)
    shared = len(ours & theirs)
    return shared * 2 >= min(len(ours), len(theirs)) > 0 and (shared >= 2 or ours == theirs)


def _word_set(title: str) -> set[str]:
    return set(_WORDS.findall(title.casefold()))


def _bare(name: str | None) -> str:
    return "".join(_WORDS.findall((name or "").casefold()))
