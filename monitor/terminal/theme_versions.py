"""Lines below a result: the versions of themes that it was computed with, and new versions."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.documents.versions import VersionsDocument
from monitor.services.theme_versions import format_versions


def version_notes(*documents: VersionsDocument, timezone: str) -> Iterator[str]:
    """Yield lines with the versions in these documents and the new ones among them, with times in this zone."""
    numbers = {theme: number for document in documents for theme, number in document.themes.items()}
    if numbers:
        yield f"counted with {format_versions(numbers)}"
    zone = ZoneInfo(timezone)
    for change in dict.fromkeys(change for document in documents for change in document.changes):
        articles = "" if change.added is None else f" (+{change.added:,} / −{change.removed:,} articles)"
        when = f"{change.recorded.astimezone(zone):%Y-%m-%d %H:%M} {timezone}"
        newest = f"everything is counted with version {numbers[change.theme]}"
        yield f"{change.theme} version {change.version} dates from {when}{articles}; {newest}"
    for theme in dict.fromkeys(theme for document in documents for theme in document.sweeping):
        unknown = "not indexed yet, so nothing is tagged; run `parley themes sweep`"
        swept = "stored articles are being swept to this version; the counts are not final"
        yield f"{theme}: {swept if theme in numbers else unknown}"
