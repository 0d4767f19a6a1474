"""Documents about the versions of themes."""

from __future__ import annotations

from monitor.documents.base import Document, Moment, described


class VersionChangeDocument(Document):
    """A version of a theme that was recorded within the requested range. Everything is counted with the newest version."""

    theme: str = described("id of the theme", example="truce")
    version: int = described("the new version, from 1", example=3)
    recorded: Moment = described("when it was recorded, UTC", example="2026-11-03T08:15:00+00:00")
    added: int | None = described("articles it added; null until they are swept", example=412)
    removed: int | None = described("articles it removed; null until they are swept", example=37)


class VersionsDocument(Document):
    """The versions of themes that a result was computed with. A theme that is not indexed yet has none."""

    themes: dict[str, int] = described("version of every theme used", example={"truce": 3})
    changes: tuple[VersionChangeDocument, ...] = described("versions recorded within the range", example=[])
    sweeping: tuple[str, ...] = described("themes whose tags are still being updated", example=[])
