"""The outlet's name, as sites append it to the titles of their pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.web_address import parts_of
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of

_LONGEST_NAME = 40  # letters of an outlet's name
_LAST = 3  # parts of a title that may be sections and the outlet
_DIVIDER = re.compile(r"\s+(?:[-–—|·•»«/]|::|//)\s+|\s*[|｜│ㅣ]\s*")
_TIGHT = re.compile(r"[-–—_|｜│ㅣ]")
_WORDS = re.compile(r"\w+")
_GENERIC = frozenset(
    (
        *(
            "the",
            "news",
            "online",
            "com",
            "org",
            "net",
            "int",
            "info",
            "www",
            "tv",
            "radio",
            "live",
            "world",
            "media",
            "agency",
        ),
        *(
            "de",
            "fr",
            "pl",
            "ru",
            "ua",
            "uk",
            "ch",
            "at",
            "eu",
            "official",
            "website",
            "site",
            "nachrichten",
            "aktuell",
        ),
        *("новости", "газета", "сайт", "агентство", "новини", "actualités", "actu", "wiadomości", "serwis", "agencja"),
    )
)


def outlet_names(facts: Facts, url: str) -> tuple[str, ...]:
    """Return the names of the outlet, from metadata and its domain, in small letters and without blanks."""
    names = [facts.first("og:site_name"), facts.first("application-name"), facts.first("apple-mobile-web-app-title")]
    publisher = facts.article().get("publisher")
    if isinstance(publisher, dict):
        names.append(text_of(publisher, "name"))
    host = (parts_of(url).hostname or "").removeprefix("www.")
    # Some pages put their title into application-name; it is too long for a name.
    bare = [bare_name(name) for name in (*names, host, host.rsplit(".", 1)[0])]
    return tuple(dict.fromkeys(name for name in bare if 0 < len(name) <= _LONGEST_NAME))


def without_outlet(title: str, names: Sequence[str], headings: Sequence[str] = ()) -> str:
    """Return a title without the outlet's name after it (or before it): `Headline - Section - Outlet` → `Headline - Section`.

    Args:
        headings: visible headings; what stands in one of them is part of the headline and stays.
    """
    dividers = [(match.start(), match.end()) for match in _DIVIDER.finditer(title)]
    stops = [start for start, _ in dividers[1:]] + [len(title)] * bool(dividers)
    for (start, end), stop in list(zip(dividers, stops, strict=True))[-_LAST:]:
        if names_outlet(title[end:stop], names) and not _is_in(title[:stop], headings):
            return title[:start]
    if dividers and names_outlet(title[: dividers[0][0]], names) and not _is_in(title, headings):
        return title[dividers[0][1] :]
    return _without_tight_outlet(title, names, headings)


def names_outlet(part: str, names: Sequence[str]) -> bool:
    """Return whether a part of a title is the outlet's name, shortened or with a word such as "News" added."""
    bare, words = bare_name(part), _WORDS.findall(part.casefold())
    essence = "".join(word for word in words if word not in _GENERIC)
    if not essence:  # `News` is a section, also of news.example
        return len(words) > 1 and bare in names
    if len(bare) >= 4 and any(name.startswith(bare) or name.endswith(bare) for name in names):
        return True  # a shorter part occurs in too many names to identify one
    return bare in names or (len(essence) >= 2 and essence in names)


def bare_name(name: str | None) -> str:
    """Return a name in small letters, without blanks and punctuation."""
    return "".join(_WORDS.findall((name or "").casefold()))


def _without_tight_outlet(title: str, names: Sequence[str], headings: Sequence[str]) -> str:
    """Cut a name after a dash without blanks, as in `Headline-Outlet`, if it is exactly the outlet's."""
    for match in list(_TIGHT.finditer(title))[-_LAST:]:
        if bare_name(title[match.end() :]) in names and not _is_in(title, headings):
            return title[: match.start()].rstrip()
    return title


def _is_in(title: str, headings: Sequence[str]) -> bool:
    bare = bare_name(title)
    return any(bare in bare_name(heading) for heading in headings)
