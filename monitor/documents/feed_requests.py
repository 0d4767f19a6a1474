"""Documents about what people want of the crawler: to poll a feed now, or to leave it alone."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, Moment, described

RequestState = Literal["none", "waiting", "polling", "held", "answered", "paused", "disabled"]


class FeedRequestDocument(Document):
    """What is wanted of one feed, and how far it is."""

    feed: str = described("id of the feed", example="bbc-world/1")
    state: RequestState = described(
        "`waiting` for the crawler, `polling`, `held` because its server asked to be left alone, `answered`, `paused`, "
        "`disabled` in its file, or `none` where nothing was wanted",
        example="waiting",
    )
    asked: Moment | None = described(
        "when somebody last wanted it polled at once, UTC; null if nobody did", example="2026-11-20T09:41:07+00:00"
    )
    paused: Moment | None = described("since when it is paused, UTC; null when it is not", example=None)
    explanation: str = described("the state in words", example="the crawler polls it in a moment")


class FeedRequestsDocument(Document):
    """What is wanted of several feeds."""

    feeds: tuple[FeedRequestDocument, ...] = described("the feeds, in the order of their files", example=[])
