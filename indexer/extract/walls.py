"""Detects pages with text that are no articles: errors, removals, maintenance, blocks, browser checks, logins, consent walls.

What a server shows for a while is told from what it will show the next time too: a wish for scripts, a login, a consent wall,
the metadata of a front page, a few words to the reader.

Several signs must agree, because every single one occurs on articles too: the title of the page (never the feed's), sentences
about the page itself, the advice such pages give, marks in its structure, and how little else it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.outcomes import Outcome
from indexer.extract.no_article import NoArticle
from indexer.extract.notices import Kind, kind_of_title, notices_in, patterns, statements
from indexer.extract.signs import Signs

_MENU_LINES, _MENU_LINE = 6, 30  # lines at least, characters at most
_LOOK = 1_000  # characters of the text that are searched for statements
_TINY, _SHORT, _LONG = 200, 500, 1_500  # characters; most notices are shorter than the second, few longer than the last
_ENOUGH, _ENOUGH_UNNAMED = 4, 5  # points with and without a title or a class that names the kind
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+")
_PARTS = re.compile(r"\s+[-–—|·•»«:]+\s+|\s*[|:]\s+")
_NOTICE, _READER_WORDS = 200, 2  # characters of a notice at most; words to the reader at least
_PART = 5  # times a statement that a sentence may be long without saying something else
_FEW_WORDS = 3  # of the part of a title beside a notice: the name of the outlet
_CONSENT_SHARE = 0.6  # of the characters of a text that are about consent
_FEWEST_STEMS = 2
_STEMS = (
    *("cookie", "consent", "privacy", "partner", "personal", "your data", "advertis"),
    *("datenschutz", "einwillig", "zustimm", "werbung", "tracking", "personenbezogen"),
    *("confidentialit", "partenaire", "traceur", "données", "accepter", "vie privée"),
    *("соглас", "соглаш", "конфиденциальн", "персональн", "куки", "партн", "реклам"),
    *("згод", "погодж", "конфіденційн", "дан", "кукі"),
    *("ciastecz", "zgod", "prywatno", "przetwarza", "danych", "dane", "zaufan"),
)
_CONSENT_ADDRESS = 3  # times the outlet speaks to its readers about their consent

_EXPLANATIONS: dict[Kind, tuple[Outcome, str]] = {
    "missing": (Outcome.NOTICE, "the page says that it is missing or was removed"),
    "closed": (Outcome.NOTICE, "the page says that the site is down or under maintenance"),
    "blocked": (Outcome.NOTICE, "the page says that access to it is blocked"),
    "checking": (
        Outcome.BROWSER_CHECK,
        "the page checks the browser or asks for a human instead of showing an article",
    ),
    "scripts": (Outcome.CONSENT_PAGE, "the page asks for JavaScript or other settings instead of showing an article"),
    "login": (Outcome.CONSENT_PAGE, "the page asks for a subscription or login instead of showing an article"),
}


def wall(titles: Sequence[str], text: str, signs: Signs) -> NoArticle | None:
    """Return why a page with text is not an article, or None when it may be one.

    Args:
        titles: those of the page itself: `<title>`, `og:title`, the first headings.
    """
    if _is_menu(text):
        return NoArticle(Outcome.NO_TEXT, "the page has a list of short lines and no sentences")
    if _asks_for_consent(titles, text):
        detail = "the page asks for consent to cookies or tracking instead of showing an article"
        return NoArticle(Outcome.CONSENT_PAGE, detail)
    if noticed := notice(titles, text, signs):
        return noticed
    if _speaks_to_its_reader(text, signs):
        return NoArticle(Outcome.NOT_AN_ARTICLE, "the page has a few sentences to its reader, no date and no author")
    if signs.is_home and not signs.is_article:
        return NoArticle(Outcome.NOT_AN_ARTICLE, "the page is the front page of its site, by its own metadata")
    return None


def notice(titles: Sequence[str], text: str, signs: Signs) -> NoArticle | None:
    """Return which notice a page is, whatever length its text has, or None when it may be something else.

    Args:
        titles: those of the page itself.
    """
    kind = _kind(titles, text, signs)
    if not kind:
        return None
    outcome, detail = _EXPLANATIONS[kind]
    title = next((title for title in titles if kind_of_parts(title) == kind), None)
    return NoArticle(outcome, f'{detail}: "{title}"' if title else detail)


def _is_menu(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) >= _MENU_LINES and all(len(line) < _MENU_LINE for line in lines)


def _kind(titles: Sequence[str], text: str, signs: Signs) -> Kind | None:
    """Return the kind of notice that the page is, or None."""
    titled = {kind for title in titles if (kind := kind_of_parts(title))}
    if not titled and not signs.kinds and len(text) > _LONG and (signs.is_article or not signs.has_password):
        return None  # whatever such a text says, it cannot have enough points
    notices = statements(text[:_LOOK])
    candidates = titled | set(signs.kinds) | set(notices)
    if signs.has_password and len(text) < _SHORT:
        candidates.add("login")
    if not candidates:
        return None
    common = _common_points(text, signs)
    for kind in sorted(candidates):
        is_named = kind in titled or kind in signs.kinds
        points = (
            common
            + 3 * (kind in titled)
            + 3 * (kind in signs.kinds)
            + min(notices.get(kind, 0) + 1, 3) * (kind in notices)
        )
        points += kind == "login" and signs.has_password
        points -= len(text) > _LONG and kind not in notices
        if points >= (_ENOUGH if is_named else _ENOUGH_UNNAMED):
            return kind
    return None


def _common_points(text: str, signs: Signs) -> int:
    """Return the points that count for a notice of any kind."""
    points = -2 if signs.is_article else 1
    points += signs.is_hidden
    points += bool(patterns().advice.search(text[:_LOOK]))
    points += (len(text) < _SHORT) + (len(text) < _TINY)
    points -= 2 * (len(text) > _LONG)
    return points + 3 * (len(text) < _LOOK and _says_little_else(text))


def _says_little_else(text: str) -> bool:
    """Return whether at least half of a text are statements about the page and advice."""
    return sum(map(_count_notice, _SENTENCES.split(text))) * 2 >= len(text)


def _count_notice(sentence: str) -> int:
    """Return how many characters of a sentence are a notice: all of it where its beginning is a large part of it."""
    length = max((len(match[0]) for match in notices_in(sentence)), default=0)
    return len(sentence) if length * _PART >= len(sentence) else length


def _speaks_to_its_reader(text: str, signs: Signs) -> bool:
    """Return whether a page is a short notice of a kind that no pattern knows.

    Of 3,881 short texts of officials and channels, 15 have two such words; real pages of news also state a date.
    """
    if len(text) >= _NOTICE or signs.is_article or signs.has_date:
        return False
    return len(patterns().reader.findall(text)) >= _READER_WORDS


def kind_of_parts(title: str) -> Kind | None:
    """Return the kind of notice that a title is, apart from the name of the outlet; None for a headline."""
    whole = kind_of_title(title)
    if whole:
        return whole
    parts = [part for part in _PARTS.split(title) if part.strip()]
    kinds = [kind_of_title(part) for part in parts]
    others = [part for part, kind in zip(parts, kinds, strict=True) if kind is None]
    if len(others) > 1 or any(len(part.split()) > _FEW_WORDS for part in others):
        return None
    return next(filter(None, kinds), None)


def _may_ask(text: str) -> bool:
    """Tell whether a text begins with words about consent, cheaply: nearly all texts do not."""
    beginning = text[:_LOOK].lower()
    return sum(stem in beginning for stem in _STEMS) >= _FEWEST_STEMS


def _asks_for_consent(titles: Sequence[str], text: str) -> bool:
    """Return whether a text is mostly about the reader's consent, and spoken to the reader.

    Its length does not matter: walls that list all purposes and partners have tens of thousands of characters. News about consent
    do not speak to the reader in most of their paragraphs.
    """
    if not _may_ask(text):
        return False
    consent, address = patterns().consent, patterns().address
    pieces = [piece for piece in _SENTENCES.split(text) if piece.strip()]
    size = sum(map(len, pieces)) or 1
    about = sum(len(piece) for piece in pieces if consent.search(piece))
    if about < _CONSENT_SHARE * size:
        return False
    times = len(address.findall(text[: 20 * _LOOK]))
    is_titled = any(consent.search(title) and address.search(title) for title in titles)
    fewest = 1 if is_titled or size < _SHORT else _CONSENT_ADDRESS
    return times >= fewest
