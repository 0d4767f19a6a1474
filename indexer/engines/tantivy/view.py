"""Opens an index that this account may only read: of another account, or on a disk mounted read-only.

Tantivy locks a file in the folder of an index and reads another that only its owner may read, even to search. A folder of links
to the files of the index needs neither.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_OWN = (".tantivy-meta.lock", ".tantivy-writer.lock", ".managed.json")  # made anew by tantivy


def is_read_only(folder: Path) -> bool:
    """Return whether this account may not write the folder of an index."""
    return not os.access(folder, os.W_OK)


def links_to(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder with links to the files of an index as they are now.

    Raises:
        OSError: it cannot be created, or the index cannot be read.
    """
    view = tempfile.TemporaryDirectory(prefix="parley-index-", ignore_cleanup_errors=True)
    for path in folder.iterdir():
        if path.name not in _OWN:
            (Path(view.name) / path.name).symlink_to(path.absolute())
    return view
