"""Every kind of feed reads dates as its source writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.kinds import kind_of
from tests.support.responses import feed, response

BODIES = {
    "RSS": (
        "feed",
        "<rss><channel><item><link>https://news.example/1</link><pubDate>{}</pubDate></item></channel></rss>",
    ),
    "JSON": ("feed", '{{"items": [{{"url": "https://news.example/1", "date_published": "{}"}}]}}'),
    "sitemap": (
        "sitemap",
        '<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc>'
        "<n:news><n:publication_date>{}</n:publication_date></n:news></url></urlset>",
    ),
    "listing": ("listing", '<html><body><div class="i"><a href="/1">Talks</a><b>{}</b></div></body></html>'),
}
LISTING = {"item": ".i", "links": "a", "date": "b"}


@pytest.mark.parametrize("format", BODIES)
@pytest.mark.parametrize(
    ("text", "is_day_first", "timezone", "moment"),
    [
        ("3/4/2026 10:00 GMT", True, None, datetime(2026, 4, 3, 10, tzinfo=UTC)),
        ("3/4/2026 10:00 GMT", False, None, datetime(2026, 3, 4, 10, tzinfo=UTC)),
        ("3/4/2026 10:00 GMT", None, None, None),
        ("23/4/2026 10:00 GMT", None, None, datetime(2026, 4, 23, 10, tzinfo=UTC)),
        ("23 Apr 2026 10:00 IST", None, "Asia/Kolkata", datetime(2026, 4, 23, 4, 30, tzinfo=UTC)),
        ("23 Jan 2026 10:00 IST", None, "Asia/Jerusalem", datetime(2026, 1, 23, 8, tzinfo=UTC)),
        ("23 Apr 2026 10:00 IST", None, "Europe/Dublin", datetime(2026, 4, 23, 9, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_the_style_of_the_source(
    format: str, text: str, is_day_first: bool | None, timezone: str | None, moment: datetime | None
) -> None:
    kind, body = BODIES[format]
    options = LISTING if kind == "listing" else {}
    source = replace(feed("https://news.example/", kind, **options), is_day_first=is_day_first, timezone=timezone)
    (link,) = kind_of(kind).read(source, response(body.format(text), "https://news.example/")).links
    assert link.hints.published == moment
