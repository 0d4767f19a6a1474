"""What messages say: a title and sentences, in the words of the dashboard. What outlets write is quoted, never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.alerts import HIGHEST_BUDGET, Rule, Trigger
from indexer.alerts.state import Event, Message
from monitor.alerts.summary import length, reasons
from monitor.documents.alerts import AlertHeadlineDocument, AlertMessageDocument
from monitor.sentences import counted, day_of, local_time, percent, span, usual

_MICROSECOND = timedelta(microseconds=1)


class FeedName(NamedTuple):
    """What people know a feed by.

    Attributes:
        source: name of its source.
        url: its address.
        is_alone: whether its source has no other feed.
    """

    source: str
    url: str
    is_alone: bool


FeedNames = Mapping[str, FeedName]  # id of a feed → its name


def title(message: Message, rule: Rule, zone: ZoneInfo, feeds: FeedNames) -> str:
    """Return the title of a message: what happened, after the title of its rule."""
    if message.occasion == "event":
        return f"{rule.title}: {_short(message.events[0], zone, feeds)}"
    events = len(message.events) + message.left_out
    what = "daily digest" if message.occasion == "digest" else "during quiet hours"
    return f"{rule.title}: {what}, {counted(events, 'message')}"


def remarks(message: Message) -> list[str]:
    """Return what a message has to say of itself: that the rule sends digests now, and what was left out."""
    sentences = []
    if message.is_over_budget:
        fired = min(message.fired, HIGHEST_BUDGET)
        more = "more than " if message.fired > fired else ""
        sentences.append(f"This rule now sends a daily digest: {more}{counted(fired, 'message')} this week.")
    if message.left_out:
        were = "was" if message.left_out == 1 else "were"
        why = reasons(message.left_out, message.capped, message.snoozed)
        sentences.append(f"{message.left_out:,} more {were} not sent: {why}.")
    return sentences


def sentence(event: Event, rule: Rule, zone: ZoneInfo, feeds: FeedNames) -> str:
    """Return what happened, as a sentence."""
    return _source(event, feeds) if event.kind == "source" else _SENTENCES[event.kind](event, rule, zone)


def body(message: AlertMessageDocument, sources: Mapping[str, str], zone: ZoneInfo) -> str:
    """Return a message as plain text.

    Args:
        sources: id → name.
    """
    parts = list(message.remarks)
    for event in message.events:
        lines = [] if event.kind == "story" else [event.sentence]
        parts.append("\n".join([*lines, *(_line(headline, sources, zone) for headline in event.headlines)]))
    return "\n\n".join(parts)


def _line(headline: AlertHeadlineDocument, sources: Mapping[str, str], zone: ZoneInfo) -> str:
    outlet = sources.get(headline.source, headline.source)
    return f"{headline.title or 'Without a title'} ({outlet}, {_published(headline, zone)})\n{headline.url}"


def _published(headline: AlertHeadlineDocument, zone: ZoneInfo) -> str:
    if headline.published is None:
        return "no date"
    local = local_time(headline.published, headline.published_precision, zone)
    return day_of(local) if headline.published_precision == "day" else f"{day_of(local)}, {local:%H:%M}"


def _short(event: Event, zone: ZoneInfo, names: FeedNames) -> str:
    match event.kind:
        case "spike" | "more":
            return f"{counted(event.stories, 'story', 'stories')} {_when(event, zone)}"
        case "story":
            return event.headlines[0].title or "a new story without a title"
        case "silence":
            return "nothing new" if event.start is None else f"nothing since {_moment(event.start, zone)}"
        case "share":
            return f"{percent(event.share, 0)} of all articles"
        case "source":
            several = len(event.feeds)
            if several == 1:
                id, _ = event.feeds[0]
                known = names.get(id)
                name = known.source if known and known.is_alone else _named(id, names)
                return f"{name} needs a look"
            return f"{several:,} feeds need a look"


def _named(feed: str, names: FeedNames) -> str:
    """Return `The Faded Gazette (https://gazette.example/feed)`; its id for a feed that was removed meanwhile."""
    known = names.get(feed)
    return f"{known.source} ({known.url})" if known else feed


def _spike(event: Event, _rule: Rule, zone: ZoneInfo) -> str:
    when = _when(event, zone)
    were = "was" if event.stories == 1 else "were"
    stories = counted(event.stories, "story", "stories")
    return f"{when[0].upper()}{when[1:]} there {were} {stories}; {usual(event.expected)}."


def _more(event: Event, rule: Rule, zone: ZoneInfo) -> str:
    when = _when(event, zone)
    were = "was" if event.stories == 1 else "were"
    stories = counted(event.stories, "story", "stories")
    return f"{when[0].upper()}{when[1:]} there {were} {stories} so far, more than {rule.more_than:,}."


def _story(event: Event, _rule: Rule, _zone: ZoneInfo) -> str:
    return "A new story."


def _silence(event: Event, rule: Rule, zone: ZoneInfo) -> str:
    since = f" since {_moment(event.start, zone)}" if event.start else ""
    return f"No article{since}: silent for {length(rule.silence)}. Other articles were collected meanwhile."


def _share(event: Event, rule: Rule, _zone: ZoneInfo) -> str:
    days = "today" if rule.days == 1 else f"in the last {rule.days} days"
    side = "above" if event.is_above else "below"
    return f"{percent(event.share, 0)} of all articles {days}, {side} the line of {rule.share:.3g}."


def _source(event: Event, names: FeedNames) -> str:
    return "; ".join(f"{_named(feed, names)}: {why.rstrip('.')}" for feed, why in event.feeds) + "."


_SENTENCES: Mapping[Trigger, Callable[[Event, Rule, ZoneInfo], str]] = {
    "spike": _spike,
    "more": _more,
    "story": _story,
    "silence": _silence,
    "share": _share,
}


def _when(event: Event, zone: ZoneInfo) -> str:
    """Return `on 20 November`, `from 20 to 23 November`, `on 20 November from 14:00 to 15:00`."""
    if event.start is None or event.end is None:
        return day_of(event.at.astimezone(zone))
    first, last = event.start.astimezone(zone), (event.end - _MICROSECOND).astimezone(zone)
    if event.end - event.start < timedelta(hours=20):
        return f"on {span(first.date(), first.date())} from {first:%H:%M} to {event.end.astimezone(zone):%H:%M}"
    days = span(first.date(), last.date())
    return f"on {days}" if first.date() == last.date() else f"from {days}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{day_of(local)}, {local:%H:%M}"
