"""The outbox: what rules remember, the messages they made, and how far each is on its way to each channel.

A message is recorded in the transaction that records what its rule remembers, before anything is sent. A delivery is marked after
it was sent. So a process that is killed in between loses no message; it may send one twice, with the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from crawler.archive import clock
from crawler.archive.database import NEVER_REUSED, UTCDateTime, metadata
from monitor.documents.alerts import AlertMessageDocument

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER, GIVE_UP_ATTEMPTS = timedelta(days=7), 24  # of failures; a machine that slept for a week has tried little
FAILS_AFTER = timedelta(days=1)  # of failures, after which the status names a channel

rules = Table(
    "alert_rules",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False, info={"neutral": "''"}),
    Column("state", Text, nullable=False, info={"neutral": "''"}),
    Column("snoozed_until", UTCDateTime),
)
messages = Table(
    "alert_messages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True, info={"neutral": "'damaged ' || number"}),
    Column("rule", Text, nullable=False, info={"neutral": "''"}),
    Column("made", UTCDateTime, nullable=False, index=True, info={"neutral": 0}),
    Column("document", Text, nullable=False, info={"neutral": "''"}),
    **NEVER_REUSED,
)
deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("message", ForeignKey(messages.c.number), nullable=False, index=True),
    Column("channel", Text, nullable=False, info={"neutral": "''"}),
    Column("attempts", Integer, nullable=False, info={"between": (0, 1_000_000), "neutral": 0}),
    Column("due", UTCDateTime, nullable=False, info={"neutral": 0}),
    Column("failed_since", UTCDateTime),
    Column("sent", UTCDateTime),
    Column("given_up", Boolean, nullable=False, info={"neutral": 1}),
    Column("detail", Text, nullable=False, info={"neutral": "''"}),
    Index("alert_deliveries_open", "due", sqlite_where=text("sent IS NULL AND NOT given_up")),
    **NEVER_REUSED,
)

_OPEN = deliveries.c.sent.is_(None) & ~deliveries.c.given_up


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a rule remembers, as it is stored."""

    fingerprint: str
    state: str
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that is to be sent to a channel."""

    number: int
    channel: str
    attempts: int
    failed_since: datetime | None
    message: AlertMessageDocument


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands.

    Attributes:
        failing_since: since when every attempt failed; None if it works.
    """

    waiting: int
    last: datetime | None
    failing_since: datetime | None
    detail: str


def remembered(connection: Connection) -> dict[str, Remembered]:
    """Return rule → what it remembers."""
    return {
        row.rule: Remembered(row.fingerprint, row.state, row.snoozed_until) for row in connection.execute(select(rules))
    }


def record(
    connection: Connection,
    rule: str,
    fingerprint: str,
    state: str,
    made: Sequence[AlertMessageDocument],
    channels: Sequence[str],
) -> None:
    """Record what a rule remembers and the messages it made; one that is recorded already is not sent again."""
    known = connection.execute(select(rules.c.rule).where(rules.c.rule == rule)).first()
    values = {"fingerprint": fingerprint, "state": state}
    if known:
        connection.execute(update(rules).where(rules.c.rule == rule).values(values))
    else:
        connection.execute(insert(rules).values(rule=rule, snoozed_until=None, **values))
    for message in made:
        add(connection, message, channels)


def add(connection: Connection, message: AlertMessageDocument, channels: Sequence[str]) -> None:
    """Record a message that is to be sent to these channels, unless it is recorded already."""
    if connection.execute(select(messages.c.number).where(messages.c.key == message.key)).first():
        return
    row = {"key": message.key, "rule": message.rule, "made": message.at, "document": message.model_dump_json()}
    number = connection.execute(insert(messages).values(row).returning(messages.c.number)).scalar_one()
    for channel in channels:
        values = {"message": number, "channel": channel, "attempts": 0, "due": message.at, "given_up": False}
        connection.execute(insert(deliveries).values(**values, detail=""))


def take_due(connection: Connection, now: datetime, limit: int = 100) -> list[Delivery]:
    """Return the deliveries that are to be attempted now, oldest first; damaged ones are given up.

    While nothing goes through to a channel, everything that waits for it waits for the end of its pause.

    Args:
        limit: most deliveries for one channel, so that what waits for one does not hide the others.
    """
    _forget_future(connection, now)
    place = func.row_number().over(partition_by=deliveries.c.channel, order_by=deliveries.c.number)
    is_due = _OPEN & (deliveries.c.due <= now) & deliveries.c.channel.not_in(_resting(connection, now))
    due = select(deliveries.c.number, place.label("place")).where(is_due).subquery()
    query = (
        select(deliveries, messages.c.document)
        .join(messages, messages.c.number == deliveries.c.message)
        .join(due, due.c.number == deliveries.c.number)
        .where(due.c.place <= limit)
        .order_by(deliveries.c.number)
    )
    waiting = []
    for row in connection.execute(query).all():
        message = _document(row.document)
        if message is None:
            lost = {"given_up": True, "detail": "what was to be sent is damaged"}
            connection.execute(update(deliveries).where(deliveries.c.number == row.number).values(lost))
        else:
            waiting.append(Delivery(row.number, row.channel, row.attempts, row.failed_since, message))
    return waiting


def _forget_future(connection: Connection, now: datetime) -> None:
    """Let failures of a clock that was ahead be of now, so that no channel rests until that time comes."""
    of_future = update(deliveries).where(_OPEN, deliveries.c.failed_since > now)
    connection.execute(of_future.values(failed_since=now, due=now))


def mark_sent(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Record that a message was sent; what the channel did not accept while nothing went through is due at once."""
    since = _failing_since(connection, delivery.channel)
    values = {"sent": now, "attempts": delivery.attempts + 1, "detail": "", "failed_since": None}
    connection.execute(update(deliveries).where(deliveries.c.number == delivery.number).values(values))
    if since:
        others = update(deliveries).where(_OPEN, deliveries.c.channel == delivery.channel)
        connection.execute(others.where(deliveries.c.failed_since >= since).values(due=now))


def mark_failed(
    connection: Connection, delivery: Delivery, now: datetime, detail: str, wait: timedelta | None = None
) -> None:
    """Record a failed attempt, and when to try again.

    After seven days of failures, and at least 24 of them, the message is given up, unless the clock has just jumped ahead.

    Args:
        wait: as the channel asked for; the usual one without it.
    """
    since = delivery.failed_since or now
    of_channel = now - (_failing_since(connection, delivery.channel) or now)  # so that its pauses double, see `pause`
    values = {
        "attempts": delivery.attempts + 1,
        "failed_since": since,
        "due": now + max(pause(delivery.attempts), min(max(of_channel, wait or FIRST_WAIT), LONGEST_WAIT)),
        "given_up": now - since > GIVE_UP_AFTER
        and delivery.attempts + 1 >= GIVE_UP_ATTEMPTS
        and not clock.doubt(connection, now),
        "detail": detail,
    }
    connection.execute(update(deliveries).where(deliveries.c.number == delivery.number).values(values))


def pause(attempts: int) -> timedelta:
    """Return how long to wait after a failure, doubled with each, up to an hour."""
    return min(FIRST_WAIT * (1 << min(attempts, 10)), LONGEST_WAIT)


def snooze(connection: Connection, rule: str, until: datetime | None) -> None:
    """Let a rule send nothing until then; None ends that."""
    known = connection.execute(select(rules.c.rule).where(rules.c.rule == rule)).first()
    if known:
        connection.execute(update(rules).where(rules.c.rule == rule).values(snoozed_until=until))
    else:
        connection.execute(insert(rules).values(rule=rule, fingerprint="", state="", snoozed_until=until))


def made_since(connection: Connection, moment: datetime) -> dict[str, list[datetime]]:
    """Return rule → when its messages were made since then, oldest first."""
    query = select(messages.c.rule, messages.c.made).where(messages.c.made >= moment).order_by(messages.c.number)
    result: dict[str, list[datetime]] = {}
    for row in connection.execute(query):
        result.setdefault(row.rule, []).append(row.made)
    return result


def last_made(connection: Connection) -> Mapping[str, datetime]:
    """Return rule → when its last message was made."""
    newest = select(messages.c.rule, func.max(messages.c.made).label("made")).group_by(messages.c.rule)
    return {row.rule: row.made for row in connection.execute(newest)}


def last_sent(connection: Connection) -> Mapping[str, datetime]:
    """Return rule → when one of its messages was last accepted by a channel."""
    query = select(messages.c.rule, func.max(deliveries.c.sent).label("sent")).join(
        deliveries, deliveries.c.message == messages.c.number
    )
    accepted = query.where(deliveries.c.sent.is_not(None)).group_by(messages.c.rule)
    return {row.rule: row.sent for row in connection.execute(accepted)}


def standings(connection: Connection) -> dict[str, Standing]:
    """Return channel → how it stands, for every channel that a message was made for."""
    query = select(
        deliveries.c.channel,
        func.count().filter(_OPEN).label("waiting"),
        func.max(deliveries.c.sent).label("last"),
        func.max(deliveries.c.detail).filter(_OPEN).label("detail"),
    ).group_by(deliveries.c.channel)
    return {
        row.channel: Standing(row.waiting, row.last, _failing_since(connection, row.channel), row.detail or "")
        for row in connection.execute(query).all()
    }


def _failing_since(connection: Connection, channel: str) -> datetime | None:
    """Return the first failure after which nothing went through to a channel; None where something did."""
    of_channel = deliveries.c.channel == channel
    last = connection.execute(select(func.max(deliveries.c.sent)).where(of_channel)).scalar()
    failed = select(func.min(deliveries.c.failed_since)).where(_OPEN, of_channel)
    return connection.execute(failed.where(deliveries.c.failed_since >= last) if last else failed).scalar()


def _resting(connection: Connection, now: datetime) -> list[str]:
    """Return the channels to which nothing went through since a failure whose pause is not over."""
    pausing = select(deliveries.c.channel, func.max(deliveries.c.failed_since).label("failed")).where(
        _OPEN, deliveries.c.failed_since.is_not(None), deliveries.c.due > now
    )
    resting = []
    for row in connection.execute(pausing.group_by(deliveries.c.channel)).all():
        since = _failing_since(connection, row.channel)
        if since and since <= row.failed:
            resting.append(row.channel)
    return resting


def failures(connection: Connection, now: datetime) -> list[str]:
    """Return a sentence for each channel to which nothing could be sent for a day."""
    return [
        f"the channel {channel} fails since {standing.failing_since:%Y-%m-%d %H:%M} UTC ({standing.detail}), and "
        f"{standing.waiting:,} {'message waits' if standing.waiting == 1 else 'messages wait'} for it; "
        f"`parley alerts send-test {channel}` tries it"
        for channel, standing in standings(connection).items()
        if standing.failing_since and now - standing.failing_since >= FAILS_AFTER
    ]


def newest(connection: Connection, limit: int, rule: str | None = None) -> list[tuple[int, AlertMessageDocument]]:
    """Return the newest messages with their numbers, of one rule or of all."""
    query = select(messages.c.number, messages.c.document).order_by(messages.c.number.desc()).limit(limit)
    if rule is not None:
        query = query.where(messages.c.rule == rule)
    rows = ((row.number, _document(row.document)) for row in connection.execute(query))
    return [(number, document) for number, document in rows if document is not None]


def _document(text: str) -> AlertMessageDocument | None:
    """Return a stored message; None for one that the disk changed, or that a newer Parley wrote."""
    try:
        return AlertMessageDocument.model_validate_json(text)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a message is on its way to a channel."""

    channel: str
    attempts: int
    due: datetime
    sent: datetime | None
    given_up: bool
    detail: str


def progress(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Progress]]:
    """Return message → how far it is on its way to each of its channels."""
    query = select(deliveries).where(deliveries.c.message.in_(numbers)).order_by(deliveries.c.number)
    result: dict[int, list[Progress]] = {number: [] for number in numbers}
    for row in connection.execute(query):
        one = Progress(row.channel, row.attempts, row.due, row.sent, bool(row.given_up), row.detail)
        result[row.message].append(one)
    return result
