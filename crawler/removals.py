"""Redirects by which sites answer for articles they removed: to the front page, to a section or to an error page."""

from __future__ import annotations

import re

from config.web_address import parts_of
from crawler.outcomes import Outcome
from crawler.real_address import is_front_page, leads_to_section, site_of

_ERROR = re.compile(
    r"(?:error|page)?[-_]?(?:404|410|not[-_]?found|error|unavailable|removed|gone)(?:[-_]page)?(?:\.\w{2,5})?",
    re.IGNORECASE,
)


def removal(requested: str, reached: str, body: bytes) -> tuple[Outcome, str] | None:
    """Return the outcome and a sentence when a redirect shows that the article no longer exists, otherwise None.

    Args:
        requested, reached: canonical addresses.
        body: of the page reached.
    """
    if is_front_page(reached) and not is_front_page(requested) and site_of(requested) == site_of(reached):
        return Outcome.REDIRECTED_HOME, "the address redirects to the front page of its site"
    if _is_error(reached) and not _is_error(requested):
        return Outcome.GONE, f"the address redirects to an error page, {reached}"
    if leads_to_section(requested, reached, body):
        return Outcome.GONE, f"the address redirects to a section page, {reached}"
    return None


def _is_error(url: str) -> bool:
    return bool(_ERROR.fullmatch(parts_of(url).path.rstrip("/").rpartition("/")[2]))
