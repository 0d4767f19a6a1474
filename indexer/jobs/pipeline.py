"""The indexing pipeline: turns a batch of pending pages into tagged articles in the engine.

Order of writes: first an article is kept in the archive as `waiting`, then it is added to the engine, and only when the
engine has stored it durably are the article and its page marked. After a kill in between, the page is still pending, the
article still waits, and running the same batch again ends in the same state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from config.errors import ArticlesRefused
from config.logs import get_logger
from crawler.archive.archive import Archive
from crawler.archive.pages import mark_kept
from crawler.outcomes import Outcome
from crawler.page import Page
from indexer.article import Article, Extraction, article_of
from indexer.copies.index import CopyIndex, text_of
from indexer.copies.signature import signature
from indexer.engine import Engine
from indexer.extract import EXTRACTOR_VERSION, NoArticle
from indexer.extract.pool import Crash
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.jobs.filing import Filing
from indexer.jobs.learning import Learner, known_repeats, learn
from indexer.jobs.linking import keep_linked
from indexer.jobs.reading import BATCH, PageRead, Reading
from indexer.jobs.rescue import rescue
from indexer.repeats import Repeats, missing_parts, trim
from indexer.themes.tagger import Tagger

CRASHES_ALLOWED = 2  # a page that crashes its worker this often is set aside

Outcomes = dict[int, tuple[Outcome, str]]

log = get_logger(__name__)
INDEXED = (Outcome.INDEXED, "")
_UNREAD = (Outcome.BODY_LOST, Outcome.CRASHED, Outcome.TIMED_OUT)  # what they say of a page says nothing of its article


@dataclass(slots=True)
class Pipeline:
    """Turns pending pages into articles; only the archive's single indexer may have one.

    Attributes:
        reading: extracts the pages.
        tagger: tags articles with the current themes; replaced when a theme changes.
        learner: decides when sources are learned again.
    """

    archive: Archive
    engine: Engine
    reading: Reading
    copies: CopyIndex
    tagger: Tagger
    learner: Learner = field(default_factory=Learner)

    def work(self, now: datetime) -> Counter[str]:
        """Index one batch, storing results as they come, and return the number of pages per outcome.

        It is empty when no page is pending, and also while only slow pages are being extracted (`reading.is_busy`). Articles that
        wait for the engine are added in either case: linking articles anew leaves some without a page.

        A page that crashed its worker for the first time counts as `retried` and is pending again.

        Raises:
            EngineError, ArchiveError: the results were not stored; their pages are pending again.
        """
        pages = self.reading.claim(now)
        counts: Counter[str] = Counter()
        try:
            with self.archive.database.read() as connection:
                kept = articles.pages_kept(connection, [page.number for page in pages], EXTRACTOR_VERSION)
            if kept or not pages:
                counts += self._finish([page for page in pages if page.number in kept], dict.fromkeys(kept, INDEXED))
            for batch in self.reading.read([page for page in pages if page.number not in kept], now):
                counts += self._store(batch)
        except BaseException:
            self.reading.abandon()
            raise
        finally:
            self.reading.give_back()
        return counts

    def _store(self, batch: Sequence[PageRead]) -> Counter[str]:
        """Store what was read from pages, and return the number of pages per outcome."""
        pages = {each.page.number: each.page for each in batch}
        outcomes: Outcomes = {}
        extracted: dict[int, Extraction] = {}
        for each in batch:
            match each.result:
                case Extraction():
                    extracted[each.page.number] = each.result
                case NoArticle():
                    outcomes[each.page.number] = (each.result.outcome, each.result.detail)
                case Crash():
                    self._count_crash(each, each.result, outcomes)
        notes = self._leave_out_repeats(pages, extracted, outcomes)
        others = self._keep([(pages[number], extracted[number]) for number in sorted(extracted)])
        rescue(self.archive.database, self.engine, list(outcomes))
        self._withdraw([number for number, (outcome, _) in outcomes.items() if outcome not in _UNREAD])
        outcomes |= {number: (Outcome.INDEXED, notes[number]) for number in extracted} | others
        return self._finish(list(pages.values()), outcomes)

    def _finish(self, pages: Sequence[Page], outcomes: Outcomes) -> Counter[str]:
        """Add articles that wait to the engine, record the outcomes of the pages, and return the number of pages per outcome."""
        outcomes = outcomes | self._add_waiting()
        self.archive.finish_pages(outcomes)
        self._learn(pages, outcomes)
        return Counter(outcomes[page.number][0] if page.number in outcomes else Outcome.RETRIED for page in pages)

    def add_waiting(self, progress: Callable[[int], None]) -> int:
        """Add all articles that wait for the engine, and return their number.

        Args:
            progress: called with the number added so far after every batch; what it raises ends this.

        Raises:
            EngineError, ArchiveError: the articles not added yet still wait.
        """
        done = 0
        for number, rejected in self._added():
            self.archive.finish_pages(rejected)
            done += number
            progress(done)
        return done

    def _leave_out_repeats(
        self, pages: Mapping[int, Page], extracted: dict[int, Extraction], outcomes: Outcomes
    ) -> dict[int, str]:
        """Take out what each source is known to repeat; return by page what its text lacks, in words."""
        with self.archive.database.read() as connection:
            known = known_repeats(connection, {pages[number].source for number in extracted})
        notes: dict[int, str] = {}
        for number, extraction in list(extracted.items()):
            page = pages[number]
            result = trim(extraction, page.final_url, page.kind, known.get(page.source, Repeats()))
            if isinstance(result, NoArticle):
                outcomes[number] = (result.outcome, result.detail)
                del extracted[number]
            else:
                extracted[number] = result.article
                notes[number] = missing_parts(result)
        return notes

    def _withdraw(self, numbers: Collection[int]) -> None:
        """Remove articles that were read from these pages, which were extracted again and are none."""
        with self.archive.database.read() as connection:
            wrong = articles.read_from(connection, numbers)
        if not wrong:
            return
        self.engine.delete(list(wrong.values()))
        self.engine.refresh()
        with self.archive.database.write() as connection:
            articles.drop(connection, list(wrong))
            articles.move(connection, self.copies.remove(connection, wrong.values()))

    def _learn(self, pages: Collection[Page], outcomes: Outcomes) -> None:
        """Learn what sources repeat that have enough new articles."""
        sources = [page.source for page in pages if outcomes.get(page.number, ("",))[0] == Outcome.INDEXED]
        if due := self.learner.due(sources):
            with self.archive.database.write() as connection:
                for source in due:
                    learn(connection, source)

    def _count_crash(self, read: PageRead, crash: Crash, outcomes: Outcomes) -> None:
        """Set a page aside when it has crashed its worker too often; otherwise it is tried again, behind others."""
        page = read.page
        crashes = self.archive.record_crash(page.number)
        if is_set_aside := read.is_final or crashes >= CRASHES_ALLOWED:
            outcomes[page.number] = (crash.outcome, crash.detail)
        log.warning(
            "page crashed",
            page=page.number,
            url=page.url,
            source=page.source,
            outcome=crash.outcome,
            detail=crash.detail,
            crashes=crashes,
            set_aside=is_set_aside,
        )

    def _keep(self, extracted: Sequence[tuple[Page, Extraction]]) -> Outcomes:
        """Determine address and story of each text and store the articles, all in one transaction.

        Returns:
            The outcomes of the pages whose article is there already, from another address.
        """
        if not extracted:
            return {}
        declared = {page.number: extraction.canonical_url for page, extraction in extracted}
        made = [(page, article_of(page, extraction)) for page, extraction in extracted]
        sign = cache(signature)
        for _, article in made:
            sign(article.text)  # outside the transaction
        others: Outcomes = {}
        kept: dict[int, KeptArticle] = {}
        with self.archive.database.write() as connection:
            filing = Filing(connection, kept, sign)
            for page, article in made:
                filed = filing.file(page, article, declared[page.number])
                own = filed.article
                if not filed.is_text:
                    others[page.number] = (Outcome.SAME_ARTICLE, f"another address of {own.url}")
                    continue
                if articles.pages_by_serial(connection, [own.serial]).get(own.serial, 0) > page.number:
                    continue  # this page had to be retried, and a revision was indexed first
                kept[own.serial] = KeptArticle(own, page.number, EXTRACTOR_VERSION)
            items = [(item, text_of(item.article, sign)) for item in kept.values()]
            # Feeds list the newest first, and each earlier article would move those that follow it.
            items.sort(key=lambda item: item[1].published.order)
            keep_linked(connection, self.copies, items)
            mark_kept(connection, [item.page for item in kept.values()])
        return others

    def _add_waiting(self) -> Outcomes:
        """Add all waiting articles to the engine; return the outcomes of the pages whose articles it rejects."""
        rejected: Outcomes = {}
        for _, some in self._added():
            rejected |= some
        return rejected

    def _added(self) -> Iterator[tuple[int, Outcomes]]:
        """Add the waiting articles in batches; yield the number of each batch, and the outcomes of pages as above."""
        while True:
            waiting = articles.waiting(self.archive.database, BATCH)
            if not waiting:
                return
            reasons = self._add(waiting)
            with self.archive.database.write() as connection:
                articles.settle(connection, [article.serial for article in waiting if article.id not in reasons])
                pages = articles.drop(connection, [article.serial for article in waiting if article.id in reasons])
                articles.move(connection, self.copies.remove(connection, pages))
            yield len(waiting), {page: (Outcome.REFUSED_BY_ENGINE, reasons[id]) for id, page in pages.items()}

    def _add(self, articles: Sequence[Article]) -> Mapping[str, str]:
        """Tag and add the articles; return those that the engine can never store: id → reason."""
        themes = self.tagger.tag_all(articles)
        reasons: Mapping[str, str] = {}
        try:
            self.engine.add([replace(article, themes=themes[article.id]) for article in articles])
        except ArticlesRefused as error:
            reasons = error.reasons
            self.engine.delete(list(reasons))  # an earlier version would otherwise stay in the engine alone
        self.engine.refresh()
        return reasons
