"""The indexer at work: a batch of pending pages becomes tagged articles in the engine.

Order of writes: an article is kept beside its page, `waiting`, then added to the engine, and only when the engine holds
it for good are article and page marked. Killed in between, the page is still pending, the article still waits, and the
same batch ends in the same state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from config.errors import ArticlesRefused, BodyLost
from crawler.archive.archive import Archive
from crawler.archive.leases import Owner
from crawler.outcomes import Outcome
from crawler.page import Page
from crawler.urls import registered_domain
from indexer.article import Article, Extraction
from indexer.copies.index import CopyIndex
from indexer.copies.signature import signature
from indexer.engine import Engine
from indexer.extract import EXTRACTOR_VERSION, Refusal
from indexer.extract.pool import Crash, Job, Pool
from indexer.jobs import articles
from indexer.jobs.articles import Kept
from indexer.stored_form import text_words
from indexer.themes.tagger import Tagger

BATCH = 200  # pages between two commits of the engine
LEASE = timedelta(hours=1)  # an indexer takes leases over when it starts; this only bounds what a defect could hold
CRASHES_ALLOWED = 2  # a page that killed its worker this often is set aside by name

Outcomes = dict[int, tuple[Outcome, str]]
INDEXED = (Outcome.INDEXED, "")


@dataclass(slots=True)
class Pipeline:
    """Turns pending pages into articles; whoever holds it is the one indexer of this archive.

    Attributes:
        tagger: the themes as they stand; replaced when one of them changes.
        owner: in whose name pages are claimed.
    """

    archive: Archive
    engine: Engine
    pool: Pool
    copies: CopyIndex
    tagger: Tagger
    owner: Owner = field(default_factory=lambda: Owner("indexer"))

    def work(self, now: datetime) -> Counter[str]:
        """Index one batch and return how many pages ended in each outcome; empty when nothing is pending.

        A page whose worker died for the first time counts as `retried`: it is pending again.

        Raises:
            EngineError: the engine did not store the batch; its pages are pending again.
            ArchiveError: likewise.
        """
        pages = self.archive.claim_pages(BATCH, now, LEASE, self.owner)
        if not pages:
            return Counter()
        try:
            outcomes = self._read(pages)
            outcomes |= self._add_waiting()
            self.archive.finish_pages(outcomes)
        finally:
            self.archive.give_back_pages(self.owner)
        return Counter(outcomes[page.number][0] if page.number in outcomes else Outcome.RETRIED for page in pages)

    def _read(self, pages: Sequence[Page]) -> Outcomes:
        """Extract what is not kept yet, keep it, and return what each page becomes once the engine holds it."""
        with self.archive.database.read() as connection:
            kept = articles.pages_kept(connection, [page.number for page in pages], EXTRACTOR_VERSION)
        outcomes: Outcomes = dict.fromkeys(kept, INDEXED)
        fresh = {page.number: page for page in pages if page.number not in kept}
        extracted: dict[int, Extraction] = {}
        for key, result in self.pool.map(self._jobs(fresh.values(), outcomes)):
            number = cast(int, key)
            match result:
                case Extraction():
                    extracted[number] = result
                case Refusal():
                    outcomes[number] = (result.outcome, result.detail)
                case Crash():
                    self._count_crash(number, result, outcomes)
        self._keep([(fresh[number], extracted[number]) for number in sorted(extracted)])
        return outcomes | dict.fromkeys(extracted, INDEXED)

    def _jobs(self, pages: Collection[Page], outcomes: Outcomes) -> Iterator[Job]:
        bodies = self.archive.body_names([page.number for page in pages])
        for page in pages:
            try:
                body = self.archive.bodies.get(bodies[page.number])
            except BodyLost as lost:
                outcomes[page.number] = (Outcome.BODY_LOST, str(lost))
                continue
            yield Job(
                key=page.number,
                kind=page.kind,
                body=body,
                content_type=page.content_type,
                url=page.final_url,
                hints=page.hints,
                collected=page.collected,
            )

    def _count_crash(self, number: int, crash: Crash, outcomes: Outcomes) -> None:
        """Set a page aside by name when it killed its worker too often; else the next batch tries it again."""
        if self.archive.record_crash(number) >= CRASHES_ALLOWED:
            outcomes[number] = (crash.outcome, crash.detail)

    def _keep(self, extracted: Sequence[tuple[Page, Extraction]]) -> None:
        """Find each text's story and keep the articles beside their pages, in one transaction."""
        if not extracted:
            return
        made = [(page, _article(page, found)) for page, found in extracted]
        signed = [(page, article, signature(text_words(article))) for page, article in made]  # before the lock is taken
        kept: dict[int, Kept] = {}
        moved: dict[str, str | None] = {}
        with self.archive.database.write() as connection:
            made_from = articles.pages_by_serial(connection, [page.serial for page, *_ in signed])
            for page, article, sign in signed:
                if made_from.get(page.serial, 0) > page.number:
                    continue  # it had to be tried again, and a revision was faster
                placed = self.copies.remember(connection, page.id, sign, page.first_collected)
                moved.pop(page.id, None)  # said of its text before this one
                moved.update(placed.moved)
                kept[page.serial] = Kept(replace(article, copy_of=placed.story), page.number, EXTRACTOR_VERSION)
            articles.keep_articles(connection, kept.values())
            articles.move_copies(connection, moved)

    def _add_waiting(self) -> Outcomes:
        """Give the engine every article it may not hold yet; return what became of the pages of those it refuses."""
        refused: Outcomes = {}
        while True:
            with self.archive.database.read() as connection:
                waiting = articles.waiting(connection, BATCH)
            if not waiting:
                return refused
            reasons = self._add(waiting)
            with self.archive.database.write() as connection:
                articles.settle(connection, [article.serial for article in waiting if article.id not in reasons])
                pages = articles.drop(connection, [article.serial for article in waiting if article.id in reasons])
            refused |= {page: (Outcome.REFUSED_BY_ENGINE, reasons[id]) for id, page in pages.items()}

    def _add(self, articles: Sequence[Article]) -> Mapping[str, str]:
        """Add the articles, tagged, and return those the engine can hold in no case: id → reason."""
        themes = self.tagger.tag_all(articles)
        reasons: Mapping[str, str] = {}
        try:
            self.engine.add([replace(article, themes=themes[article.id]) for article in articles])
        except ArticlesRefused as refused:
            reasons = refused.reasons
            self.engine.delete(list(reasons))  # an earlier version would be there and nowhere else
        self.engine.refresh()
        return reasons


def _article(page: Page, found: Extraction) -> Article:
    return Article(
        id=page.id,
        serial=page.serial,
        url=page.url,
        site=registered_domain(page.url),
        title=found.title,
        text=found.text,
        authors=found.authors,
        source=page.source,
        language=found.language,
        published=found.published,
        published_from=found.published_from,
        published_precision=found.published_precision,
        collected=page.first_collected,
    )
