"""Archived pages as they were collected, made harmless for a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.errors import BodyLost, NotFound, Refused
from crawler.page import Page
from crawler.parse.encoding import decode
from monitor.app import App
from monitor.services.articles import find_article

CONTENT_SECURITY_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""With which an archived page has to be served: nothing in it runs, and nothing is loaded from elsewhere."""

_TEXT_KINDS: Mapping[str, str] = {"item": "text/plain; charset=utf-8"}  # the JSON of a spider
_LINK = re.compile("<link", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as it was collected.

    Attributes:
        content: its text.
        content_type: the HTTP header to serve it with.
    """

    number: int
    url: str
    collected: datetime
    content: str
    content_type: str


def archived_page(app: App, id: str, number: int) -> ArchivedPage:
    """Return a page kept of an article.

    Args:
        id: as in `monitor.services.articles.show`.
        number: of the page in the archive.

    Raises:
        NotFound: the article has no such page, or the archive has lost it.
        Refused: it is no text, such as a picture or a PDF.
        WrongArgument, Refused, EngineError: as in `show`.
    """
    article = find_article(app, id)
    page = next((kept.page for kept in app.archive.pages_of(article.id) if kept.page.number == number), None)
    if page is None:
        raise NotFound(f"the article has no page {number} in the archive", field="number")
    try:
        body = app.archive.body(number)
    except BodyLost:
        raise NotFound("this page is missing from the archive, or damaged", field="number") from None
    text = decode(body, page.content_type) if _is_text(page, body) else None
    if text is None:
        kind = page.content_type.partition(";")[0].strip() or "unknown"
        raise Refused(f"this page cannot be shown here: it is no text (its type is {kind})")
    # A browser opens connections to the addresses of such elements whatever the policy says (rel=preconnect). An element
    # without a meaning takes their place; taking them out could leave another one behind.
    content_type = _TEXT_KINDS.get(page.kind, "text/html; charset=utf-8")
    return ArchivedPage(number, page.final_url, page.collected, _LINK.sub("<basefont", text), content_type)


def _is_text(page: Page, body: bytes) -> bool:
    return not body.startswith(b"%PDF-") and not page.content_type.lower().startswith(
        ("image/", "audio/", "video/", "application/pdf", "application/octet-stream", "application/zip")
    )
