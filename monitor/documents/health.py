"""Documents about whether a server can answer."""

from __future__ import annotations

from monitor.documents.base import Document, described


class ReadinessDocument(Document):
    """Whether a server can answer what it may be asked. `parley status` says why not."""

    ready: bool = described("whether both can be asked", example=True)
    archive: bool = described("whether the archive can be read", example=True)
    engine: bool = described("whether the engine answers", example=True)
