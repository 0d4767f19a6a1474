"""The pipeline most people write first: a Scrapy spider that calls trafilatura inline and writes JSON lines.

usage: python inline_spider.py FEEDS.json OUT.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from trafilatura import bare_extraction


class Inline(scrapy.Spider):
    """Reads feeds, follows their links, extracts each page in the callback."""

    name = "inline"

    async def start(self):
        for feed in json.loads(Path(sys.argv[1]).read_text()):
            yield scrapy.Request(feed, self.parse_feed)

    def parse_feed(self, response):
        for link in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(link, self.parse_page)

    def parse_page(self, response):
        found = bare_extraction(response.body, url=response.url, with_metadata=True)
        if found is not None:
            found.body = found.commentsbody = None  # trees, which no line of JSON holds
            yield found.as_dict()


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
