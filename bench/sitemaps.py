"""Cost of the largest lawful sitemaps: `python -m bench.sitemaps`.

Prints seconds of CPU time and the largest use of memory for 50,000 addresses, plain and with four pictures each.
"""

from __future__ import annotations

import resource
import time

from config.sources import Feed
from crawler.kinds.sitemap import read
from crawler.limits import SITEMAP_BYTES
from crawler.page import FeedResponse

URL = "https://example.org/sitemap.xml"
FEED = Feed(id="bench/1", source="bench", url=URL, kind="sitemap")
ADDRESSES = 50_000
HEAD = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
RECORD = (
    "<url><loc>https://example.org/world/talks-{n}</loc><lastmod>2026-{month:02}-{day:02}T10:15:00+03:00</lastmod>"
    "<changefreq>daily</changefreq><priority>0.5</priority>{more}</url>"
)
PICTURE = (
    "<image:image><image:loc>https://cdn.example.org/{n}.jpg</image:loc><image:title>Talks</image:title></image:image>"
)


def sitemap(pictures: int) -> bytes:
    """Return a sitemap with 50,000 addresses and so many pictures at each."""
    records = (
        RECORD.format(n=n, month=1 + n % 9, day=1 + n % 28, more=PICTURE.format(n=n) * pictures)
        for n in range(ADDRESSES)
    )
    return f"{HEAD}{''.join(records)}</urlset>".encode()


def main() -> None:
    """Measure and print."""
    for pictures in (0, 4):
        body = sitemap(pictures)
        response = FeedResponse(url=URL, status=200, content_type="application/xml", body=body, max_bytes=SITEMAP_BYTES)
        began = time.process_time()
        result = read(FEED, response)
        seconds = time.process_time() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(
            f"{len(body) / 1e6:5.1f} MB, {pictures} pictures: {seconds:.2f} s, {memory:.0f} MB, {len(result.links):,} links"
        )


if __name__ == "__main__":
    main()
