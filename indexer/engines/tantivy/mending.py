"""What repairs an embedded index: finding the live generation again, reading damaged ones, and setting them aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import tantivy

from config.errors import EngineMisconfigured
from indexer.article import Article
from indexer.engines.tantivy import generations
from indexer.engines.tantivy.checksums import find_damaged_files
from indexer.engines.tantivy.errors import translate_errors
from indexer.engines.tantivy.salvage import readable
from indexer.engines.tantivy.schema import MADE_BY


def mend(url: str) -> str:
    """Make the largest whole generation live, the newest of several, if CURRENT does not name one that can be opened."""
    root = generations.root_of(url)
    with translate_errors(root):
        if not root.is_dir():
            return ""
        live = generations.named(root)
        if live and _number_of_documents(live) is not None:
            return ""
        if largest := _largest(root):
            generations.promote(root, largest)
            return f"{root}/CURRENT: names {largest.name} now, the largest whole index there"
        return "" if live and live.is_dir() else _forget(root)


def salvage(url: str, *, archive: str | None) -> Iterator[Article]:
    """Yield what can be read of the damaged generations of this archive, the newest first."""
    for folder in _unusable(generations.root_of(url), archive):
        yield from readable(folder)


def retire(url: str, *, archive: str | None) -> str:
    """Set these generations aside, so that the indexer begins a new one where the live one is among them."""
    root = generations.root_of(url)
    damaged = _unusable(root, archive)
    if not damaged:
        return ""
    with translate_errors(root):
        names = ", ".join(generations.set_aside(root, folder).name for folder in damaged)
        if generations.named(root):
            return f"{root}: an earlier index there is damaged and is kept as {names}"
    return f"{root}: the index cannot be used and is kept as {names}; `parley index` fills a new one from the archive"


def owner(url: str) -> str | None:
    """Return the archive of the live generation or, where none is, of the newest; None if there is none, or it is unknown."""
    root = generations.root_of(url)
    with translate_errors(root):
        if not root.is_dir():
            return None
        live = generations.named(root)
        folders = [live] if live and live.is_dir() else generations.once_live(root)
        return next(filter(None, map(generations.archive_of, folders)), None)


def _unusable(root: Path, archive: str | None) -> list[Path]:
    """Return the generations of this archive that are or were live and are damaged, the newest first."""
    with translate_errors(root):
        if not root.is_dir():
            return []
        live = generations.named(root)
        folders = generations.once_live(root)
        if live and live.is_dir() and live not in folders:
            folders = [live, *folders]
        ours = [folder for folder in folders if generations.archive_of(folder) in (archive, None) or archive is None]
        return [folder for folder in ours if not _is_whole(folder)]


def _is_whole(folder: Path) -> bool:
    if _number_of_documents(folder) is None:
        return False
    try:
        return not find_damaged_files(folder)
    except ValueError:
        return False


def _forget(root: Path) -> str:
    current = root / generations.CURRENT
    if not current.exists():
        return ""
    current.unlink()
    return f"{current}: named no index and is removed; `parley index` fills a new one from the archive"


def _largest(root: Path) -> Path | None:
    """Return the generation, once live, that can be opened and has the most articles, the newest of several."""
    sizes = {path: _number_of_documents(path) for path in generations.once_live(root)}
    return max(
        (path for path, size in sizes.items() if size is not None), key=lambda path: sizes[path] or 0, default=None
    )


def _number_of_documents(folder: Path) -> int | None:
    """Return the number of articles in a generation; None if it cannot be opened.

    Raises:
        EngineUnavailable: it cannot be opened now, such as for lack of memory.
    """
    try:
        with translate_errors(folder):
            generations.check(folder, MADE_BY)
            return (
                int(tantivy.Index.open(str(folder)).searcher().num_docs) if tantivy.Index.exists(str(folder)) else None
            )
    except EngineMisconfigured:
        return None
