"""The spider for `scrapy list` and `scrapy crawl`, which collects according to the settings of the process."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from config.errors import ParleyError
from config.last_good import LastGood
from config.logs import get_logger, start_logging
from config.settings import Settings, keep_settings, load_settings
from config.sources import Source, read_sources
from crawler import kinds
from crawler.archive.archive import open_archive
from crawler.download.fetch import Fetcher
from crawler.download.spider import ParleySpider
from crawler.presence import only_one
from crawler.run import Collecting

log = get_logger(__name__)


class ConfiguredSpider(ParleySpider):
    """Collects according to the settings of this process.

    Args:
        source: ids of the sources to collect from, comma-separated: `scrapy crawl parley -a source=bbc,dw`.
        once: any value but an empty one makes it end when nothing is due: `scrapy crawl parley -a once=1`.
    """

    def __init__(self, source: str = "", once: str = "", **rest: Any) -> None:
        source_ids = {name.strip() for name in source.split(",")} if source else None
        super().__init__(work=partial(collect_as_configured, source_ids=source_ids, once=bool(once)), **rest)


async def collect_as_configured(fetch: Fetcher, *, source_ids: Collection[str] | None, once: bool) -> None:
    """Collect for `scrapy crawl`, according to the settings of this process; log the error that stops it."""
    try:
        settings = load_settings()
        start_logging(settings.log_level, settings.log_format)
        sources = _sources(settings)
        with only_one(settings.data, "crawler"):
            archive = open_archive(settings.data)
            keep_settings(settings)
            collecting = Collecting(settings, archive, sources, once=once, source_ids=source_ids)
            await collecting(fetch)
    except ParleyError as error:
        log.error(str(error))
        return
    if isinstance(collecting.error, ParleyError):
        log.error(str(collecting.error))
    elif collecting.error:
        raise collecting.error


def _sources(settings: Settings) -> tuple[Source, ...]:
    """Return the sources, with the last good form of each file that has a mistake, which is logged."""
    last_good = LastGood(settings.data, "sources", is_writable=True)
    folder = settings.config
    sources, report = read_sources(folder, kinds.checks(folder), settings.shipped_sources, last_good.texts)
    for problem in (*settings.report.all_problems, *report.all_problems):
        log.warning(str(problem))
    last_good.keep(report.texts)
    return sources
