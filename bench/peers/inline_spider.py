"""The pipeline most people write first: a Scrapy spider that calls trafilatura inline and writes JSON lines.

usage: python inline_spider.py FEEDS.json OUT.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from trafilatura import bare_extraction
from trafilatura.settings import Document


class Inline(scrapy.Spider):
    """Reads feeds, follows their links, extracts each page in the callback."""

    name = "inline"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for feed in json.loads(Path(sys.argv[1]).read_text()):
            yield scrapy.Request(feed, self.parse_feed)

    def parse_feed(self, response: Response) -> Iterator[scrapy.Request]:
        for link in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(link, self.parse_page)

    def parse_page(self, response: Response) -> Iterator[dict[str, object]]:
        document = bare_extraction(response.body, url=response.url, with_metadata=True)
        if isinstance(document, Document):
            yield document.as_dict() | {"body": None, "commentsbody": None}  # these are trees, which JSON cannot hold


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "FEEDS": {sys.argv[2]: {"format": "jsonlines"}},
            "LOG_LEVEL": "ERROR",
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": 0,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    process.crawl(Inline)
    process.start()
