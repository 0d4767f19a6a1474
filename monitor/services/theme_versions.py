"""Which versions of themes an answer was computed with, and what changed of them within its range of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from indexer.query.tree import Node, themes_asked
from indexer.themes.versions import ThemeVersion, history
from indexer.trends.counting import plain_theme
from monitor.app import App
from monitor.documents.versions import VersionChangeDocument, VersionsDocument


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions that one question was answered with; themes that no indexer has seen have none.

    Attributes:
        own: of the theme that the question is; None when it is a query.
        all: theme → version, of every theme that the question and its scope ask for.
        changes: versions that came up within the range; what was shown before each was counted with an earlier one.
        sweeping: themes whose tags are still being brought up to their version, or to their first one.
    """

    own: int | None
    all: Mapping[str, int]
    changes: tuple[ThemeVersion, ...]
    sweeping: tuple[str, ...]


def versions(
    app: App, question: Node, scope: Node | None = None, start: datetime | None = None, end: datetime | None = None
) -> Versions:
    """Return the versions that answer the question within a scope, and their changes between start and end."""
    asked = sorted(themes_asked(question) | (themes_asked(scope) if scope else set()))
    with app.archive.database.read() as connection:
        known = {theme: found for theme in asked if (found := history(connection, theme))}
    newest = {theme: found[-1].version for theme, found in known.items()}
    return Versions(
        own=newest.get(plain_theme(question) or ""),
        all=newest,
        changes=tuple(
            each for found in known.values() for each in found[1:] if start and end and start < each.recorded <= end
        ),
        sweeping=tuple(theme for theme in asked if theme not in known or known[theme][-1].swept is None),
    )


def document(used: Versions) -> dict[str, object]:
    """Return the versions for programs."""
    return {
        "version": used.own,
        "versions": dict(used.all),
        "version_changes": [
            {
                "theme": each.theme,
                "version": each.version,
                "recorded": each.recorded,
                "added": each.added,
                "removed": each.removed,
            }
            for each in used.changes
        ],
        "sweeping": bool(used.sweeping),
    }


def listed(numbers: Mapping[str, int]) -> str:
    """Return themes with their versions, such as `arms version 1, truce version 2`."""
    return ", ".join(f"{theme} version {number}" for theme, number in sorted(numbers.items()))


def versions_of(app: App, *nodes: Node, start: datetime | None = None, end: datetime | None = None) -> VersionsDocument:
    """Return the versions of all themes that these queries ask for, and those recorded after start, up to end."""
    themes = sorted(set().union(*map(themes_asked, nodes)))
    with app.archive.database.read() as connection:
        recorded = {theme: versions for theme in themes if (versions := history(connection, theme))}
    changes = [
        VersionChangeDocument(
            theme=version.theme,
            version=version.version,
            recorded=version.recorded,
            added=version.added,
            removed=version.removed,
        )
        for versions in recorded.values()
        for version in versions[1:]
        if start and end and start < version.recorded <= end
    ]
    return VersionsDocument(
        themes={theme: versions[-1].version for theme, versions in recorded.items()},
        changes=tuple(changes),
        sweeping=tuple(theme for theme in themes if theme not in recorded or recorded[theme][-1].swept is None),
    )
