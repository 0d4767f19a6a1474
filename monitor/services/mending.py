"""After an unexpected error: whether damaged rows of the archive may have caused it, and mending them."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from config.errors import ArchiveError, ParleyError
from config.settings import load_settings
from crawler.archive.archive import open_archive
from crawler.archive.soundness import mend


def mend_archive() -> int:
    """Mend the damaged rows of the installation's archive and return their number.

    Raises:
        ArchiveError: its files are damaged.
    """
    try:
        archive = open_archive(load_settings().data)
    except ParleyError:
        return 0
    try:
        mended = 0
        # Rows of a damaged file may be found by their contents, but not by their keys, and then cannot be mended.
        with suppress(SQLAlchemyError):
            mended = mend(archive.database)
        if sentences := archive.database.find_damage():
            raise ArchiveError(sentences[0])
        return mended
    finally:
        archive.close()
