"""The embedded engine: an index in a folder, without a server. One process writes, any number read.

Its address is `tantivy:PATH`. Every call that writes is one tantivy commit, which is on disk when the call returns.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import clear_frames
from typing import TypeVar

import tantivy

from config.errors import (
    ArticlesRefused,
    EngineError,
    EngineMisconfigured,
    EngineUnavailable,
)
from config.replacing import sync
from indexer.article import Article
from indexer.engines.tantivy import generations
from indexer.engines.tantivy.checksums import COMMIT, find_damaged_files
from indexer.engines.tantivy.errors import translate_errors
from indexer.engines.tantivy.reading import Snapshot
from indexer.engines.tantivy.reads import Reads
from indexer.engines.tantivy.schema import MADE_BY, SCHEMA, prepare, to_document
from indexer.engines.tantivy.view import is_read_only, links_to
from indexer.stored_form import explain_rejection, replace_surrogates, to_stored

ResultT = TypeVar("ResultT")

_HEAP = 64_000_000  # bytes of postings before they are flushed; more makes bulk indexing little faster


class TantivyEngine(Reads):
    """The contract of `indexer.engine.Engine` over an embedded index; a reader follows the live generation."""

    def __init__(self, root: Path, folder: Path, archive: str | None, *, writable: bool) -> None:
        self.folder = folder
        self._root = root
        self._archive = archive
        self._writable = writable
        self._promoted: tuple[int, ...] | None = ()  # the last promotion that was looked at
        self._lock = threading.Lock()
        self._writer: tantivy.IndexWriter | None = None
        self._snapshot: Snapshot | None = None
        with translate_errors(folder):
            self._view: TemporaryDirectory[str] | None = None
            self._open(folder)
            if writable:
                self._new_writer()
                if archive:
                    generations.claim(folder, archive)

    def add(self, articles: Sequence[Article]) -> None:
        """Store the articles, replacing those with the same ids."""
        latest = {article.id: article for article in map(to_stored, articles)}
        refusals = {id: why for id, article in latest.items() if (why := explain_rejection(article))}
        good = {id: article for id, article in latest.items() if id not in refusals}
        self._write(list(good), map(to_document, good.values()))
        if refusals:
            raise ArticlesRefused(refusals)

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Replace the themes of the articles with these ids; an unknown id is ignored."""
        articles = self.get(list(themes)).values()
        changed = [article for article in articles if article.themes != themes[article.id]]
        self.add([replace(article, themes=themes[article.id]) for article in changed])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these articles; an unknown id is ignored."""
        self._write(ids, ())

    def refresh(self) -> None:
        """Do nothing: readers see each commit at their next call."""

    def keep_readable(self) -> None:
        """Give the description of the last commit the permissions of the files around it.

        tantivy lets nobody else read what it replaces, which it also does at the end of a merge, in a thread of its own.
        """
        with suppress(FileNotFoundError), translate_errors(self.folder):
            (self.folder / COMMIT).chmod(stat.S_IMODE((self.folder / generations.MADE_BY_FILE).stat().st_mode))

    def find_damage(self) -> list[str]:
        """Return what is wrong with the files of the last commit, a sentence each; empty if nothing is."""
        with translate_errors(self.folder):
            damaged = find_damaged_files(self.folder)
        return [f"{self.folder / name}: its contents are damaged; run `parley repair`" for name in damaged]

    def promote(self) -> None:
        """Make this generation, which `fresh` returned, the live one and remove the old one."""
        with translate_errors(self._root):
            generations.promote(self._root, self.folder)
            generations.remove_others(self._root, self.folder)

    def close(self) -> None:
        """Close the index. A writer's lock is released when this returns."""
        writer, self._writer, self._snapshot = self._writer, None, None
        # If a merge continued after its writer, it would overlap with the next writer, and each would delete the other's files.
        if writer:
            with translate_errors(self.folder):
                writer.wait_merging_threads()
            self.keep_readable()

    def _write(self, ids: Sequence[str], documents: Iterable[tantivy.Document]) -> None:
        if not ids:
            return
        with translate_errors(self.folder):
            try:
                self._commit(self._writer or self._new_writer(), ids, documents)
            except BaseException as error:
                # A writer whose commit failed stays broken, and keeps its lock as long as a traceback refers to it.
                self._writer = None
                clear_frames(error.__traceback__)
                raise

    def stamp(self) -> str:
        """Return a text that changes with every commit that readers see."""
        with self.reading():
            return f"{self.folder.name} {self._seen}"

    def _open(self, folder: Path) -> None:
        generations.check(folder, MADE_BY)
        generations.check_archive(folder, self._archive)
        if not tantivy.Index.exists(str(folder)):
            raise EngineMisconfigured(f"the index in {folder} is damaged; run `parley repair`")
        self._seen = generations.version(folder / COMMIT)
        view = links_to(folder) if not self._writable and is_read_only(folder) else None
        self._index = prepare(tantivy.Index.open(view.name if view else str(folder)))
        self._view = view  # the former one is removed

    def _new_writer(self) -> tantivy.IndexWriter:
        self._writer = self._index.writer(_HEAP, 1)
        self._writer.garbage_collect_files()  # a failed or killed commit may have left files that fill the disk
        return self._writer

    def _commit(self, writer: tantivy.IndexWriter, ids: Sequence[str], documents: Iterable[tantivy.Document]) -> None:
        for id in ids:
            writer.delete_documents_by_term("id", replace_surrogates(id))
        for each in documents:
            writer.add_document(each)
        writer.commit()
        self.keep_readable()
        sync(self.folder)  # tantivy syncs its files, but not the renaming of meta.json

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Provide a snapshot of the last commit of the live generation."""
        with self._lock:
            look = self._newest_snapshot  # a writer stays with its own generation
            snapshot = self._snapshot = look() if self._writable else _repeat_on_promotion(self._root, look)
        with translate_errors(self.folder):
            yield snapshot

    def _newest_snapshot(self) -> Snapshot:
        with translate_errors(self.folder):
            if not self._writable and self._promoted != (promoted := generations.last_promotion(self._root)):
                folder = _live(self._root)  # of this promotion or a later one, which the next call notices
                if folder != self.folder:
                    self._open(folder)
                    self.folder, self._snapshot = folder, None
                self._promoted = promoted
            if (now := generations.version(self.folder / COMMIT)) != self._seen:
                if self._view:  # its links do not follow new files
                    self._open(self.folder)
                else:
                    self._index.reload()
                    self._seen = now
            elif self._snapshot:
                return self._snapshot
            return Snapshot(self._index.searcher(), self._snapshot)


def check(url: str) -> None:
    """Check the address; see `indexer.engine.check_address`.

    Raises:
        ConfigError: it does not name a folder.
    """
    generations.root_of(url)


def open(url: str, *, writable: bool, archive: str | None) -> TantivyEngine:
    """Open the index at `tantivy:PATH`; a writable one is created if it does not exist."""
    root = generations.root_of(url)
    if not writable:
        return _repeat_on_promotion(root, lambda: TantivyEngine(root, _live(root), archive, writable=False))
    with translate_errors(root):
        folder = generations.find_live(root)
        if folder is None:
            root.mkdir(parents=True, exist_ok=True)
            _require_none(root)
            engine = _create(root, archive)
            engine.promote()
            return engine
        engine = TantivyEngine(root, folder, archive, writable=True)
        generations.note_promotion(folder)
        generations.remove_others(root, folder, generations.find_unfinished(root, MADE_BY))
        return engine


def fresh(url: str, *, archive: str | None) -> TantivyEngine:
    """Return a writable generation next to the live one: an unfinished one that can be resumed, or an empty one."""
    root = generations.root_of(url)
    with translate_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        generations.check_archives(root, archive)
        live = generations.named(root)
        if not (live and live.is_dir()) and (generations.last_promotion(root) or generations.once_live(root)):
            return _create(root, archive)  # which one is live is lost: none is deleted before the new one is complete
        begun = generations.find_unfinished(root, MADE_BY)
        generations.remove_others(root, live, begun)
        if begun:
            with suppress(EngineMisconfigured):  # killed before the index existed, or damaged: start over
                return TantivyEngine(root, begun, archive, writable=True)
            generations.remove_others(root, live)
        return _create(root, archive)


def _create(root: Path, archive: str | None) -> TantivyEngine:
    folder = generations.create(root, MADE_BY, archive)
    tantivy.Index(SCHEMA, str(folder))
    return TantivyEngine(root, folder, archive, writable=True)


def _repeat_on_promotion(root: Path, look: Callable[[], ResultT]) -> ResultT:
    """Return the result of `look`, repeating it when it fails because the live generation was replaced meanwhile."""
    while True:
        before = _last_promotion(root)
        try:
            return look()
        except EngineError:
            if _last_promotion(root) == before:
                raise


def _last_promotion(root: Path) -> tuple[int, ...] | None:
    with translate_errors(root):
        return generations.last_promotion(root)


def _live(root: Path) -> Path:
    with translate_errors(root):
        folder = generations.find_live(root)
        if folder is None and root.is_dir():
            _require_none(root)
    if folder is None:
        raise EngineUnavailable(f"nothing is indexed at {root} yet; run `parley run`, or `parley index` after a crawl")
    return folder


def _require_none(root: Path) -> None:
    """Check that no generation was live before, where none is."""
    if generations.once_live(root):
        raise EngineMisconfigured(f"{root}/CURRENT is missing, but there is an index; run `parley repair`")
