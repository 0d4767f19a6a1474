"""Messages about feeds name them as pages do: by their source and their address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.alerts import Rule
from config.sources import Feed, Source
from indexer.alerts.state import Event, Message
from monitor.alerts.messages import feed_names, to_document
from monitor.alerts.words import remarks
from monitor.documents.alerts import AlertMessageDocument

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def source(id: str, name: str, **feeds: str) -> Source:
    """Return a source with feeds: name → address."""
    made = tuple(Feed(id=f"{id}/{feed}", source=id, url=url, kind="feed") for feed, url in feeds.items())
    return Source(id=id, name=name, country="GB", language="en", source_class="state", feeds=made)


SOURCES = (
    source("gazette", "The Faded Gazette", a="https://a.example/rss"),
    source("post", "The Post", x="https://x.example/rss", y="https://y.example/rss"),
)
RULE = Rule(id="feeds", title="Feeds", on="source")


def message(feeds: tuple[tuple[str, str], ...]) -> Message:
    event = Event(kind="source", at=AT, feeds=feeds)
    return Message(
        rule="feeds",
        key="a",
        at=AT,
        occasion="event",
        events=(event,),
        left_out=0,
        capped=0,
        snoozed=0,
        is_over_budget=False,
        fired=1,
    )


def told(*feeds: tuple[str, str]) -> AlertMessageDocument:
    return to_document(message(feeds), RULE, ZoneInfo("UTC"), feed_names(SOURCES))


@pytest.mark.parametrize(
    ("feeds", "title", "sentence"),
    [
        (
            [("gazette/a", "it answers with a web page.")],
            "Feeds: The Faded Gazette needs a look",
            "The Faded Gazette (https://a.example/rss): it answers with a web page.",
        ),
        (
            [("post/y", "status 500")],
            "Feeds: The Post (https://y.example/rss) needs a look",
            "The Post (https://y.example/rss): status 500.",
        ),
        ([("gone/z", "status 500")], "Feeds: gone/z needs a look", "gone/z: status 500."),
        (
            [("post/x", "status 500"), ("post/y", "status 404")],
            "Feeds: 2 feeds need a look",
            "The Post (https://x.example/rss): status 500; The Post (https://y.example/rss): status 404.",
        ),
    ],
)
def test_a_feed_is_named_by_its_source_and_address(feeds: list[tuple[str, str]], title: str, sentence: str) -> None:
    document = told(*feeds)
    assert (document.title, document.events[0].sentence) == (title, sentence)
    assert [one.feed for one in document.events[0].feeds] == [id for id, _ in feeds]


def test_a_message_that_was_stored_before_feeds_had_names_is_still_read() -> None:
    stored = told(("gone/z", "status 500")).model_dump(mode="json", exclude={"beyond_cap", "while_snoozed"})
    for one in stored["events"][0]["feeds"]:
        del one["source"], one["url"]
    assert AlertMessageDocument.model_validate(stored).events[0].feeds[0].source is None


@pytest.mark.parametrize(("fired", "words"), [(11, "11 messages"), (1_001, "more than 1,000 messages")])
def test_a_rule_over_its_budget_says_how_many_messages_there_were(fired: int, words: str) -> None:
    over = replace(message((("gone/z", "status 500"),)), is_over_budget=True, fired=fired)
    assert remarks(over) == [f"This rule now sends a daily digest: {words} this week."]
