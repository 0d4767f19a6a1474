"""The settings module that Scrapy imports for `scrapy list` and `scrapy crawl`; see scrapy.cfg."""

from __future__ import annotations

from config.settings import load_settings
from crawler.download.options import scrapy_options

globals().update(scrapy_options(load_settings()), SPIDER_MODULES=["crawler.scrapy_entry"])
