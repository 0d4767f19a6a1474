"""Documents about alerts: what rules tell, would have told, and how they and their channels stand."""

from __future__ import annotations

from datetime import date
from typing import Literal

from config.alerts import Readiness, Trigger
from config.digests import Every
from crawler.page import Precision
from indexer.alerts.state import Occasion
from monitor.documents.base import Document, Moment, described
from monitor.documents.digests import DigestDocument
from monitor.documents.errors import ProblemDocument
from monitor.documents.queries import QueryDiagnosticDocument

RuleState = Literal["new", "watching", "digest", "snoozed", "paused"]
PlanState = Literal["planned", "snoozed", "paused"]
DeliveryState = Literal["waiting", "sent", "given_up"]


class AlertHeadlineDocument(Document):
    """An article in a message."""

    id: str = described("id of the article", example="0d4f6a3e9c1b58d27e40f1a6b3c95d82")
    title: str | None = described("title as the outlet wrote it", example="Truce holds on the third day")
    url: str = described("its address", example="https://news.example/truce-holds")
    source: str = described("id of its source", example="bbc-world")
    language: str | None = described("ISO 639-1 code", example="en")
    published: Moment | None = described("when it was published; noon UTC where only the day is known", example=None)
    published_precision: Precision | None = described(
        "how exactly that is known; null without a date", example="second"
    )
    collected: Moment = described("when Parley learnt of it", example="2026-11-20T07:52:10+00:00")


class AlertFeedDocument(Document):
    """A feed that needs a look."""

    feed: str = described("id of the feed", example="bbc-world/rss")
    source: str | None = described("name of its source; null for one that was removed", example=None, default=None)
    url: str | None = described("its address", example=None, default=None)
    explanation: str = described("why, in a sentence", example="answers with a web page, not a feed")


class AlertEventDocument(Document):
    """Something a rule watches for."""

    kind: Trigger = described("what the rule watches for", example="spike")
    at: Moment = described("when it was noticed", example="2026-11-20T08:00:00+00:00")
    sentence: str = described("what happened", example="On 20 November there were 9 stories; about one would be usual.")
    start: Moment | None = described(
        "start of the spike, day, hour or silence; when a story was published", example="2026-11-20T00:00:00+00:00"
    )
    end: Moment | None = described("first moment after it", example="2026-11-21T00:00:00+00:00")
    stories: int = described("stories in it", example=9)
    expected: float = described("stories that would be usual, for a spike", example=1.2, unit="stories")
    share: float = described("share that crossed the line", example=0.0, unit="fraction, 0 to 1")
    feeds: tuple[AlertFeedDocument, ...] = described("feeds that need a look", example=[])
    headlines: tuple[AlertHeadlineDocument, ...] = described(
        "the new story, or the stories that most articles carried", example=[]
    )


class AlertMessageDocument(Document):
    """A message of a rule, or a digest: what webhooks receive."""

    type: Literal["parley.alert", "parley.digest"] = described(
        "whether a rule or a digest was due", example="parley.alert"
    )
    key: str = described("the same whenever the same thing is sent again", example="5f2b90c7a1d34e68b7c0d9e8f1a2b3c4")
    rule: str = described("id of the rule; `digests/` and the id for a digest", example="truce-spikes")
    title: str = described("title of the message", example="Truce: 9 stories on 20 November")
    at: Moment = described("when it was decided", example="2026-11-20T08:00:00+00:00")
    occasion: Occasion = described(
        "one event, several that were held back in quiet hours, or a digest", example="event"
    )
    events: tuple[AlertEventDocument, ...] = described("what happened, oldest first", example=[])
    left_out: int = described("events in no message since the last one", example=0)
    beyond_cap: int = described("of these, beyond the daily cap", example=0, default=0)
    while_snoozed: int = described("of these, while the rule was snoozed or paused", example=0, default=0)
    remarks: tuple[str, ...] = described("what the message says of itself", example=[])
    digest: DigestDocument | None = described(
        "the digest; null in messages of rules and in lists", example=None, default=None
    )


class AlertNeighbourDocument(Document):
    """What the same rule would have sent at another sensitivity."""

    sensitivity: Readiness = described("the sensitivity", example="early")
    messages: int = described("messages it would have sent", example=3)
    days: tuple[date, ...] = described("the days on which it would have sent them", example=["2026-11-20"])


class AlertDayDocument(Document):
    """A day of the time a rule was tried on."""

    start: Moment = described("when it begins", example="2026-11-20T00:00:00+00:00")
    stories: int = described("stories that the rule watches, by their day of publication", example=9)
    messages: int = described("messages it would have sent on that day", example=1)


class AlertTestDocument(Document):
    """What a rule would have sent."""

    rule: str = described("id of the rule", example="truce-spikes")
    title: str = described("its title", example="Truce spikes")
    on: Trigger = described("what it watches for", example="spike")
    start: Moment = described("start of the time it was tried on", example="2026-09-27T00:00:00+00:00")
    end: Moment = described("end of it", example="2026-11-26T18:10:00+00:00")
    timezone: str = described("time zone of its days and quiet hours", example="UTC")
    collected_since: Moment | None = described(
        "when Parley first collected anything; before that, articles count as known when they were published",
        example="2026-08-01T09:00:00+00:00",
    )
    sentence: str = described(
        "the result in a sentence", example="From 27 September to 26 November this rule would have told you once."
    )
    messages: tuple[AlertMessageDocument, ...] = described("the messages, oldest first", example=[])
    days: tuple[AlertDayDocument, ...] = described("the days of the time it was tried on, in order", example=[])
    neighbours: tuple[AlertNeighbourDocument, ...] = described(
        "the other sensitivities, for spikes; empty for other rules", example=[]
    )
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the query", example=[])


class DeliveryDocument(Document):
    """How far a message is on its way to a channel."""

    channel: str = described("id of the channel", example="desk")
    state: DeliveryState = described("whether it was sent", example="sent")
    sent: Moment | None = described("when; null while it was not", example="2026-11-20T08:00:03+00:00")
    next: Moment | None = described("when it is tried again; null where it is not", example=None)
    attempts: int = described("attempts so far", example=1)
    explanation: str = described("why the last attempt failed; empty if it did not", example="")


class SentMessageDocument(Document):
    """A message that was made, and where it went."""

    message: AlertMessageDocument = described("the message", example={})
    deliveries: tuple[DeliveryDocument, ...] = described("one for each channel of its rule", example=[])


class AlertScopeDocument(Document):
    """What a rule is limited to; an empty list limits nothing."""

    sources: tuple[str, ...] = described("ids of sources", example=["tass"])
    classes: tuple[str, ...] = described("classes of sources", example=["state"])
    languages: tuple[str, ...] = described("ISO 639-1 codes", example=["ru"])
    countries: tuple[str, ...] = described("ISO 3166 codes of the countries of sources", example=["RU"])


class AlertRuleDocument(Document):
    """A rule and how it stands."""

    id: str = described("id of the rule, the name of its file", example="truce-spikes")
    title: str = described("its title", example="Truce spikes")
    on: Trigger = described("what it watches for", example="spike")
    sentence: str = described(
        "what it does and what it is limited to, in sentences",
        example="Tells of a spike of the theme Truce, balanced: 1 to 3 false alarms a year. Limited to articles in Russian.",
    )
    theme: str | None = described("id of the theme it watches", example="truce")
    query: str | None = described("query it watches", example=None)
    scope: AlertScopeDocument = described("what it is limited to", example={})
    channels: tuple[str, ...] = described(
        "ids of its channels; without any, its messages are only kept", example=["desk"]
    )
    state: RuleState = described("how it stands; `paused` in its file", example="watching")
    seen: Moment | None = described(
        "everything collected before this was looked at; null before the first look",
        example="2026-11-26T18:09:40+00:00",
    )
    snoozed_until: Moment | None = described("until when it sends nothing; null if it is not snoozed", example=None)
    last: Moment | None = described("when its last message was made", example="2026-11-20T08:00:00+00:00")
    waiting: int = described("events held back in quiet hours or for the next digest", example=0)
    held: tuple[str, ...] = described(
        "what was noticed and not sent since the last message, and why, in sentences",
        example=["2 events wait for the end of the quiet hours, 22:00 to 07:00."],
    )
    week: int = described("messages in the last seven days", example=2)
    month: int = described("messages in the last thirty days", example=5)
    weekly_budget: int = described("messages a week from which on it sends a daily digest", example=10)
    daily_cap: int = described("the most messages in a day", example=20)
    quiet: str | None = described("hours in which it sends nothing; null without any", example="22:00-07:00")
    timezone: str = described("time zone of its days and quiet hours", example="Europe/Berlin")


class DigestPlanDocument(Document):
    """A digest that is sent by itself, and how it stands."""

    id: str = described("id of the digest, the name of its file", example="weekly")
    title: str = described("its title", example="The week for the desk")
    every: Every = described("whether it is about the day or the week before", example="week")
    sentence: str = described(
        "what is sent when, in a sentence", example="Sends what moved in the week before, every Monday at 08:00 UTC."
    )
    channels: tuple[str, ...] = described(
        "ids of its channels; without any, its digests are only kept", example=["desk"]
    )
    last: Moment | None = described("when the last one was made", example="2026-11-23T08:00:04+00:00")
    sent: Moment | None = described(
        "when a channel last accepted one; null where none did", example="2026-11-23T08:00:09+00:00"
    )
    state: PlanState = described("how it stands; `paused` in its file", example="planned")
    snoozed_until: Moment | None = described("until when none is made; null if it is not snoozed", example=None)
    next: tuple[Moment, ...] = described(
        "when the next ones are made; empty while its file pauses it", example=["2026-11-30T08:00:00+00:00"]
    )


class ChannelDocument(Document):
    """A channel and how it stands. Its address is secret and nowhere in here."""

    id: str = described("id of the channel, the name of its file", example="desk")
    title: str = described("its title", example="The desk")
    kind: str = described("scheme of its address; empty while its file has a mistake", example="mailtos")
    is_signed: bool = described("whether it is a webhook whose messages are signed", example=False)
    waiting: int = described("messages that wait to be sent", example=0)
    last: Moment | None = described("when a message was last sent", example="2026-11-20T08:00:03+00:00")
    failing_since: Moment | None = described("since when every attempt failed; null if it works", example=None)
    explanation: str = described("why it fails; empty if it does not", example="")


class ChannelTestDocument(Document):
    """A channel that accepted a test message."""

    channel: str = described("id of the channel", example="desk")
    sentence: str = described("what happened", example="The channel desk accepted a test message.")


class AlertsDocument(Document):
    """All rules, digests and channels."""

    rules: tuple[AlertRuleDocument, ...] = described("the rules, by id", example=[])
    digests: tuple[DigestPlanDocument, ...] = described("the digests that are sent, by id", example=[])
    channels: tuple[ChannelDocument, ...] = described("the channels, by id", example=[])
    week: int = described("messages in the last seven days", example=2)
    problems: tuple[ProblemDocument, ...] = described("mistakes in the files of rules and channels", example=[])


class MessagesDocument(Document):
    """Messages that were made, newest first."""

    messages: tuple[SentMessageDocument, ...] = described("the messages", example=[])
