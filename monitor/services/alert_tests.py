"""Back-tests of alert rules: what a rule would have sent, before it is saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.alerts import READINESS, Rule, Trigger, rule_from
from config.digests import DigestPlan, digest_from
from config.errors import ConfigError, WrongArgument
from crawler.archive.pages import first_collected
from indexer.alerts.events import HISTORY, days_before
from indexer.alerts.past import Past, read_past
from indexer.alerts.replay import hours, replay
from indexer.alerts.state import Message
from indexer.alerts.subject import mistakes, subject_of, unknown_channels
from indexer.trends.calendar import edges_between
from indexer.trends.counting import count
from monitor.alerts.configured import channel_names
from monitor.alerts.messages import to_document
from monitor.app import App
from monitor.documents.alerts import AlertDayDocument, AlertNeighbourDocument, AlertTestDocument
from monitor.documents.escapes import one_line
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.sentences import counted, span
from monitor.services.file_texts import content_of
from monitor.services.queries import diagnostics
from monitor.services.times import parse_span

SPAN = timedelta(days=60)
LONGEST = timedelta(days=400)
_LONGEST_TITLE = 80  # characters
UNTRIED: Mapping[Trigger, str] = {
    "source": "a rule about sources cannot be tried on the past, because the health of feeds is not kept",
}


def rule_of_text(app: App, id: str, text: str, *, label: str) -> Rule | DigestPlan:
    """Return the rule that a file with this text describes, or the digest: that has `every`, and no `on`.

    Args:
        label: how messages name the text.

    Raises:
        WrongArgument: every mistake in it.
    """
    content = content_of(text, label, removal="this file removes a rule")
    if "every" in content and "on" not in content:
        return _digest_of(app, id, content, label)
    return rule_of(app, id, content, label=label, field="text")


def _digest_of(app: App, id: str, content: Mapping[str, Any], label: str) -> DigestPlan:
    names = channel_names(app.settings.config)
    try:
        return digest_from(dict(content), id, label, lambda plan: tuple(unknown_channels(plan.to, names)))
    except ConfigError as wrong:
        raise WrongArgument(str(wrong), field="text") from None


def rule_of(app: App, id: str, content: Mapping[str, Any], *, label: str, field: str | None = None) -> Rule:
    """Return the rule with these keys, as a file in alerts/ has them.

    Raises:
        WrongArgument: every mistake in it.
    """
    try:
        return checked_rule(app, id, content, label=label)
    except ConfigError as wrong:
        raise WrongArgument(str(wrong), field=field) from None


def checked_rule(app: App, id: str, content: Mapping[str, Any], *, label: str) -> Rule:
    """Return the rule with these keys, as `rule_of` does.

    Raises:
        ConfigError: every mistake in it, one by one.
    """
    names = channel_names(app.settings.config)
    return rule_from(dict(content), id, label, lambda rule: tuple(mistakes(rule, app.context(), names)))


def title_of(content: Mapping[str, Any]) -> str:
    """Return the title of a rule that was given none: what it watches, in one line of at most 80 characters."""
    return one_line(str(content.get("theme") or content.get("query") or ""))[:_LONGEST_TITLE] or "Everything"


def try_rule(app: App, rule: Rule, *, since: str | None = None, until: str | None = None) -> AlertTestDocument:
    """Return what a rule would have sent.

    Args:
        since: start of the time it is tried on, as people write it; 60 days before its end without it.
        until: last day or moment of it; now without it.

    Raises:
        WrongArgument: the time is unusable, or the rule cannot be tried on the past.
        EngineError: the engine cannot be asked.
    """
    if rule.on in UNTRIED:
        raise WrongArgument(UNTRIED[rule.on], field="on")
    now, zone = datetime.now(UTC), rule.timezone or app.zone
    start, end = parse_span(since, until, now=now, zone=zone, default=SPAN)
    if end - start > LONGEST:
        raise WrongArgument("a rule can be tried on up to 400 days", field="since")
    with app.archive.database.read() as connection:
        began = first_collected(connection)
    trial = _Trial(app, rule, start, end, zone, began)
    messages = trial.messages(rule)
    return AlertTestDocument(
        rule=rule.id,
        title=rule.title,
        on=rule.on,
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        timezone=zone.key,
        collected_since=began,
        sentence=_sentence(messages, start, end, zone),
        messages=tuple(to_document(message, rule, app.zone, {}) for message in messages),
        days=tuple(trial.days(messages)),
        neighbours=tuple(trial.neighbours()),
        diagnostics=_remarks(app, rule),
    )


class _Trial:
    """A rule and the time it is tried on. The past is read once, and walked through for every sensitivity."""

    def __init__(
        self, app: App, rule: Rule, start: datetime, end: datetime, zone: ZoneInfo, began: datetime | None
    ) -> None:
        self._rule, self._zone, self._app = rule, zone, app
        self._ticks, self._subject = hours(start, end), subject_of(rule, app.context())
        self._edges = edges_between(start, end, "day", zone)
        days = days_before(end, zone, HISTORY + (end - start).days + 2)
        self._past = read_past(
            app.engine,
            self._subject,
            days=days,
            ticks=self._ticks,
            began=began or end,
            coverage=app.coverage(days),
        )

    def messages(self, rule: Rule) -> list[Message]:
        past: Past = self._past.again()
        return replay(rule, past, self._ticks, self._app.zone)

    def days(self, messages: Sequence[Message]) -> Iterator[AlertDayDocument]:
        stories = count(self._app.engine, self._subject.node, self._edges)
        sent = Counter(message.at.astimezone(self._zone).date() for message in messages)
        for edge, counted_day in zip(self._edges, stories, strict=False):
            start = edge.astimezone(self._zone)
            yield AlertDayDocument(start=start, stories=counted_day.stories, messages=sent[start.date()])

    def neighbours(self) -> Iterator[AlertNeighbourDocument]:
        for sensitivity in READINESS:
            if self._rule.on != "spike" or sensitivity == self._rule.sensitivity:
                continue
            messages = self.messages(replace(self._rule, sensitivity=sensitivity))
            days = dict.fromkeys(message.at.astimezone(self._zone).date() for message in messages)
            yield AlertNeighbourDocument(sensitivity=sensitivity, messages=len(messages), days=tuple(days))


def _sentence(messages: Sequence[Message], start: datetime, end: datetime, zone: ZoneInfo) -> str:
    last = end - timedelta(microseconds=1)
    days = span(start.astimezone(zone).date(), last.astimezone(zone).date())
    times = {0: "nothing", 1: "once", 2: "twice"}.get(len(messages), counted(len(messages), "time"))
    when = f"On {days}" if " to " not in days else f"From {days}"
    return f"{when} this rule would have told you {times}."


def _remarks(app: App, rule: Rule) -> tuple[QueryDiagnosticDocument, ...]:
    if rule.query is None:
        return ()
    return tuple(
        QueryDiagnosticDocument(query=rule.query, **dict(remark))
        for remark in diagnostics(app.query(rule.query).diagnostics)
    )
