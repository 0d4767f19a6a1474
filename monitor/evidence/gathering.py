"""Gathering what an answer rests on from an installation, and writing it as one file, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import BodyLost, EngineUnavailable, WrongArgument
from crawler.archive import feed_hours, feeds
from crawler.archive.archive import KeptPage
from crawler.archive.batches import batches
from indexer.article import Article
from indexer.extract import EXTRACTOR_VERSION
from indexer.jobs.articles import readings
from indexer.jobs.learning import known_repeats
from indexer.query.tree import Node
from indexer.themes.versions import history
from indexer.words import TOKENIZER_VERSION
from monitor.app import App
from monitor.documents.completeness import SearchableDocument
from monitor.evidence import answers, parts, pictures
from monitor.evidence.answers import Answer, Extent, Known
from monitor.evidence.installations import AtMoment
from monitor.evidence.parts import Writer, pieces_of
from monitor.evidence.records import (
    ArticleRecord,
    ConfigurationRecord,
    Deliveries,
    HashRecord,
    ListedRecord,
    Lost,
    Manifest,
    PageRecord,
    PartRecord,
    Question,
    RepeatedLines,
    State,
    VersionRecord,
    to_json,
    to_line,
)
from monitor.evidence.signatures import sign
from monitor.services.completeness import searchable
from monitor.services.questions import Questions
from monitor.services.theme_versions import versions_of
from monitor.version import version_of_parley

QUARTER = timedelta(minutes=15)  # every bucket begins at one, in every time zone
_BYTES_IN_MANIFEST, _BYTES_IN_HASHES = 190, 150  # that one page takes there at most
_TRIES = 3  # at reading an index that changes meanwhile


def moment_of(now: datetime, end: datetime | None) -> datetime:
    """Return as of when evidence is: the end of its range, or the quarter of an hour that has begun, if that is earlier.

    So the same question about the same state gives the same file.
    """
    quarter = datetime.min.replace(tzinfo=UTC) + (now - datetime.min.replace(tzinfo=UTC)) // QUARTER * QUARTER
    return min(quarter, end) if end else quarter


@dataclass(slots=True)
class Evidence:
    """What an answer rests on, gathered; `pieces` yields the file, once.

    Attributes:
        answer: to the question.
        articles: number of articles that are in the file in full.
        manifest: SHA-256 of the manifest, hexadecimal, once the file is written.
    """

    question: Question
    answer: Answer
    articles: int
    manifest: str = ""
    _app: App = field(kw_only=True)
    _small: Mapping[str, bytes] = field(kw_only=True)  # name → content of the parts that are small
    _large: Mapping[str, IO[bytes]] = field(kw_only=True)
    _hashes: Sequence[str] = field(kw_only=True)  # of bodies, in the order of their pages

    def pieces(self, key: Ed25519PrivateKey | None = None) -> Iterator[bytes]:
        """Yield the bytes of the file.

        Args:
            key: signs the manifest.

        Raises:
            ArchiveError: a raw page cannot be read.
        """
        writer = Writer()
        for name, content in self._small.items():
            yield from writer.part(name, [content])
        for name, file in self._large.items():
            file.seek(0)
            yield from writer.part(name, pieces_of(file))
            file.close()
        yield from self._hashes_of(writer) if self.question.pages == "none" else self._bodies(writer)
        for name, picture in pictures.draw(self.answer):
            yield from writer.part(name, [picture])
        listed = tuple(PartRecord(name=name, sha256=sum, size=size) for name, (sum, size) in writer.sums.items())
        manifest = to_json(Manifest(format=parts.FORMAT, parts=listed))
        self.manifest = sha256(manifest).hexdigest()
        yield from writer.part(parts.MANIFEST, [manifest])
        if key:
            yield from writer.part(parts.SIGNATURE, [sign(manifest, key)])
        yield from writer.end()

    def _bodies(self, writer: Writer) -> Iterator[bytes]:
        lost: Lost = {}
        for hash in self._hashes:
            try:
                body = self._app.archive.bodies.get(hash)
            except BodyLost as error:
                lost[hash] = "missing or damaged in the archive" if "damaged" in str(error) else "not in the archive"
                continue
            yield from writer.part(f"{parts.BODIES}{hash}", [body])
        yield from writer.part(parts.LOST, [to_json(lost, Lost)])

    def _hashes_of(self, writer: Writer) -> Iterator[bytes]:
        yield from writer.part(parts.HASHES, pieces_of(self._hash_lines()))

    def _hash_lines(self) -> Iterator[bytes]:
        for hash in self._hashes:
            try:
                body = self._app.archive.bodies.get(hash)
            except BodyLost:
                continue
            yield to_line(HashRecord(hash=hash, sha256=sha256(body).hexdigest(), size=len(body)))


def gather(app: App, question: Question) -> Evidence:
    """Return evidence for the answer to a question.

    Raises:
        NotFound, QueryError: the question cannot be asked.
        WrongArgument: the same, or `verify` would refuse the file as too large.
        EngineError, ArchiveError: the engine or the archive cannot be read, or the index changes all the time.
    """
    span = answers.span_of(question)
    for _ in range(_TRIES):
        before = app.engine.stamp()
        gathering = _Gathering(app, question, _deliveries(app, span) if span else {})
        evidence = gathering.gather()
        if app.engine.stamp() == before:
            return evidence
        gathering.forget()
    raise EngineUnavailable("the index changes while it is read; try again when the indexer has caught up")


def _deliveries(app: App, span: tuple[datetime, datetime]) -> Deliveries:
    with app.archive.database.read() as connection:
        return dict(sorted(feed_hours.between(connection, *span).items()))


def _slowed(app: App) -> dict[str, int]:
    with app.archive.database.read() as connection:
        return feeds.slowed(connection)


class _Gathering:
    """Reads everything once."""

    def __init__(self, app: App, question: Question, deliveries: Deliveries) -> None:
        self._app = AtMoment(app, question.now, deliveries, _slowed(app))
        self._question, self._deliveries = question, deliveries
        self._articles, self._pages, self._listed = TemporaryFile(), TemporaryFile(), TemporaryFile()  # noqa: SIM115
        self._hashes: dict[str, None] = {}
        self._number = 0
        self._known = Known({}, None)

    def gather(self) -> Evidence:
        app, question = self._app, self._question
        extent = answers.extent(app, question)
        pages = app.archive.pages_of(question.article) if question.kind == "article" else []
        answer = answers.answer(app, question, self._know, pages)
        sources = self._write_articles(extent)
        small = {
            parts.README: parts.EXPLANATION.encode(),
            parts.QUESTION: to_json(question),
            parts.ANSWER: f"{answer.to_json()}\n".encode("utf-8", "replace"),
            parts.STATE: to_json(self._state()),
            parts.CONFIGURATION: to_json(self._configuration()),
            parts.DELIVERIES: to_json(self._deliveries, Deliveries),
            parts.REPEATS: to_json(self._repeats(sources), RepeatedLines),
        }
        large = {parts.ARTICLES: self._articles, parts.PAGES: self._pages}
        if extent.others is not None and question.pages != "all":
            large[parts.LISTED] = self._listed
        self._check_sizes({name: len(content) for name, content in small.items()}, large)
        return Evidence(
            question, answer, self._number, _app=app, _small=small, _large=large, _hashes=list(self._hashes)
        )

    def _check_sizes(self, sizes: Mapping[str, int], lists: Mapping[str, IO[bytes]]) -> None:
        """Refuse now what `verify` would refuse once it is written."""
        pages, without_pages = len(self._hashes), self._question.pages == "none"
        in_manifest = 0 if without_pages else pages * _BYTES_IN_MANIFEST
        in_lists = sum(file.tell() for file in lists.values()) + (pages * _BYTES_IN_HASHES if without_pages else 0)
        limits = [(name, size, parts.LARGEST_JSON) for name, size in (*sizes.items(), (parts.MANIFEST, in_manifest))]
        for what, size, limit in (*limits, ("its lists of articles and pages", in_lists, parts.LARGEST_LISTS)):
            if size > limit:
                raise WrongArgument(
                    f"the evidence would be too large to verify: {what} would have {size:,} bytes, and at most {limit:,} are "
                    "read; choose a shorter range",
                    field="since",
                )

    def forget(self) -> None:
        """Close the files that were begun."""
        for file in (self._articles, self._pages, self._listed):
            file.close()

    def _know(self, questions: Questions, start: datetime, end: datetime) -> Known:
        versions = {
            name: versions_of(self._app, node, questions.scope, start=start, end=end)
            for name, node in questions.nodes.items()
        }
        self._known = Known(versions, searchable(self._app))
        return self._known

    def _write_articles(self, extent: Extent) -> set[str]:
        """Write all articles, and return the sources of those that are written in full."""
        sources = set(self._write_full(extent.matching))
        if extent.others is not None and self._question.pages == "all":
            sources |= set(self._write_full(extent.others))
        elif extent.others is not None:
            self._write_listed(extent.others)
        return sources

    def _write_full(self, node: Node) -> Iterator[str]:
        for some in batches(self._app.engine.scan(node)):
            with self._app.archive.database.read() as connection:
                read_by = readings(connection, [article.id for article in some])
            for article in some:
                kept = self._app.archive.pages_of(article.id)
                self._write_pages(kept)
                extractor = read_by[article.id][1] if article.id in read_by else None
                numbers = tuple(each.page.number for each in kept)
                self._articles.write(to_line(ArticleRecord(article=article, extractor=extractor, pages=numbers)))
                self._number += 1
                yield from {article.source, *(each.page.source for each in kept)}

    def _write_pages(self, kept: Sequence[KeptPage]) -> None:
        hashes = self._app.archive.body_names([each.page.number for each in kept])
        for each in kept:
            page = replace(each.page, attempts=0, crashes=0)
            hash = hashes[page.number]
            self._hashes.setdefault(hash)
            self._pages.write(to_line(PageRecord(page=page, state=each.state, detail=each.detail, hash=hash)))

    def _write_listed(self, node: Node) -> None:
        for some in batches(self._app.engine.scan(node)):
            with self._app.archive.database.read() as connection:
                read_by = readings(connection, [article.id for article in some])
            hashes = self._app.archive.body_names([page for page, _ in read_by.values()])
            for article in some:
                page = read_by[article.id][0] if article.id in read_by else 0
                self._listed.write(to_line(ListedRecord(article=_bare(article), hash=hashes.get(page))))

    def _state(self) -> State:
        with self._app.archive.database.read() as connection:
            versions = [
                VersionRecord(
                    theme=one.theme,
                    version=one.version,
                    recorded=one.recorded,
                    digest=one.digest,
                    definition=one.definition,
                )
                for theme in answers.themes_of(self._app, self._question)
                for one in history(connection, theme)
            ]
        missing: SearchableDocument | None = self._known.searchable
        return State(
            parley=version_of_parley("a checkout"),
            extractor=EXTRACTOR_VERSION,
            tokenizer=TOKENIZER_VERSION,
            engine=self._app.settings.engine_url.partition(":")[0],
            versions=self._known.versions,
            history=tuple(versions),
            searchable=missing,
        )

    def _configuration(self) -> ConfigurationRecord:
        current = self._app.configuration
        # The addresses and options of feeds may contain keys, and no number depends on them.
        sources = tuple(
            replace(source, feeds=tuple(replace(feed, url="", options={}) for feed in source.feeds))
            for source in self._app.polled_sources
        )
        return ConfigurationRecord(sources=sources, themes=current.themes, fragments=current.fragments)

    def _repeats(self, sources: set[str]) -> RepeatedLines:
        with self._app.archive.database.read() as connection:
            known = known_repeats(connection, sources)
        return {source: tuple(sorted(digest.hex() for digest in known[source].lines)) for source in sorted(known)}


def _bare(article: Article) -> Article:
    return replace(article, title=None, text="", themes=frozenset())
