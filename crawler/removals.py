"""Redirects away from articles that a site lacks, for now or for good: to the front page, to a section or to an error page."""

from __future__ import annotations

import re

from config.web_address import parts_of
from crawler.outcomes import Outcome
from crawler.real_address import is_front_page, leads_to_section, says_article, segments_of, site_of

_STATUS = r"4(?:0[134]|10|29|51)|50[0-4]"
_WORD = (
    r"errors?|unavailable|removed|gone|maintenance|offline|down|closed|blocked|denied|forbidden|oops|sorry|challenge"
    r"|wartung(?:sarbeiten)?"
)
_WHAT = r"(?:error|page|site|server|service|under|temporarily|access|content|article)[-_]?"
_END = r"(?:\.\w{2,5})?"
_ERROR = re.compile(
    rf"(?:(?:{_WHAT}){{0,2}}(?:not[-_]?(?:found|available)|captcha)|(?:{_WHAT}){{1,2}}(?:{_WORD})|(?:error|server)[-_]?(?:{_STATUS}))"
    rf"(?:[-_]?(?:page|error))?{_END}|(?:{_STATUS}|{_WORD})[-_]?(?:page|error){_END}",
    re.IGNORECASE,
)
# Articles have such names too: a number, an ordinary word. So these must be the whole path, or stand among pages about errors.
_VAGUE = re.compile(rf"(?:(?:page[-_]?)?(?:{_STATUS})|{_WORD}){_END}", re.IGNORECASE)
_AMONG_ERRORS = re.compile(
    r"(?:http[-_]?)?(?:errors?|status)(?:[-_]?(?:pages?|docs?|codes?))?|static|public|system|[a-z]{2}(?:[-_][a-z]{2})?",
    re.IGNORECASE,
)


def removal(requested: str, reached: str, body: bytes) -> tuple[Outcome, str] | None:
    """Return the outcome and a sentence when a redirect leads away from the article, otherwise None.

    Args:
        requested, reached: canonical addresses.
        body: of the page reached; one that says that it is an article is one.
    """
    if is_front_page(reached) and not is_front_page(requested) and site_of(requested) == site_of(reached):
        return Outcome.REDIRECTED_HOME, "the address redirects to the front page of its site"
    if _is_error(reached) and not _is_error(requested) and not says_article(body):
        return Outcome.NOT_FOUND, f"the address redirects to an error page, {reached}"
    if leads_to_section(requested, reached, body):
        return Outcome.NOT_FOUND, f"the address redirects to a section page, {reached}"
    return None


def _is_error(url: str) -> bool:
    *folders, name = segments_of(parts_of(url).path) or [""]
    if _ERROR.fullmatch(name):
        return True
    return bool(_VAGUE.fullmatch(name)) and all(map(_AMONG_ERRORS.fullmatch, folders[-1:]))
