"""Detects pages with text that are not articles: consent walls, script walls, logins, errors."""

from __future__ import annotations

import re

from crawler.outcomes import Outcome
from indexer.extract.facts import Facts
from indexer.extract.no_article import NoArticle

_LONGEST_WALL = 1_500  # characters; a longer text is an article even if it is about cookies
_MENU_LINES, _MENU_LINE = 6, 30  # lines at least, characters at most
_CONSENT = re.compile(
    r"cookie|consent|privacy (?:policy|settings)|datenschutz|einwilligung|zustimm|akzeptieren|tracking|confidentialité|accepter"
    r"|согласи[ея]|конфиденциальност|файл\w* куки|ciasteczk|prywatności|zgod[aęy]|конфіденційн|файл\w* кукі|погодж",
    re.IGNORECASE,
)
_SCRIPT_WALL = re.compile(
    r"(?:enable|turn on|requires?|activate) javascript|javascript (?:is (?:disabled|required)|aktivieren|muss)|activez javascript"
    r"|включите javascript|увімкніть javascript|włącz(?:yć)? javascript|checking your browser|verify(?:ing)? (?:that )?you are"
    r" (?:a )?human|are you a robot|just a moment|ddos protection|access denied|unusual traffic|подтвердите, что (?:вы|запросы)",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign in|log in|register) to (?:continue|read|unlock)|already a subscriber|content is for subscribers"
    r"|nur für abonnenten|jetzt abonnieren|réservé aux abonnés|dla prenumeratorów|только для подписчиков|лише для передплатників",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b404\b|(?:page|article) not found|seite (?:wurde )?nicht gefunden|page introuvable|strona nie (?:została )?znaleziona"
    r"|nie znaleziono strony|страница не найдена|сторінк[ау] не знайдено",
    re.IGNORECASE,
)


def wall(title: str | None, text: str, facts: Facts) -> NoArticle | None:
    """Return why a page with text is not an article, or None when it may be one.

    Only short texts are checked, so that news about cookies, logins and errors is kept.
    """
    if len(text) > _LONGEST_WALL:
        return None
    if _is_menu(text):
        return NoArticle(Outcome.NO_TEXT, "the page has a list of short lines and no sentences")
    if title and _GONE.search(title) and len(text) < 600 and not facts.article():
        return NoArticle(Outcome.NOT_AN_ARTICLE, f'the page says it is missing: "{title}"')
    if _SCRIPT_WALL.search(f"{title}\n{text[:400]}") and len(text) < 800:
        return NoArticle(Outcome.CONSENT_PAGE, "the page asks for JavaScript or a human instead of showing an article")
    if _asks_for_consent(title, text):
        return NoArticle(
            Outcome.CONSENT_PAGE, "the page asks for consent to cookies or tracking instead of showing an article"
        )
    if len(text) < 400 and _PAYWALL.search(text):
        return NoArticle(
            Outcome.CONSENT_PAGE, "the page asks for a subscription or login instead of showing an article"
        )
    return None


def _asks_for_consent(title: str | None, text: str) -> bool:
    words = len(text.split()) or 1
    mentions = len(_CONSENT.findall(text))
    # At least four and one word in twenty-five: a text about a cookie law mentions other things too.
    return (mentions >= 4 and mentions * 25 >= words) or bool(
        title and _CONSENT.search(title) and mentions >= 2 and words < 150
    )


def _is_menu(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) >= _MENU_LINES and all(len(line) < _MENU_LINE for line in lines)
