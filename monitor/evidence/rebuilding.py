"""Rebuilding what an evidence file says: its pages are extracted, tagged and counted again, in memory."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from zoneinfo import ZoneInfo

from config.configuration import Configuration
from config.errors import Refused
from config.settings import Settings
from config.zones import zone_names
from crawler.archive.archive import KeptPage
from crawler.archive.batches import AT_ONCE, batches
from crawler.limits import worker_memory
from crawler.page import Page, hash_of
from indexer.article import Article, Extraction, article_of
from indexer.engines.tantivy.memory import MemoryEngine
from indexer.extract import EXTRACTOR_VERSION
from indexer.extract.locale import locale_of
from indexer.extract.pool import Job, Pool, Result, job_of
from indexer.query.tree import Everything, Not, Value, all_of
from indexer.repeats import is_rest
from indexer.stored_form import explain_rejection, to_stored
from indexer.themes.compile import compile_theme
from indexer.themes.tagger import Tagger
from indexer.words import TOKENIZER_VERSION
from monitor.evidence import answers, parts
from monitor.evidence.answers import LISTED, Answer, Known
from monitor.evidence.installations import Packed
from monitor.evidence.opening import EvidenceFile
from monitor.evidence.records import (
    ArticleRecord,
    ConfigurationRecord,
    Deliveries,
    HashRecord,
    ListedRecord,
    Lost,
    PageRecord,
    Question,
    RepeatedLines,
    State,
)

MOST_SENTENCES = 50
_ENOUGH = 20_000_000  # characters of the articles that are read at once


@dataclass(slots=True)
class Report:
    """What was found out so far.

    Attributes:
        differences: sentences, at most 50; `more` counts the others.
        notes: what could not be checked, a sentence each.
        listed: number of articles of which only facts are known.
        pages: number of pages that were extracted again.
        without_pages: number of articles that have none.
    """

    differences: list[str] = field(default_factory=list)
    more: int = 0
    notes: list[str] = field(default_factory=list)
    articles: int = 0
    listed: int = 0
    pages: int = 0
    without_pages: int = 0

    def differ(self, sentence: str) -> None:
        """Add a difference."""
        if len(self.differences) < MOST_SENTENCES:
            self.differences.append(sentence)
        else:
            self.more += 1


@dataclass(frozen=True, slots=True)
class _Packed:
    """An article with the pages it was collected from."""

    record: ArticleRecord
    pages: Sequence[PageRecord]


class Rebuilt:
    """The installation that a file describes, with its articles read from their pages again."""

    def __init__(self, file: EvidenceFile, settings: Settings, report: Report) -> None:
        """Read the small parts of the file.

        Raises:
            Refused: one is not as it must be.
        """
        self._file, self._settings, self._report = file, settings, report
        self.question = file.record(parts.QUESTION, Question)
        self.state = file.record(parts.STATE, State)
        packed = file.record(parts.CONFIGURATION, ConfigurationRecord)
        if self.question.timezone not in zone_names().values():
            raise Refused(f"{file.path}: there is no time zone {self.question.timezone!r}", field="file")
        deliveries = file.record(parts.DELIVERIES, Deliveries) if parts.DELIVERIES in file else {}
        repeats = file.record(parts.REPEATS, RepeatedLines) if parts.REPEATS in file else {}
        self._repeated = {source: frozenset(map(_digest, lines)) for source, lines in repeats.items()}
        self._locales = {source.id: locale_of(source) for source in packed.sources}
        self._engine = MemoryEngine()
        self.app = Packed(
            settings,
            configuration=Configuration(sources=packed.sources, themes=packed.themes, fragments=packed.fragments),
            zone=ZoneInfo(self.question.timezone),
            moment=self.question.now,
            deliveries=deliveries,
            engine=self._engine,
        )
        self._kept: list[KeptPage] = []  # of the article that is asked for
        self._bodies = file.bodies()
        self._used: set[str] = set()  # hashes of the bodies that pages name

    def load(self) -> None:
        """Read all articles from their pages again, tag them, and add them to the index.

        Raises:
            Refused, QueryError: a part is not as it must be.
        """
        self._check_versions()
        themes = self._themes_asked()
        compiled = [compile_theme(theme, self.app.context()) for theme in self.app.themes if theme.id in themes]
        self._compare_digests({theme.id: theme.digest for theme in compiled})
        tagger, seen = Tagger(compiled), set[str]()
        memory = worker_memory(self._settings.max_bytes)
        with Pool(self._settings.workers, self._settings.page_seconds, memory=memory) as pool:
            for some in _batches(self._packed()):
                self._check_new([one.record.article for one in some], seen)
                self._compare(some, dict(pool.map(job for one in some for job in self._jobs(one))))
                self._add([one.record.article for one in some], tagger, themes)
        for listed in batches(self._file.records(parts.LISTED, ListedRecord)):
            bare = [replace(record.article, title=None, text="", themes=frozenset({LISTED})) for record in listed]
            self._check_new(bare, seen)
            self._engine.add(bare)
            self._report.listed += len(bare)
        self._engine.refresh()
        self._check_lists()
        self._note_what_was_not_checked()

    def answer(self) -> Answer:
        """Return the answer that follows from the articles.

        Raises:
            NotFound, QueryError, WrongArgument: the question cannot be asked.
        """
        facts = Known(self.state.versions, self.state.searchable)
        if self.question.kind == "trend" and self.question.pages != "all":
            self._check_scope()
            return answers.answer_from_listed(self.app, self.question, facts)
        return answers.answer(self.app, self.question, lambda *_: facts, self._kept)

    def _check_versions(self) -> None:
        if self.state.extractor != EXTRACTOR_VERSION:
            self._report.notes.append(
                f"The file was made with version {self.state.extractor} of the extractor; this Parley has version "
                f"{EXTRACTOR_VERSION}, so pages may be read otherwise."
            )
        if self.state.tokenizer != TOKENIZER_VERSION:
            self._report.notes.append(
                f"The file was made with version {self.state.tokenizer} of the tokenizer; this Parley has version "
                f"{TOKENIZER_VERSION}, so queries may match otherwise."
            )

    def _themes_asked(self) -> frozenset[str]:
        if self.question.kind == "article":
            return frozenset(theme.id for theme in self.app.themes)
        return frozenset(answers.themes_of(self.app, self.question))

    def _compare_digests(self, digests: Mapping[str, str]) -> None:
        newest = {one.theme: one for one in sorted(self.state.history, key=lambda one: one.version)}
        for theme, digest in sorted(digests.items()):
            if theme in newest and newest[theme].digest != digest:
                self._report.notes.append(
                    f"The query of {theme} compiles to something else than its version {newest[theme].version} did: "
                    "the file has a newer query than the indexer had seen, or the dictionaries differ."
                )

    def _packed(self) -> Iterator[_Packed]:
        """Yield the articles with their pages, which are in the same order."""
        pages = self._file.records(parts.PAGES, PageRecord)
        for record in self._file.records(parts.ARTICLES, ArticleRecord):
            own = list(islice(pages, len(record.pages)))
            if tuple(each.page.number for each in own) != record.pages:
                raise Refused(f"{self._file.path}: {parts.PAGES} lacks pages of the article {record.article.id[:50]}")
            if record.article.id == self.question.article:
                self._kept = [KeptPage(each.page, each.state, each.detail) for each in own]
            self._used.update(each.hash for each in own)
            yield _Packed(record, own)
        if extra := next(pages, None):
            raise Refused(f"{self._file.path}: {parts.PAGES}: page {extra.page.number} is of no article")
        if unused := self._bodies - self._used:
            raise Refused(f"{self._file.path}: {parts.BODIES}{min(unused)} is of no article")

    def _check_lists(self) -> None:
        """Check that what is said of bodies that are not in the file is of its pages."""
        lost = self._file.record(parts.LOST, Lost) if parts.LOST in self._file else {}
        hashed = (record.hash for record in self._file.records(parts.HASHES, HashRecord))
        for name, hashes in ((parts.LOST, lost), (parts.HASHES, hashed)):
            for hash in hashes:
                if hash not in self._used or hash in self._bodies:
                    raise Refused(
                        f"{self._file.path}: {name}: {hash[:50]!r} is of no page that is left out", field="file"
                    )

    def _check_new(self, articles: Sequence[Article], seen: set[str]) -> None:
        for article in articles:
            if article.id in seen:
                raise Refused(f"{self._file.path}: the article {article.id} is there twice")
            if why := explain_rejection(article):
                raise Refused(f"{self._file.path}: the article {article.id[:50]}: {why}")
            seen.add(article.id)

    def _jobs(self, one: _Packed) -> Iterator[Job]:
        for page in one.pages:
            if f"{parts.BODIES}{page.hash}" in self._file:
                yield self._job(one.record.article.id, page)

    def _job(self, article: str, record: PageRecord) -> Job:
        page, body = record.page, self._file.read(f"{parts.BODIES}{record.hash}")
        if hash_of(body) != record.hash:
            raise Refused(f"{self._file.path}: {parts.BODIES}{record.hash} is not the page of this hash", field="file")
        self._report.pages += 1
        return job_of(page, body, self._locales, key=(article, page.number))

    def _compare(self, some: Sequence[_Packed], results: Mapping[Hashable, Result]) -> None:
        for one in some:
            article, extractor = one.record.article, one.record.extractor
            self._report.articles += 1
            read = [(page, results[key]) for page in one.pages if (key := (article.id, page.page.number)) in results]
            if not read:
                self._report.without_pages += 1
            elif wrong := self._differences(article, read):
                if extractor not in (None, EXTRACTOR_VERSION):
                    wrong += (
                        f"; it was read by version {extractor} of the extractor, this is version {EXTRACTOR_VERSION}"
                    )
                self._report.differ(f"Article {article.id} ({article.url}): {wrong}.")
            if one.pages:
                self._compare_with_pages(article, [each.page for each in one.pages])

    def _compare_with_pages(self, article: Article, pages: Sequence[Page]) -> None:
        """Compare what of an article is no text with the records of its pages."""
        if article.id not in {page.id for page in pages}:
            self._report.differ(f"Article {article.id}: none of its pages has this id.")
        if article.source not in {page.source for page in pages}:
            self._report.differ(f"Article {article.id}: source differs from that of its pages.")
        if article.collected not in {page.first_collected.replace(microsecond=0) for page in pages}:
            self._report.differ(f"Article {article.id}: collected differs from when its pages were.")

    def _differences(self, article: Article, read: Sequence[tuple[PageRecord, Result]]) -> str:
        """Return in words what of an article is not what its pages say; empty when all of it is."""
        made = [(page, to_stored(article_of(page.page, one))) for page, one in read if isinstance(one, Extraction)]
        if not made:
            return "no article can be read from its pages"
        wrong = [] if any(self._has_text(article, page, one) for page, one in made) else ["text"]
        facts: dict[str, Sequence[object]] = {
            "title": [one.title for _, one in made],
            "authors": [one.authors for _, one in made],
            "language": [one.language for _, one in made],
            "published": [(one.published, one.published_from, one.published_precision) for _, one in made],
            "updated": [(one.updated, one.updated_precision) for _, one in made],
        }
        own: dict[str, object] = {
            "title": article.title,
            "authors": article.authors,
            "language": article.language,
            "published": (article.published, article.published_from, article.published_precision),
            "updated": (article.updated, article.updated_precision),
        }
        wrong += [name for name, value in own.items() if value not in facts[name]]
        return (
            f"{', '.join(wrong)} {'differs' if len(wrong) == 1 else 'differ'} from what its pages say" if wrong else ""
        )

    def _has_text(self, article: Article, page: PageRecord, made: Article) -> bool:
        return is_rest(article.text, made.text, self._repeated.get(page.page.source, frozenset()))

    def _add(self, some: Sequence[Article], tagger: Tagger, themes: frozenset[str]) -> None:
        """Add articles with the tags that the themes of the question give them."""
        tags = tagger.tag_all(some)
        for article in some:
            recorded = article.themes & themes
            for theme in sorted(recorded ^ tags[article.id]):
                matches = (
                    "matches it but has not its tag" if theme in tags[article.id] else "has its tag but does not match"
                )
                self._report.differ(f"Article {article.id} ({article.url}), theme {theme}: {matches}.")
        self._engine.add([replace(article, themes=(article.themes - themes) | tags[article.id]) for article in some])

    def _check_scope(self) -> None:
        """Check that every article in full is of the scope."""
        scope = answers.resolved(self.app, self.question).scope
        outside = all_of(Not(scope), Not(Value("themes", frozenset({LISTED}))))
        if scope != Everything() and (number := self._engine.count(outside)):
            self._report.differ(f"{number:,} of the articles do not match the scope.")

    def _note_what_was_not_checked(self) -> None:
        report = self._report
        if parts.README in self._file and self._file.read(parts.README) != parts.EXPLANATION.encode():
            report.notes.append(
                f"{parts.README} says something else than the one that this Parley writes; it proves nothing."
            )
        if self.question.pages == "none":
            report.notes.append("The file has hashes instead of pages: articles are taken as they were extracted.")
        elif report.without_pages:
            report.notes.append(
                f"{report.without_pages:,} articles have no page in the file; they are taken as they are."
            )
        if report.listed:
            report.notes.append(
                f"{report.listed:,} articles of the scope are listed without their texts: that they do not match is taken "
                "from the file."
            )


def _batches(packed: Iterable[_Packed]) -> Iterator[list[_Packed]]:
    """Yield the articles in lists that fit into memory, however long their texts are."""
    some: list[_Packed] = []
    size = 0
    for one in packed:
        some.append(one)
        size += len(one.record.article.text)
        if len(some) == AT_ONCE or size >= _ENOUGH:
            yield some
            some, size = [], 0
    if some:
        yield some


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
