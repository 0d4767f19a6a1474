"""Scrapy's options, made from Parley's settings."""

from __future__ import annotations

from typing import Any

from config.settings import Settings


def scrapy_options(settings: Settings) -> dict[str, Any]:
    """Return what Scrapy must be told so that it does what Parley's settings say."""
    middlewares = "scrapy.downloadermiddlewares"
    return {
        "BOT_NAME": "parley",
        "SPIDER_MODULES": ["crawler.spider"],
        "USER_AGENT": user_agent(settings.contact),
        "PARLEY_ALLOW_PRIVATE": list(settings.allow_private),
        "PARLEY_OBEY_ROBOTS": settings.obey_robots,
        "DOWNLOAD_DELAY": settings.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_REQUESTS": settings.concurrent_requests,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "REDIRECT_MAX_TIMES": 5,
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.guard.GuardMiddleware": 10,
            "crawler.robots.RobotsMiddleware": 100,
            f"{middlewares}.robotstxt.RobotsTxtMiddleware": None,
            f"{middlewares}.httpproxy.HttpProxyMiddleware": None,  # a proxy would connect past the guard
            f"{middlewares}.retry.RetryMiddleware": None,  # the frontier tries again, later and across restarts
            f"{middlewares}.cookies.CookiesMiddleware": None,
            f"{middlewares}.redirect.MetaRefreshMiddleware": None,
            f"{middlewares}.offsite.OffsiteMiddleware": None,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,  # on by default since 2.19: a server that executes Python
        "LOGSTATS_INTERVAL": 0,
        "LOG_LEVEL": "WARNING",
    }


def user_agent(contact: str) -> str:
    """Return the name under which servers see us, with the operator's address when one is set."""
    return f"Parley/0.1 (+{contact})" if contact else "Parley/0.1 (discourse monitor)"
