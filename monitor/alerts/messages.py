"""Messages as documents: what webhooks receive, what is stored, and what the other channels' texts are made of."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from config.alerts import Rule
from config.sources import Source
from indexer.alerts.known import Headline
from indexer.alerts.state import Event, Message
from monitor.alerts import words
from monitor.alerts.words import FeedName, FeedNames
from monitor.documents.alerts import (
    AlertEventDocument,
    AlertFeedDocument,
    AlertHeadlineDocument,
    AlertMessageDocument,
)


def feed_names(sources: Iterable[Source]) -> FeedNames:
    """Return the names of all feeds of these sources."""
    return {
        feed.id: FeedName(source.name, feed.url, len(source.feeds) == 1) for source in sources for feed in source.feeds
    }


def to_document(message: Message, rule: Rule, zone: ZoneInfo, feeds: FeedNames) -> AlertMessageDocument:
    """Return a message as a document.

    Args:
        zone: of the installation, for a rule without its own.
        feeds: the names of those that a message may be about.
    """
    zone = rule.timezone or zone
    return AlertMessageDocument(
        type="parley.alert",
        key=message.key,
        rule=rule.id,
        title=words.title(message, rule, zone, feeds),
        at=message.at,
        occasion=message.occasion,
        events=tuple(_event(event, rule, zone, feeds) for event in message.events),
        left_out=message.left_out,
        beyond_cap=message.capped,
        while_snoozed=message.snoozed,
        remarks=tuple(words.remarks(message)),
    )


def _event(event: Event, rule: Rule, zone: ZoneInfo, feeds: FeedNames) -> AlertEventDocument:
    return AlertEventDocument(
        kind=event.kind,
        at=event.at,
        sentence=words.sentence(event, rule, zone, feeds),
        start=event.start,
        end=event.end,
        stories=event.stories,
        expected=event.expected,
        share=event.share,
        feeds=tuple(_feed(id, why, feeds.get(id)) for id, why in event.feeds),
        headlines=tuple(map(_headline, event.headlines)),
    )


def _feed(id: str, why: str, name: FeedName | None) -> AlertFeedDocument:
    return AlertFeedDocument(
        feed=id, source=name.source if name else None, url=name.url if name else None, explanation=why
    )


def _headline(row: Headline) -> AlertHeadlineDocument:
    return AlertHeadlineDocument(
        id=row.id,
        title=row.title,
        url=row.url,
        source=row.source,
        language=row.language,
        published=row.published,
        published_precision=row.precision,
        collected=row.collected,
    )
