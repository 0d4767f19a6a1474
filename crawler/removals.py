"""Redirects away from articles that a site lacks, for now or for good: to the front page, to a section or to an error page."""

from __future__ import annotations

import re

from config.web_address import parts_of
from crawler.outcomes import Outcome
from crawler.real_address import is_front_page, leads_to_section, segments_of, site_of

_ERROR = re.compile(
    r"(?:(?:error|page|site|server|service|under|temporarily|access|content|article)[-_]?){0,2}"
    r"(?:4(?:0[134]|10|29|51)|50[0-4]|not[-_]?(?:found|available)|errors?|unavailable|removed|gone|maintenance|offline|down"
    r"|closed|blocked|denied|forbidden|oops|sorry|captcha|challenge|wartung(?:sarbeiten)?)(?:[-_]?(?:page|error))?(?:\.\w{2,5})?",
    re.IGNORECASE,
)


def removal(requested: str, reached: str, body: bytes) -> tuple[Outcome, str] | None:
    """Return the outcome and a sentence when a redirect leads away from the article, otherwise None.

    Args:
        requested, reached: canonical addresses.
        body: of the page reached.
    """
    if is_front_page(reached) and not is_front_page(requested) and site_of(requested) == site_of(reached):
        return Outcome.REDIRECTED_HOME, "the address redirects to the front page of its site"
    if _is_error(reached) and not _is_error(requested):
        return Outcome.NOT_FOUND, f"the address redirects to an error page, {reached}"
    if leads_to_section(requested, reached, body):
        return Outcome.NOT_FOUND, f"the address redirects to a section page, {reached}"
    return None


def _is_error(url: str) -> bool:
    return any(map(_ERROR.fullmatch, segments_of(parts_of(url).path)[-1:]))
