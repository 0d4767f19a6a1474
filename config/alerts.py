"""Alert rules as configured: one TOML file per rule in alerts/.

What a rule refers to (a theme, a query, sources, channels) is checked by whoever knows it; docs/alerts.md describes the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from config.forms import Mistake, describe, read_each
from config.last_good import NO_TEXTS, Report, Texts
from config.schedule import parse_every
from config.shape import Language, Shape, Text, Title, choose
from config.sources import check_class, check_country, check_timezone

Trigger = Literal["spike", "more", "story", "silence", "source", "share"]
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
Readiness = Literal["seldom", "balanced", "early"]
READINESS: tuple[Readiness, ...] = get_args(Readiness)
Per = Literal["day", "hour"]

_QUIET = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
_SILENCE = timedelta(days=2)
LONGEST_SILENCE = timedelta(days=30)
HIGHEST_BUDGET = 1_000  # messages a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a rule is limited to; an empty tuple limits nothing."""

    sources: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of a day in which no message is sent, as a clock on the wall shows them; they may span midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What somebody wants to be told, how often, and where.

    Attributes:
        theme: id of the theme it watches; None where it watches a query, everything or sources.
        query: text of the query it watches; None where it watches a theme, everything or sources.
        sensitivity: how readily a spike is reported.
        more_than: so many stories in a day or hour (`per`) are not told yet.
        silence: how long without an article is told.
        share: the line that a share crosses, 0 to 1, over so many `days`.
        to: ids of channels; without any, messages are only kept.
        timezone: of quiet hours and days; None for that of the installation.
        daily_cap: the most messages in a day.
        weekly_budget: with more messages than this in seven days, the rule sends a daily digest instead.
        paused: whether it sends nothing until its file says otherwise.
    """

    id: str
    title: str
    on: Trigger
    theme: str | None = None
    query: str | None = None
    scope: Scope = Scope()
    sensitivity: Readiness = "balanced"
    more_than: int = 0
    per: Per = "day"
    silence: timedelta = _SILENCE
    share: float = 0.0
    days: int = 7
    to: tuple[str, ...] = ()
    quiet: Quiet | None = None
    timezone: ZoneInfo | None = None
    daily_cap: int = 20
    weekly_budget: int = 10
    paused: bool = False


Examine = Callable[[Rule], Sequence[Mistake]]  # returns each mistake that this package cannot know


def read_rules(
    folder: Path | None, last_good: Texts = NO_TEXTS, examine: Examine = lambda _: ()
) -> tuple[tuple[Rule, ...], Report]:
    """Return the rules sorted by id, and how their files were read. A file with a mistake is used in its last good form.

    Args:
        examine: finds the mistakes that depend on themes, sources and channels.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    return read_each("alerts", folder, RuleFile, last_good, _rule, _all_mistakes(examine))


def rule_from(content: dict[str, Any], id: str, label: str, examine: Examine) -> Rule:
    """Return the rule that a file with this content would describe.

    Args:
        label: the name of the file in messages.

    Raises:
        ConfigError: every mistake in it.
    """
    return describe(content, id, label, RuleFile, _rule, _all_mistakes(examine))


def _all_mistakes(examine: Examine) -> Callable[[Rule, RuleFile], Sequence[Mistake]]:
    return lambda rule, shape: (*_mistakes(rule, shape), *examine(rule))


def _check_trigger(value: str) -> str:
    return choose(value, TRIGGERS, "trigger")


def _check_readiness(value: str) -> str:
    return choose(value, READINESS, "sensitivity")


def _check_per(value: str) -> str:
    return choose(value, get_args(Per), "bucket")


def _check_quiet(value: str) -> str:
    parts = _QUIET.fullmatch(value)
    if parts is None:
        raise ValueError(f'"{value}" is not a span of hours such as "22:00-07:00"')
    if parts.group(1, 2) == parts.group(3, 4):
        raise ValueError(f'"{value}" starts when it ends; leave it out to have no quiet hours')
    return value


def _check_silence(value: str) -> str:
    with suppress(ValueError):  # whose message tells of seconds and minutes
        if parse_every(value) % 3_600 == 0:
            return value
    raise ValueError(f'"{value}" is not a number of hours or days, such as "12h" or "2d", up to "30d"')


class _ScopeTable(Shape):
    """The keys of `[scope]`."""

    sources: list[Text] = Field(default_factory=list)
    classes: list[Annotated[str, AfterValidator(check_class)]] = Field(default_factory=list)
    languages: list[Language] = Field(default_factory=list)
    countries: list[Annotated[str, AfterValidator(check_country)]] = Field(default_factory=list)


class RuleFile(Shape):
    """The keys of alerts/<id>.toml."""

    title: Title = Field(examples=["A truce is talked about more than usual"])
    on: Annotated[Text, AfterValidator(_check_trigger)] = Field(examples=["spike"])
    theme: Text | None = None
    query: Text | None = None
    scope: _ScopeTable = Field(default_factory=_ScopeTable)
    sensitivity: Annotated[str, AfterValidator(_check_readiness)] = "balanced"
    more_than: int | None = Field(default=None, ge=0, le=100_000)
    per: Annotated[str, AfterValidator(_check_per)] = "day"
    silence: Annotated[str, AfterValidator(_check_silence)] | None = None
    share: float | None = Field(default=None, gt=0, lt=1)
    days: int = Field(default=7, ge=1, le=90)
    to: list[Text] = Field(default_factory=list)
    quiet: Annotated[str, AfterValidator(_check_quiet)] | None = None
    timezone: Annotated[str, AfterValidator(check_timezone)] | None = None
    daily_cap: int = Field(default=20, ge=1, le=1_000)
    weekly_budget: int = Field(default=10, ge=1, le=HIGHEST_BUDGET)
    paused: bool = False

    @field_validator("query")
    @classmethod
    def _check_alone(cls, query: str | None, given: ValidationInfo) -> str | None:
        if query and given.data.get("theme"):
            raise ValueError('"theme" is set as well; keep one of the two')
        return query


OWN: dict[str, Trigger] = {
    "sensitivity": "spike",
    "more_than": "more",
    "per": "more",
    "silence": "silence",
    "share": "share",
    "days": "share",
}
"""Key of a file → the only trigger that it is for."""

_NEEDED: dict[Trigger, tuple[str, str]] = {"more": ("more_than", "10"), "share": ("share", "0.2")}


def _mistakes(rule: Rule, shape: RuleFile) -> Iterator[Mistake]:
    """Yield what does not fit together."""
    for key, trigger in OWN.items():
        if key in shape.model_fields_set and rule.on != trigger:
            yield Mistake(f'{key}: is only for rules with on = "{trigger}"; this one has on = "{rule.on}"', key)
    if rule.on in _NEEDED and getattr(shape, _NEEDED[rule.on][0]) is None:
        key, example = _NEEDED[rule.on]
        yield Mistake(f'"{key}" is missing; for example {key} = {example}', key)
    watches = rule.theme or rule.query
    if rule.on == "source" and watches:
        yield Mistake("a rule about sources watches no theme and no query; limit it with [scope] sources = [...]", "on")
    if rule.on == "share" and not watches:
        yield Mistake('"theme" or "query" is missing: a share is of one of them', "theme")


def _rule(id: str, shape: RuleFile) -> Rule:
    scope = shape.scope
    return Rule(
        id=id,
        title=shape.title,
        on=shape.on,  # type: ignore[arg-type]  # checked by the validator, as are the two below
        theme=shape.theme,
        query=shape.query,
        scope=Scope(
            sources=tuple(scope.sources),
            classes=tuple(scope.classes),
            languages=tuple(scope.languages),
            countries=tuple(scope.countries),
        ),
        sensitivity=shape.sensitivity,  # type: ignore[arg-type]
        more_than=shape.more_than or 0,
        per=shape.per,  # type: ignore[arg-type]
        silence=timedelta(seconds=parse_every(shape.silence)) if shape.silence else _SILENCE,
        share=shape.share or 0.0,
        days=shape.days,
        to=tuple(dict.fromkeys(shape.to)),
        quiet=_quiet(shape.quiet),
        timezone=ZoneInfo(shape.timezone) if shape.timezone else None,
        daily_cap=shape.daily_cap,
        weekly_budget=shape.weekly_budget,
        paused=shape.paused,
    )


def _quiet(text: str | None) -> Quiet | None:
    parts = _QUIET.fullmatch(text or "")
    if parts is None:
        return None
    first, second, third, fourth = map(int, parts.groups())
    return Quiet(time(first, second), time(third, fourth))
