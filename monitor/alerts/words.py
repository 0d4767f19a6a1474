"""What messages say: a title and sentences, in the words of the dashboard. What outlets write is quoted, never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.alerts import Readiness, Rule, Trigger
from indexer.alerts.state import Event, Message
from monitor.documents.alerts import AlertHeadlineDocument, AlertMessageDocument
from monitor.sentences import counted, percent, span, usual

_MICROSECOND = timedelta(microseconds=1)


def title(message: Message, rule: Rule, zone: ZoneInfo) -> str:
    """Return the title of a message: what happened, after the title of its rule."""
    if message.occasion == "event":
        return f"{rule.title}: {_short(message.events[0], zone)}"
    events = len(message.events) + message.left_out
    what = "daily digest" if message.occasion == "digest" else "during quiet hours"
    return f"{rule.title}: {what}, {counted(events, 'message')}"


def remarks(message: Message) -> list[str]:
    """Return what a message has to say of itself: that the rule sends digests now, and what was left out."""
    sentences = []
    if message.is_over_budget:
        sentences.append(f"This rule now sends a daily digest: {counted(message.fired, 'message')} this week.")
    if message.left_out:
        were = "was" if message.left_out == 1 else "were"
        sentences.append(
            f"{message.left_out:,} more {were} not sent, beyond the daily cap, while the rule was snoozed, "
            "or for want of room."
        )
    return sentences


def sentence(event: Event, rule: Rule, zone: ZoneInfo) -> str:
    """Return what happened, as a sentence."""
    return _SENTENCES[event.kind](event, rule, zone)


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
    if headline.published_precision == "day":
        return _day(headline.published, ZoneInfo("UTC"))
    return _moment(headline.published, zone)


def _short(event: Event, zone: ZoneInfo) -> str:
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
            feeds = len(event.feeds)
            return f"{event.feeds[0][0]} needs a look" if feeds == 1 else f"{counted(feeds, 'feed')} need a look"


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
    return f"No article{since}: silent for {_length(rule.silence)}. Other articles were collected meanwhile."


def _share(event: Event, rule: Rule, _zone: ZoneInfo) -> str:
    days = "today" if rule.days == 1 else f"in the last {rule.days} days"
    side = "above" if event.is_above else "below"
    return f"{percent(event.share, 0)} of all articles {days}, {side} the line of {rule.share:.3g}."


def _source(event: Event, _rule: Rule, _zone: ZoneInfo) -> str:
    return "; ".join(f"{feed}: {why}" for feed, why in event.feeds) + "."


_SENTENCES: Mapping[Trigger, Callable[[Event, Rule, ZoneInfo], str]] = {
    "spike": _spike,
    "more": _more,
    "story": _story,
    "silence": _silence,
    "share": _share,
    "source": _source,
}


def _when(event: Event, zone: ZoneInfo) -> str:
    """Return `on 20 November`, `from 20 to 23 November`, `on 20 November from 14:00 to 15:00`."""
    if event.start is None or event.end is None:
        return _day(event.at, zone)
    first, last = event.start.astimezone(zone), (event.end - _MICROSECOND).astimezone(zone)
    if event.end - event.start < timedelta(hours=20):
        return f"on {span(first.date(), first.date())} from {first:%H:%M} to {event.end.astimezone(zone):%H:%M}"
    days = span(first.date(), last.date())
    return f"on {days}" if first.date() == last.date() else f"from {days}"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{_day(moment, zone)}, {moment.astimezone(zone):%H:%M}"


def _length(span: timedelta) -> str:
    hours = round(span / timedelta(hours=1))
    return counted(hours // 24, "day") if hours % 24 == 0 else counted(hours, "hour")


def summary(rule: Rule, subject: str) -> str:
    """Return what a rule does, as a sentence.

    Args:
        subject: what it watches: `the theme Truce`, `the query "drone"`.
    """
    match rule.on:
        case "spike":
            return f"Tells of a spike of {subject}, {rule.sensitivity}: {FALSE_ALARMS[rule.sensitivity]}."
        case "more":
            bucket = "a day" if rule.per == "day" else "an hour"
            return f"Tells when {bucket} has more than {rule.more_than:,} stories about {subject}."
        case "story":
            return f"Tells of every new story about {subject}."
        case "silence":
            return f"Tells when nothing about {subject} was collected for {_length(rule.silence)}."
        case "share":
            days = "a day" if rule.days == 1 else f"{rule.days} days"
            return f"Tells when the share of {subject} over {days} crosses {rule.share:.3g}."
        case "source":
            return "Tells when a feed needs a look."


FALSE_ALARMS: Mapping[Readiness, str] = {
    "seldom": "about 1 false alarm a year",
    "balanced": "1 to 3 false alarms a year",
    "early": "3 to 8 false alarms a year",
}
"""What each sensitivity costs in counts without spikes; `python -m bench.spikes` measures it."""
