"""A feed reader that misbehaves, importable by the parser process, which loads this module and nothing else of the tests."""

from __future__ import annotations

import os

from config.sources import Feed
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult


def misbehave(feed: Feed, response: FeedResponse) -> FeedResult:
    """Hang, die or answer in the parser process, as the body says."""
    if response.body == b"hang":
        while True:
            pass
    if response.body == b"die":
        os.abort()
    return FeedResult(outcome=Outcome.READ)
