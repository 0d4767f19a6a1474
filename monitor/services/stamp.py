"""A stamp that changes whenever answers may change."""

from __future__ import annotations

import os
from datetime import datetime

from config.errors import EngineError
from monitor.app import App

_PROCESS = os.urandom(8).hex()  # the number of the archive's changes begins anew in every process


def stamp(app: App, now: datetime) -> str:
    """Return a text that stays the same only while every answer does, at most until the next minute.

    Times such as `7d` and `today` are read by the clock, so answers may change with it.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    try:
        engine = app.engine.stamp()
    except EngineError as error:
        engine = str(error)
    archive = app.archive.database.changes()
    return f"{_PROCESS} {now:%Y-%m-%dT%H:%M} {app.zone.key} {archive} {app.configuration_stamp} {engine}"
