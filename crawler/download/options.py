"""Scrapy's options, made from Parley's settings."""

from __future__ import annotations

from typing import Any

from config.settings import Settings
from crawler.download.chain import SOON

_MIDDLEWARES = "scrapy.downloadermiddlewares"
_OURS: dict[str, int | None] = {
    "crawler.download.guard.GuardMiddleware": 10,
    "crawler.download.robots.RobotsMiddleware": 100,
    "crawler.download.unpacking.UnpackingMiddleware": 590,
    f"{_MIDDLEWARES}.httpcompression.HttpCompressionMiddleware": None,
    f"{_MIDDLEWARES}.robotstxt.RobotsTxtMiddleware": None,
    f"{_MIDDLEWARES}.httpproxy.HttpProxyMiddleware": None,  # would use a proxy from the environment, past the guard
}
_WITHOUT: dict[str, int | None] = {  # servers that execute Python; not even loaded, which would take a tenth of a start
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
_REPLACED: dict[str, int | None] = {
    f"{_MIDDLEWARES}.retry.RetryMiddleware": None,  # the frontier retries later, also after a restart
    f"{_MIDDLEWARES}.cookies.CookiesMiddleware": None,
    "crawler.download.chain.ChainCookiesMiddleware": 700,
    f"{_MIDDLEWARES}.redirect.MetaRefreshMiddleware": None,
    "crawler.download.chain.SoonRefreshMiddleware": 580,
    f"{_MIDDLEWARES}.offsite.OffsiteMiddleware": None,
}


def scrapy_options(settings: Settings) -> dict[str, Any]:
    """Return Scrapy's options for the long-running spider."""
    return polite_options(settings) | {"DOWNLOADER_MIDDLEWARES": _OURS | _REPLACED}


def polite_options(settings: Settings) -> dict[str, Any]:
    """Return the Scrapy options of every crawler, from Parley's settings."""
    return {
        "BOT_NAME": "parley",
        "USER_AGENT": user_agent(settings.contact),
        # No Accept-Language: Scrapy's default is English, which changes the language of some sites.
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
        **forced_options(settings),
        "DOWNLOAD_DELAY": 0.0,  # our handler keeps the delay; Scrapy's counts from when a request is queued for connecting
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_REQUESTS": settings.concurrent_requests,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": SOON,
        "DOWNLOADER_MIDDLEWARES": _OURS,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "EXTENSIONS": _WITHOUT,
        "LOGSTATS_INTERVAL": 0,
        "LOG_LEVEL": "WARNING",
    }


def forced_options(settings: Settings) -> dict[str, Any]:
    """Return the options that a user's own spider cannot change either: they protect servers and the whole process."""
    return {
        "PARLEY_DATA": str(settings.data),
        "PARLEY_DELAY": settings.delay,
        "PARLEY_PROXY": settings.proxy,
        "PARLEY_OBEY_ROBOTS": settings.obey_robots,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.download.handler.PoliteDownloadHandler"),
        # The whole process shares one resolver: an address allowed for one spider would be allowed for every request.
        "PARLEY_ALLOW_PRIVATE": list(settings.allow_private),
    }


def user_agent(contact: str) -> str:
    """Return the user agent, with the operator's address if one is set."""
    return f"Parley/0.1 (+{contact})" if contact else "Parley/0.1 (discourse monitor)"
