"""Messages as documents: what webhooks receive, what is stored, and what the other channels' texts are made of."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from config.alerts import Rule
from indexer.alerts.known import Headline
from indexer.alerts.state import Event, Message
from monitor.alerts import words
from monitor.documents.alerts import (
    AlertEventDocument,
    AlertFeedDocument,
    AlertHeadlineDocument,
    AlertMessageDocument,
)


def to_document(message: Message, rule: Rule, zone: ZoneInfo) -> AlertMessageDocument:
    """Return a message as a document.

    Args:
        zone: of the installation, for a rule without its own.
    """
    zone = rule.timezone or zone
    return AlertMessageDocument(
        type="parley.alert",
        key=message.key,
        rule=rule.id,
        title=words.title(message, rule, zone),
        at=message.at,
        occasion=message.occasion,
        events=tuple(_event(event, rule, zone) for event in message.events),
        left_out=message.left_out,
        remarks=tuple(words.remarks(message)),
    )


def _event(event: Event, rule: Rule, zone: ZoneInfo) -> AlertEventDocument:
    return AlertEventDocument(
        kind=event.kind,
        at=event.at,
        sentence=words.sentence(event, rule, zone),
        start=event.start,
        end=event.end,
        stories=event.stories,
        expected=event.expected,
        share=event.share,
        feeds=tuple(AlertFeedDocument(feed=feed, explanation=why) for feed, why in event.feeds),
        headlines=tuple(map(_headline, event.headlines)),
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
