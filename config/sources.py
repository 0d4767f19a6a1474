"""Sources and their feeds, as configured: one TOML file per source in sources/."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from config.errors import ConfigError, Problem
from config.forms import LEFT_OUT, Choices, Form, read_choices
from config.languages import is_day_first
from config.last_good import KEPT, NO_TEXTS, Report, Texts
from config.nearest import suggestion
from config.schedule import DEFAULT_EVERY, check_cron, parse_every
from config.shape import Language, Name, Shape, Text, choose
from config.web_address import check_url, slug
from config.zones import zone_names

SourceClass = Literal["state", "independent", "public", "wire", "institution", "think tank", "military", "aggregator"]
CLASSES: tuple[SourceClass, ...] = get_args(SourceClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address of a source that lists articles.

    Attributes:
        id: `<source>/<name>`, unique. The name is given or derived from the address, and does not depend on other feeds.
        every: seconds between polls; None when `cron` is given instead.
        cron: five-field cron expression in UTC; None when `every` is given.
        options: validated options of the kind, such as the selectors of a listing.
        enabled: False for a feed that is kept but not polled; `reason` says why.
        verified: the last day on which someone confirmed that the address works.
        is_day_first: whether `3/4/2026` is in April for its source; None when that is unknown.
        timezone: IANA name of the zone of its source, whose own abbreviations, such as IST, its dates may use; None when unknown.
    """

    id: str
    source: str
    url: str
    kind: str
    every: float | None = None
    cron: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    reason: str = ""
    verified: date | None = None
    is_day_first: bool | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet or institution whose articles are collected."""

    id: str
    name: str
    country: str  # ISO 3166-1 alpha-2, or "EU", "UN"
    language: str  # ISO 639-1, the main language of its articles
    source_class: SourceClass
    feeds: tuple[Feed, ...]
    homepage: str = ""
    note: str = ""
    timezone: str | None = None  # IANA name, of the times that its feeds and pages write without a zone


FeedCheck = Callable[[Feed], Sequence[str]]  # returns a sentence for each mistake in the options of a feed


def load_sources(
    folder: Path | None, kinds: Mapping[str, FeedCheck], shipped: Collection[str] | None = None
) -> tuple[Source, ...]:
    """Return the shipped sources and those of the overlay folder, sorted by id.

    Args:
        kinds: see `read_sources`.
        shipped: see `read_sources`.

    Raises:
        ConfigError: every mistake in every file.
    """
    sources, report = read_sources(folder, kinds, shipped)
    if report.problems:
        raise ConfigError(report.problems)
    return sources


def read_sources(
    folder: Path | None,
    kinds: Mapping[str, FeedCheck],
    shipped: Collection[str] | None = None,
    last_good: Texts = NO_TEXTS,
) -> tuple[tuple[Source, ...], Report]:
    """Return the sources sorted by id, and how their files were read.

    A file with a mistake is used in its last good form. Without one its good feeds are used, if it has any.

    Args:
        kinds: the known feed kinds, each with a check of its own options. A disabled feed may be of an unknown kind.
        shipped: ids of the shipped sources to use; None for all of them.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    choices, problems = read_choices("sources", folder, _SourceFile, last_good, shipped=shipped, kinds=kinds)
    reader = _Reader(kinds)
    # A file that did not change comes first: of two with the same feed the newer one is at fault.
    for choice in sorted(choices, key=lambda choice: not choice.is_known):
        reader.read(choice, last_good)
    sources = sorted(reader.sources, key=lambda source: source.id)
    report = Report(problems=(*problems, *reader.problems), remedies=tuple(reader.remedies), texts=reader.texts)
    return tuple(sources), report


class _Reader:
    """Takes the files of sources one by one, each in its first form without a mistake."""

    def __init__(self, kinds: Mapping[str, FeedCheck]) -> None:
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self.remedies: list[Problem] = []
        self.texts: dict[str, str] = {}
        self._kinds = kinds
        self._seen: dict[str, str] = {}  # each feed's id and address → its place

    def read(self, choices: Choices[_SourceFile], last_good: Texts) -> None:
        """Take the source of a file."""
        attempts = [self._attempt(choices, form) for form in choices.forms]
        mistakes = choices.problems or tuple(problem for _, problem in (attempts[0].wrong if attempts else ()))
        self.problems += mistakes
        good = next((attempt for attempt in attempts if not attempt.wrong), None)
        if good:
            self.texts[choices.key], self._seen = good.text, good.places
            self.sources += () if good.source is None else (good.source,)
        elif choices.key in last_good:
            self.texts[choices.key] = last_good[choices.key]
        if mistakes:
            remedy = KEPT if good else self._take_part(choices, attempts)
            self.remedies.append(Problem(choices.file.label, remedy))

    def _attempt(self, choices: Choices[_SourceFile], form: Form[_SourceFile]) -> _Attempt:
        source = None if form.content is None else _source(choices.file.name, form.content)
        places = dict(self._seen)
        wrong = list(_feed_problems(source, choices.file.label, self._kinds, places)) if source else []
        return _Attempt(form.text, source, tuple(wrong), places)

    def _take_part(self, choices: Choices[_SourceFile], attempts: Sequence[_Attempt]) -> str:
        """Use the feeds without a mistake of a file of which no form is good, and return what was done."""
        for attempt in attempts:
            wrong = {number for number, _ in attempt.wrong}
            if attempt.source and (feeds := _others(attempt.source.feeds, wrong)):
                source = replace(attempt.source, feeds=feeds)
                list(_feed_problems(source, choices.file.label, self._kinds, self._seen))
                self.sources.append(source)
                return "until this is corrected, the other feeds of this file are used without it"
        return LEFT_OUT


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One form of a file: the source it describes, its feeds with a mistake by number, and the places of all feeds."""

    text: str
    source: Source | None
    wrong: tuple[tuple[int, Problem], ...]
    places: dict[str, str]


def _others(feeds: Sequence[Feed], wrong: Collection[int]) -> tuple[Feed, ...]:
    return tuple(feed for number, feed in enumerate(feeds, 1) if number not in wrong)


def check_class(value: str) -> str:
    """Return a class of sources.

    Raises:
        ValueError: there is no such class.
    """
    return choose(value, CLASSES, "class")


def check_country(value: str) -> str:
    """Return the two capital letters of a country.

    Raises:
        ValueError: it is written in another way.
    """
    code = {"UK": "GB", "EL": "GR", "EN": "GB"}.get(value.upper(), value.upper())
    if re.fullmatch("[A-Z]{2}", value) and code == value:
        return value
    hint = f', did you mean "{code}"?' if len(code) == 2 else ""
    raise ValueError(f'"{value}" is not a country code{hint} (ISO 3166-1: UA, RU, GB, …, or EU, UN)')


def check_timezone(value: str) -> str:
    """Return the IANA name of a time zone.

    Raises:
        ValueError: this computer knows no such zone.
    """
    names = zone_names()
    if names.get(value.lower()) == value:
        return value
    raise ValueError(
        f'there is no time zone "{value}"{suggestion(value, names.values()) or "; use a name such as Europe/Kyiv"}'
    )


Url = Annotated[str, AfterValidator(check_url)]
Every = Annotated[str, AfterValidator(lambda value: parse_every(value) and value)]
Cron = Annotated[str, AfterValidator(check_cron)]


class _FeedTable(Shape):
    """The keys of `[[feeds]]`. A rule about two keys is checked at the later one, so that all mistakes are reported at once."""

    url: Url = Field(examples=["https://news.example/rss.xml"])
    enabled: bool = True
    reason: Text | None = Field(default=None, validate_default=True)
    kind: Text = Field(examples=["feed"])
    name: Name | None = None
    every: Every | None = None
    cron: Cron | None = None
    verified: date | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("reason")
    @classmethod
    def _check_reason(cls, reason: str | None, given: ValidationInfo) -> str | None:
        enabled = given.data.get("enabled")
        if enabled is False and reason is None:
            raise ValueError("is missing; say why the feed is not enabled")
        if enabled and reason is not None:
            raise ValueError("is only for disabled feeds; add enabled = false or remove the reason")
        return reason

    @field_validator("kind")
    @classmethod
    def _check_kind(cls, kind: str, given: ValidationInfo) -> str:
        known = given.context["kinds"] if given.context else ()
        return choose(kind, known, "kind") if given.data.get("enabled") else kind

    @field_validator("cron")
    @classmethod
    def _check_alone(cls, cron: str | None, given: ValidationInfo) -> str | None:
        if cron and given.data.get("every"):
            raise ValueError('"every" is set as well; keep one of the two')
        return cron


class _SourceFile(Shape):
    """The keys of sources/<id>.toml."""

    name: Text
    country: Annotated[str, AfterValidator(check_country)] = Field(examples=["UA"])
    language: Language = Field(examples=["uk"])
    source_class: Annotated[str, AfterValidator(check_class)] = Field(alias="class", examples=["wire"])
    homepage: Url | Literal[""] = ""
    note: str = ""
    timezone: Annotated[str, AfterValidator(check_timezone)] | None = None
    every: Every | None = None
    feeds: list[_FeedTable] = Field(min_length=1)


def _source(name: str, shape: _SourceFile) -> Source:
    return Source(
        id=name,
        name=shape.name,
        country=shape.country,
        language=shape.language,
        source_class=cast(SourceClass, shape.source_class),
        feeds=tuple(_feed(name, table, shape) for table in shape.feeds),
        homepage=shape.homepage,
        note=shape.note,
        timezone=shape.timezone,
    )


def _feed(source: str, table: _FeedTable, shape: _SourceFile) -> Feed:
    every = table.every or shape.every
    return Feed(
        id=f"{source}/{table.name or slug(table.url)}",
        source=source,
        url=table.url,
        kind=table.kind,
        every=None if table.cron else parse_every(every) if every else DEFAULT_EVERY,
        cron=table.cron,
        options=table.options,
        enabled=table.enabled,
        reason=table.reason or "",
        verified=table.verified,
        is_day_first=is_day_first(shape.language, shape.country),
        timezone=shape.timezone,
    )


def _feed_problems(
    source: Source, label: str, kinds: Mapping[str, FeedCheck], seen: dict[str, str]
) -> Iterator[tuple[int, Problem]]:
    """Yield duplicate feeds and invalid options, each with the number of the feed.

    `seen` maps each id and address to its place; those of the source are added.
    """
    for number, feed in enumerate(source.feeds, 1):
        where = f"{label}: feed {number}"
        if feed.url in seen:
            message = f"same address as {seen[feed.url]}; each address is polled once, so keep one of the two"
            yield number, Problem(where, message)
        elif feed.id in seen:
            message = f'same id "{feed.id}" as {seen[feed.id]}; give this feed another "name"'
            yield number, Problem(where, message)
        seen.setdefault(feed.id, where)
        seen.setdefault(feed.url, where)
        if feed.kind in kinds:
            yield from ((number, Problem(where, message)) for message in kinds[feed.kind](feed))
