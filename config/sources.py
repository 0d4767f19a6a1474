"""Sources and their feeds, as configured: one TOML file per source in sources/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

SourceClass = Literal["state", "independent", "public", "wire", "institution", "think tank", "military", "aggregator"]
CLASSES: tuple[SourceClass, ...] = get_args(SourceClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address of a source where links appear.

    Attributes:
        id: `<source>/<n or name>`, unique, stable across edits of other feeds.
        every: seconds between polls; None when `cron` is given instead.
        cron: five-field cron expression in UTC; None when `every` is given.
        options: what the kind alone understands (selectors of a listing, the spider's class), already checked.
        enabled: False with a `reason` keeps an address without polling it.
        verified: last day on which somebody reported the address to work.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet or institution whose texts are collected."""

    id: str
    name: str
    country: str  # ISO 3166-1 alpha-2, or "EU", "UN"
    language: str  # ISO 639-1, the language it mostly writes in
    source_class: SourceClass
    feeds: tuple[Feed, ...]
    homepage: str = ""
    note: str = ""
