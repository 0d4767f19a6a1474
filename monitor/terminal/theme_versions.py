"""Lines below an answer: the versions of themes it was computed with, and what changed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from monitor.documents.versions import VersionsDocument
from monitor.services.theme_versions import Versions, listed
from monitor.terminal.output import plain


def notes(answers: Iterable[Versions]) -> Iterator[Text]:
    """Yield lines for people: the versions of all these answers, and what changed."""
    together = list(answers)
    numbers = {theme: number for each in together for theme, number in each.all.items()}
    if numbers:
        yield _dim(f"counted with {listed(numbers)}")
    for change in dict.fromkeys(change for each in together for change in each.changes):
        changed = "" if change.added is None else f" (+{change.added:,} / −{change.removed:,} articles)"
        became = f"{change.theme} became version {change.version} on {change.recorded:%Y-%m-%d %H:%M} UTC{changed}"
        yield _dim(f"{became}; all is counted with version {numbers[change.theme]}")
    for theme in dict.fromkeys(theme for each in together for theme in each.sweeping):
        unseen = "no indexer has seen it yet, so no article carries it; `parley themes sweep` makes its tags true"
        swept = "stored articles are being swept to this version; the counts are not final"
        yield _dim(f"{theme}: {swept if theme in numbers else unseen}")


def version_notes(*answers: VersionsDocument) -> Iterator[Text]:
    """Yield lines for people: the versions of all these answers, and which are new."""
    numbers = {theme: number for answer in answers for theme, number in answer.themes.items()}
    if numbers:
        yield _dim(f"counted with {listed(numbers)}")
    for change in {change.theme: change for answer in answers for change in answer.changes}.values():
        articles = "" if change.added is None else f" (+{change.added:,} / −{change.removed:,} articles)"
        recorded = f"{change.theme} version {change.version} dates from {change.recorded:%Y-%m-%d %H:%M} UTC{articles}"
        yield _dim(f"{recorded}; everything is counted with version {numbers[change.theme]}")
    for theme in dict.fromkeys(theme for answer in answers for theme in answer.sweeping):
        unknown = "not indexed yet, so nothing is tagged; run `parley themes sweep`"
        swept = "stored articles are being swept to this version; the counts are not final"
        yield _dim(f"{theme}: {swept if theme in numbers else unknown}")


def _dim(line: str) -> Text:
    return Text(plain(line), style="dim")
