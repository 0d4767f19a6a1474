"""Rules and digests that send nothing for a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from config.digests import DIGESTS
from config.errors import NotFound
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.services.alerts import unknown
from monitor.services.times import parse_future


def snooze(app: App, key: str, until: str | None) -> datetime | None:
    """Let a rule or a digest send nothing until a time, and return it; None ends that at once.

    Args:
        key: id of a rule, or `digests/` and the id of a digest.

    Raises:
        NotFound: there is no such rule or digest.
        WrongArgument: it is no time, or not in the future.
    """
    now, keys = datetime.now(UTC), _keys(app)
    if key not in keys:
        raise _unknown(key, keys)
    moment = parse_future(until, now=now, zone=app.zone, field="until") if until else None
    with app.archive.database.write() as connection:
        outbox.snooze(connection, key, moment)
    return moment


def snooze_all(app: App, until: str | None) -> datetime | None:
    """Let every rule and every digest send nothing until a time, and return it.

    None ends that at once, also for what was snoozed alone.

    Raises:
        WrongArgument: it is no time, or not in the future.
    """
    now, keys = datetime.now(UTC), _keys(app)
    moment = parse_future(until, now=now, zone=app.zone, field="until") if until else None
    if keys:
        with app.archive.database.write() as connection:
            for key in keys:
                outbox.snooze(connection, key, moment)
    return moment


def _unknown(key: str, keys: Sequence[str]) -> NotFound:
    is_digest = key.startswith(DIGESTS)
    return unknown(
        "digest" if is_digest else "rule", key, [one for one in keys if one.startswith(DIGESTS) is is_digest]
    )


def _keys(app: App) -> Sequence[str]:
    current = LiveRules(app).current
    return [*(rule.id for rule in current.rules), *(plan.key for plan in current.digests)]
