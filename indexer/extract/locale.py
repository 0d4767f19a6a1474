"""How a source writes dates and in which language: what its pages leave unsaid."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from config.languages import is_day_first, language_code
from config.sources import Source
from crawler.parse.dates import DateStyle

# Where one zone holds for nearly all that is written in a language. Ukrainian outlets also write Russian.
_HOMES = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "pl": "Europe/Warsaw",
    "uk": "Europe/Kyiv",
    "ru": "Europe/Moscow",
}
_REGION = re.compile(r"[A-Za-z]{2,3}[-_]([A-Za-z]{2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """The conventions of a source.

    Attributes:
        timezone: zone of the times that are written without one, an IANA name; None when unknown.
        language: the language it mostly writes in, ISO 639-1; used for texts too short to show theirs.
        day_first: whether `3/4/2026` is in April; None when that is unknown.
    """

    timezone: str | None = None
    language: str | None = None
    day_first: bool | None = None

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of times without one."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def dates(self) -> DateStyle:
        """How it writes dates."""
        return DateStyle(self.day_first, self.zone)

    @property
    def home(self) -> ZoneInfo | None:
        """The zone in which its days begin: its own, or that of most who write in its language."""
        name = self.timezone or _HOMES.get(self.language or "")
        return ZoneInfo(name) if name else None

    def on_page(self, declared: str | None) -> Locale:
        """Return the conventions of a page that declares this language, such as `en-US`."""
        language = language_code(declared)
        if language is None:
            return self
        region = _REGION.match(declared or "")
        day_first = is_day_first(language, region[1].upper() if region else "")
        return replace(self, language=language, day_first=self.day_first if day_first is None else day_first)


def locale_of(source: Source) -> Locale:
    """Return the conventions of a configured source."""
    day_first = is_day_first(source.language, source.country)
    return Locale(timezone=source.timezone, language=source.language, day_first=day_first)
