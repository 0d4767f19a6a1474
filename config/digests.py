"""Digests as configured: one TOML file in digests/ for each digest that is sent by itself.

What a file refers to (channels) is checked by whoever knows it; docs/alerts.md describes the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from config.forms import Mistake, describe, read_each
from config.last_good import NO_TEXTS, Report, Texts
from config.shape import Shape, Text, Title, choose

Every = Literal["day", "week"]

DIGESTS = "digests/"  # before the id of a digest, among ids of rules
_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAYS = {"day": 1, "week": 7}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """Which digest is sent when, and where to.

    Attributes:
        every: `day` for the day before, `week` on Mondays for the week before.
        at: as a clock on the wall of the installation shows it.
        to: ids of channels; without any, digests are only kept.
        paused: whether none is made until the file says otherwise.
    """

    id: str
    title: str
    every: Every
    at: time
    to: tuple[str, ...] = ()
    paused: bool = False

    @property
    def key(self) -> str:
        """Its name among what is stored for rules, which have no slash in theirs."""
        return f"{DIGESTS}{self.id}"

    def last_due(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the last time up to a moment at which it was to be sent, UTC."""
        return max(due for day in self._days_around(moment, zone) if (due := self._due(day, zone)) <= moment)

    def next_due(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the first time after a moment at which it is to be sent, UTC."""
        return min(due for day in self._days_around(moment, zone) if (due := self._due(day, zone)) > moment)

    def first_day(self, due: datetime, zone: ZoneInfo) -> date:
        """Return the first day of the period that the digest of that time is about."""
        return due.astimezone(zone).date() - _DAYS[self.every] * _DAY

    def _days_around(self, moment: datetime, zone: ZoneInfo) -> list[date]:
        today = moment.astimezone(zone).date()
        days = (today + step * _DAY for step in range(-8, 9))
        return [day for day in days if self.every == "day" or day.weekday() == 0]

    def _due(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, self.at, zone).astimezone(UTC)


Examine = Callable[[DigestPlan], Sequence[Mistake]]  # returns each mistake that this package cannot know


def read_digests(
    folder: Path | None, last_good: Texts = NO_TEXTS, examine: Examine = lambda _: ()
) -> tuple[tuple[DigestPlan, ...], Report]:
    """Return the digests sorted by id, and how their files were read. A file with a mistake is used in its last good form.

    Args:
        examine: finds the mistakes that depend on channels.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    return read_each("digests", folder, DigestFile, last_good, _plan, lambda plan, _: examine(plan))


def digest_from(content: dict[str, Any], id: str, label: str, examine: Examine) -> DigestPlan:
    """Return the digest that a file with this content would describe.

    Args:
        label: the name of the file in messages.

    Raises:
        ConfigError: every mistake in it.
    """
    return describe(content, id, label, DigestFile, _plan, lambda plan, _: examine(plan))


def _check_every(value: str) -> str:
    return choose(value, get_args(Every), "period")


def _check_at(value: str) -> str:
    if not _AT.fullmatch(value):
        raise ValueError(f'"{value}" is not a time of day such as "08:00"')
    return value


class DigestFile(Shape):
    """The keys of digests/<id>.toml."""

    title: Title = Field(examples=["The week for the desk"])
    every: Annotated[str, AfterValidator(_check_every)] = Field(examples=["week"])
    at: Annotated[str, AfterValidator(_check_at)] = "08:00"
    to: list[Text] = Field(default_factory=list)
    paused: bool = False


def _plan(id: str, shape: DigestFile) -> DigestPlan:
    hour, minute = map(int, shape.at.split(":"))
    return DigestPlan(
        id=id,
        title=shape.title,
        every=shape.every,  # type: ignore[arg-type]  # checked by the validator
        at=time(hour, minute),
        to=tuple(dict.fromkeys(shape.to)),
        paused=shape.paused,
    )
