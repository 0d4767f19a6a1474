"""Runs a user's own Scrapy spider from the folder `spiders/` of their configuration and passes its items on."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner

from config.errors import ArchiveError
from config.settings import Settings
from config.sources import Feed
from crawler.download.options import forced_options, polite_options
from crawler.kinds.spider import read_item, spider_file
from crawler.outcomes import Outcome
from crawler.page import RawPage
from crawler.parse.screen import RejectedInput

LONGEST = 20 * 60  # seconds one run may take
_BATCH = 50
Keep = Callable[[Sequence[RawPage]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiderRun:
    """The result of running a spider; `outcome` is `read` or `failed`, `detail` a sentence about it."""

    outcome: Outcome
    detail: str = ""
    items: int = 0
    new: int = 0
    bytes: int = 0


class SpiderMistake(Exception):
    """The file cannot be imported or does not define exactly one spider."""


async def run_own_spider(feed: Feed, settings: Settings, keep: Keep) -> SpiderRun:
    """Run the spider of a feed until it ends, passing its items on in batches.

    It gets its own Scrapy crawler in this process, with our address guard and pace; its `custom_settings` override ours.

    Raises:
        ArchiveError: its items could not be stored.
    """
    try:
        spider = _load(settings.config, str(feed.options["spider"]))
    except (Exception, SystemExit) as error:  # importing runs the user's code
        return SpiderRun(outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error}")
    crawler = AsyncCrawlerRunner(_options(settings)).create_crawler(spider)
    items = _Items(keep, settings.max_bytes)
    crawler.signals.connect(items.take, signal=signals.item_scraped)
    try:
        await crawler.crawl_async()
    except Exception as error:
        return SpiderRun(
            outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error}", items=items.count, new=items.new
        )
    items.flush()
    if items.error:
        raise items.error
    return items.result(crawler)


class _Items:
    def __init__(self, keep: Keep, max_bytes: int) -> None:
        self._keep, self._max_bytes = keep, max_bytes
        self._waiting: list[RawPage] = []
        self._refused: Counter[str] = Counter()
        self.error: ArchiveError | None = None
        self.count = self.new = self.bytes = 0

    def take(self, item: object) -> None:
        try:
            page = read_item(item, self._max_bytes)
        except RejectedInput as rejection:
            self._refused[rejection.outcome] += 1
            return
        self.count += 1
        self.bytes += len(page.body)
        self._waiting.append(page)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self.error or not waiting:
            return
        try:
            self.new += self._keep(waiting)
        except ArchiveError as error:
            self.error = error

    def result(self, crawler: scrapy.crawler.Crawler) -> SpiderRun:
        stats: dict[str, Any] = crawler.stats.get_stats()
        raised = [
            key.rpartition("/")[2] for key in stats if key.startswith("spider_exceptions/") and key[-5:] != "count"
        ]
        remarks = [f"it raised {', '.join(sorted(raised))}"] if raised else []
        remarks += [f"{count} of its items were rejected: {name}" for name, count in self._refused.items()]
        reason = stats.get("finish_reason")
        if reason != "finished":
            remarks.append(f"it ended with: {reason}")
        failed = (raised or self._refused or reason != "finished") and not self.count
        return SpiderRun(
            outcome=Outcome.FAILED if failed else Outcome.READ,
            detail="; ".join(remarks),
            items=self.count,
            new=self.new,
            bytes=self.bytes,
        )


def _options(settings: Settings) -> scrapy.settings.Settings:
    options = scrapy.settings.Settings(polite_options(settings) | {"CLOSESPIDER_TIMEOUT": LONGEST})
    forced = forced_options(settings)
    # In the base, which the spider's own middlewares are added to instead of replacing ours.
    forced["DOWNLOADER_MIDDLEWARES_BASE"] = {
        **options.getdict("DOWNLOADER_MIDDLEWARES_BASE"),
        **options.getdict("DOWNLOADER_MIDDLEWARES"),
    }
    for name, value in forced.items():
        options.set(name, value, priority="cmdline")
    return options


def _load(folder: Path | None, name: str) -> type[scrapy.Spider]:
    try:
        path = spider_file(name, folder)
    except ValueError as missing:
        raise SpiderMistake(str(missing)) from None
    spec = importlib.util.spec_from_file_location(f"parley_spiders.{name}", path)
    if spec is None or spec.loader is None:
        raise SpiderMistake(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look up what their fields are
    spec.loader.exec_module(module)
    spiders = [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, scrapy.Spider) and value.__module__ == module.__name__
    ]
    if len(spiders) != 1:
        raise SpiderMistake(f"{path} defines {len(spiders)} spiders instead of one")
    return spiders[0]
