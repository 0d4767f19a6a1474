"""The title of an article: the visible headline, without the outlet's name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.parse.markup import clean_title
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of

_LONGEST = 400  # characters; a longer heading is text in the wrong tag
_LONGEST_NAME = 40  # letters of an outlet's name
_DIVIDER = re.compile(r"\s+(?:[-–—|·•»«]|::|//)\s+|\s*\|\s*")
_WORDS = re.compile(r"\w+")
_PAGE_PARTS = frozenset(("nav", "aside", "footer"))


def title_of(facts: Facts, url: str) -> str | None:
    """Return the headline, or None when the page has none.

    The first heading that shares most words with another title (JSON-LD, og:title, `<title>`) is used, because og:title is often
    rewritten for sharing. A heading that matches none of them is the name of the outlet or a section.
    """
    declared = _declared(facts, url)
    for heading in filter(None, map(_heading, facts.headings[:5])):
        if not declared or any(_agree(heading, other) for other in declared):
            return next((other for other in declared if _is_whole(other, heading)), heading)
    return declared[0] if declared else None


def _declared(facts: Facts, url: str) -> list[str]:
    """Return the titles in the page's metadata without the outlet's name, best first."""
    article = facts.article()
    raw = (text_of(article, "headline"), facts.first("og:title"), facts.first("twitter:title"), facts.title)
    names = _names(facts, url)
    cleaned = (_without_outlet(title, names) for title in map(clean_title, raw) if title)
    return list(dict.fromkeys(title for title in cleaned if title and len(title) <= _LONGEST))


def _names(facts: Facts, url: str) -> list[str]:
    """Return the names of the outlet, from metadata and its domain."""
    names = [facts.first("og:site_name"), facts.first("application-name"), facts.first("apple-mobile-web-app-title")]
    publisher = facts.article().get("publisher")
    if isinstance(publisher, dict):
        names.append(text_of(publisher, "name"))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    # Some pages put their title into application-name; it is too long for a name.
    return [name for name in map(_bare, [*names, host, host.rsplit(".", 1)[0]]) if 0 < len(name) <= _LONGEST_NAME]


def _without_outlet(title: str, names: list[str]) -> str:
    """Cut trailing (or one leading) parts that are the outlet's name: `Headline - Section - Outlet` → `Headline`."""
    parts = [(match.start(), match.end()) for match in _DIVIDER.finditer(title)]
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
    # Three letters occur in too many words to identify a name.
    return len(short) >= 4 and short in long


def _heading(element: HtmlElement) -> str | None:
    if any(above.tag in _PAGE_PARTS for above in element.iterancestors()):
        return None
    title = clean_title(" ".join(element.itertext()))
    return title if title and len(title) <= _LONGEST else None


def _is_whole(title: str, heading: str) -> bool:
    """Tell whether a heading is a kicker followed by this title. A kicker with a colon counts as part of the title."""
    before = heading.removesuffix(title)
    return before != heading and len(title.split()) >= 3 and not before.rstrip().endswith(":")


def _agree(a: str, b: str) -> bool:
    """Tell whether two titles share at least half of the shorter one's words, and at least two."""
    ours, theirs = _word_set(a), _word_set(b)
    shared = len(ours & theirs)
    return shared * 2 >= min(len(ours), len(theirs)) > 0 and (shared >= 2 or ours == theirs)


def _word_set(title: str) -> set[str]:
    return set(_WORDS.findall(title.casefold()))


def _bare(name: str | None) -> str:
    return "".join(_WORDS.findall((name or "").casefold()))
