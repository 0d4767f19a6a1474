"""Alert rules, digests and channels: how they stand, what they sent, and trying a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from config.alerts import Rule
from config.errors import NotFound, RequestFailed, WrongArgument
from config.nearest import suggestion
from indexer.alerts.decide import WEEK
from indexer.alerts.state import fingerprint, from_json
from monitor.alerts import outbox
from monitor.alerts.channels import send
from monitor.alerts.configured import Configured, LiveRules
from monitor.alerts.failure import Failed
from monitor.alerts.outbox import Progress, Remembered, Standing
from monitor.alerts.summary import held_back, summary
from monitor.app import App
from monitor.documents.alerts import (
    AlertMessageDocument,
    AlertRuleDocument,
    AlertScopeDocument,
    AlertsDocument,
    ChannelDocument,
    DeliveryDocument,
    DigestPlanDocument,
    MessagesDocument,
    RuleState,
    SentMessageDocument,
)
from monitor.services.digest_plans import plan_document
from monitor.services.errors import problems

MONTH = timedelta(days=30)
_NOTHING = Standing(0, None, None, "")


def list_alerts(app: App) -> AlertsDocument:
    """Return all rules, digests and channels, and how they stand.

    Raises:
        ArchiveError: the archive cannot be read.
        ConfigError: the overlay folder does not exist.
    """
    now, live = datetime.now(UTC), LiveRules(app)
    remembered: Mapping[str, Remembered] = {}
    made: Mapping[str, Sequence[datetime]] = {}
    last: Mapping[str, datetime] = {}
    sent: Mapping[str, datetime] = {}
    standings: Mapping[str, Standing] = {}
    if app.has_archive:
        with app.archive.database.read() as connection:
            remembered, standings = outbox.remembered(connection), outbox.standings(connection)
            made, last = outbox.made_since(connection, now - MONTH), outbox.last_made(connection)
            sent = outbox.last_sent(connection)
    rules = tuple(
        _rule(app, rule, remembered.get(rule.id), made.get(rule.id, ()), last.get(rule.id), now)
        for rule in live.current.rules
    )
    return AlertsDocument(
        rules=rules,
        digests=tuple(
            plan_document(
                app,
                plan,
                now,
                last=last.get(plan.key),
                sent=sent.get(plan.key),
                snoozed_until=remembered[plan.key].snoozed_until if plan.key in remembered else None,
            )
            for plan in live.current.digests
        ),
        channels=_channels(live.current, standings),
        week=sum(rule.week for rule in rules),
        problems=problems(live.problems),
    )


def show_rule(app: App, id: str) -> AlertRuleDocument:
    """Return one rule, and how it stands.

    Raises:
        NotFound: there is no such rule.
        ArchiveError, ConfigError: as in `list_alerts`.
    """
    listed = list_alerts(app).rules
    rule = next((one for one in listed if one.id == id), None)
    if rule is None:
        raise unknown("rule", id, [one.id for one in listed])
    return rule


def show_plan(app: App, id: str) -> DigestPlanDocument:
    """Return one digest that is sent by itself, and how it stands.

    Raises:
        NotFound: there is no such digest.
        ArchiveError, ConfigError: as in `list_alerts`.
    """
    listed = list_alerts(app).digests
    plan = next((one for one in listed if one.id == id), None)
    if plan is None:
        raise unknown("digest", id, [one.id for one in listed])
    return plan


def list_messages(app: App, *, rule: str | None = None, limit: int = 20) -> MessagesDocument:
    """Return the newest messages, and where they went.

    Args:
        rule: id of the rule that made them; all without it.
        limit: most messages, 1 to 500.

    Raises:
        WrongArgument: the limit is out of range.
    """
    if not 1 <= limit <= 500:
        raise WrongArgument(f"1 to 500 messages can be listed, not {limit}", field="limit")
    if not app.has_archive:
        return MessagesDocument(messages=())
    with app.archive.database.read() as connection:
        messages = outbox.newest(connection, limit, rule)
        progress = outbox.progress(connection, [number for number, _ in messages])
    return MessagesDocument(
        messages=tuple(
            SentMessageDocument(
                message=message.model_copy(update={"digest": None}), deliveries=tuple(map(_delivery, progress[number]))
            )
            for number, message in messages
        )
    )


def send_test(app: App, channel: str) -> str:
    """Send a test message to a channel now, and return a sentence.

    Raises:
        NotFound: there is no such channel.
        RequestFailed: it was not accepted.
    """
    current = LiveRules(app).current
    known = current.channel(channel)
    if known is None:
        ids = sorted([*(one.id for one in current.channels), *current.unusable])
        if channel in current.unusable:
            raise NotFound(f"the file of the channel {channel} has a mistake; `parley check` names it", field="channel")
        raise unknown("channel", channel, ids)
    now = datetime.now(UTC)
    message = AlertMessageDocument(
        type="parley.alert",
        key=uuid4().hex,
        rule="test",
        title="A test message from Parley",
        at=now,
        occasion="event",
        events=(),
        left_out=0,
        remarks=("This message was sent by hand to try the channel.",),
    )
    try:
        send(known, message, names={}, zone=app.zone, now=now)
    except Failed as why:
        raise RequestFailed(f"the channel {channel} did not accept the message: {why.detail}") from None
    return f"The channel {channel} accepted a test message."


def rule_named(current: Configured, id: str) -> Rule:
    """Return the rule of that id.

    Raises:
        NotFound: there is none.
    """
    rule = current.rule(id)
    if rule is None:
        raise unknown("rule", id, [one.id for one in current.rules])
    return rule


def unknown(what: str, id: str, ids: Sequence[str]) -> NotFound:
    """Return the error for a rule, a digest or a channel that there is not."""
    return NotFound(f'there is no {what} "{id}"{suggestion(id, ids)} ({", ".join(ids) or "none"})', field=what)


def _rule(
    app: App,
    rule: Rule,
    known: Remembered | None,
    made: Sequence[datetime],
    last: datetime | None,
    now: datetime,
) -> AlertRuleDocument:
    state = from_json(known.state) if known and known.fingerprint == fingerprint(rule) else None
    snoozed = known.snoozed_until if known and known.snoozed_until and known.snoozed_until > now else None
    standing: RuleState = "watching" if state else "new"
    if state and state.is_digest:
        standing = "digest"
    return AlertRuleDocument(
        id=rule.id,
        title=rule.title,
        on=rule.on,
        sentence=summary(
            rule, {theme.id: theme.title for theme in app.themes}, {source.id: source.name for source in app.sources}
        ),
        theme=rule.theme,
        query=rule.query,
        scope=AlertScopeDocument(**asdict(rule.scope)),
        channels=rule.to,
        state="paused" if rule.paused else "snoozed" if snoozed else standing,
        seen=state.seen if state else None,
        snoozed_until=snoozed,
        last=last,
        waiting=len(state.waiting) if state else 0,
        held=tuple(held_back(rule, state)) if state else (),
        week=sum(now - moment < WEEK for moment in made),
        month=len(made),
        weekly_budget=rule.weekly_budget,
        daily_cap=rule.daily_cap,
        quiet=f"{rule.quiet.start:%H:%M}-{rule.quiet.end:%H:%M}" if rule.quiet else None,
        timezone=(rule.timezone or app.zone).key,
    )


def _channels(current: Configured, standings: Mapping[str, Standing]) -> tuple[ChannelDocument, ...]:
    known = {channel.id: channel for channel in current.channels}
    documents = []
    for id in sorted({*known, *current.unusable}):
        channel, standing = known.get(id), standings.get(id, _NOTHING)
        documents.append(
            ChannelDocument(
                id=id,
                title=channel.title if channel else id,
                kind=channel.scheme if channel else "",
                is_signed=bool(channel and channel.secret),
                waiting=standing.waiting,
                last=standing.last,
                failing_since=standing.failing_since,
                explanation=standing.detail if channel else "its file has a mistake",
            )
        )
    return tuple(documents)


def _delivery(progress: Progress) -> DeliveryDocument:
    is_open = progress.sent is None and not progress.given_up
    return DeliveryDocument(
        channel=progress.channel,
        state="sent" if progress.sent else "waiting" if is_open else "given_up",
        sent=progress.sent,
        next=progress.due if is_open else None,
        attempts=progress.attempts,
        explanation=progress.detail,
    )
