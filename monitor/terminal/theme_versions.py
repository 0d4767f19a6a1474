"""Lines below an answer: the versions of themes it was computed with, and which are new."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.documents.versions import VersionsDocument
from monitor.services.theme_versions import listed


def version_notes(*answers: VersionsDocument, timezone: str) -> Iterator[str]:
    """Yield lines for people: the versions of all these answers, and which are new, at times in this zone."""
    numbers = {theme: number for answer in answers for theme, number in answer.themes.items()}
    if numbers:
        yield f"counted with {listed(numbers)}"
    zone = ZoneInfo(timezone)
    for change in dict.fromkeys(change for answer in answers for change in answer.changes):
        articles = "" if change.added is None else f" (+{change.added:,} / −{change.removed:,} articles)"
        when = f"{change.recorded.astimezone(zone):%Y-%m-%d %H:%M} {timezone}"
        newest = f"everything is counted with version {numbers[change.theme]}"
        yield f"{change.theme} version {change.version} dates from {when}{articles}; {newest}"
    for theme in dict.fromkeys(theme for answer in answers for theme in answer.sweeping):
        unknown = "not indexed yet, so nothing is tagged; run `parley themes sweep`"
        swept = "stored articles are being swept to this version; the counts are not final"
        yield f"{theme}: {swept if theme in numbers else unknown}"
