"""The versions of themes that a result was computed with, and their changes within its range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from indexer.query.tree import Node, collect_themes
from indexer.themes.versions import history
from monitor.app import App
from monitor.documents.versions import VersionChangeDocument, VersionsDocument


def format_versions(numbers: Mapping[str, int]) -> str:
    """Return themes with their versions, such as `arms version 1, truce version 2`."""
    return ", ".join(f"{theme} version {number}" for theme, number in sorted(numbers.items()))


def versions_of(app: App, *nodes: Node, start: datetime | None = None, end: datetime | None = None) -> VersionsDocument:
    """Return the versions of all themes that these queries ask for, and those recorded after start, up to end."""
    themes = sorted(set().union(*map(collect_themes, nodes)))
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
