"""After an unexpected error: whether damaged rows of the archive may have caused it, and mending them."""

from __future__ import annotations

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
        if mended := mend(archive.database):
            return mended
        if sentences := archive.database.find_damage():
            raise ArchiveError(f"the file is damaged: {sentences[0]}; run `parley repair`, or restore a backup")
        return 0
    finally:
        archive.close()
