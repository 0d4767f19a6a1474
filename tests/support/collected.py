"""Pages as a crawl would leave them in an archive."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.archive.archive import Archive
from crawler.archive.bodies import origin_of
from crawler.archive.frontier import know
from crawler.archive.pages import keep_page
from crawler.page import Hints, PageKind, RawPage
from crawler.urls import article_id

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TALKS = (
    "Delegations met in Geneva on Thursday to resume their talks on a truce along the whole line of contact. "
    "The two sides agreed to exchange lists of prisoners before the end of the month and to meet again in a week. "
    "A spokesperson said that neither side had moved on the question of guarantees, which is to be discussed next. "
    "Observers counted fewer violations than in the week before, most of them small-arms fire during the night hours."
)


def page_of(text: str, title: str = "Talks resume") -> bytes:
    """Return an HTML page with one article."""
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in text.rstrip(".").split(". "))
    html = f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    return html.encode()


def collect(
    archive: Archive,
    name: str,
    body: bytes,
    *,
    at: datetime = NOON,
    hints: Hints | None = None,
    kind: PageKind = "document",
    source: str = "outlet",
) -> str:
    """Store a page of https://outlet.example/NAME and return the article's id."""
    url = f"https://outlet.example/{name}"
    page = RawPage(url=url, body=body, content_type="text/html", kind=kind, hints=hints or Hints())
    origin = origin_of(page, url, source=source, feed=f"{source}/1", collected=at)
    archive.bodies.put({page.body_hash: body}, [origin])
    with archive.database.write() as connection:
        serial = know(connection, url, source=source, feed=f"{source}/1", now=at)
        keep_page(connection, serial, page, source=source, feed=f"{source}/1", collected=at)
    return article_id(url)
