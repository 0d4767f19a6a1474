from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import update

from config.errors import ArticlesRefused, EngineUnavailable
from config.settings import DEFAULT_MAX_BYTES
from crawler.archive import frontier
from crawler.archive.archive import Archive, open_archive
from crawler.outcomes import PASSING
from crawler.page import Hints, Page, hash_of
from crawler.schedule import RETRIES
from indexer.article import Article
from indexer.copies.index import CopyIndex
from indexer.engine import Engine, open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import articles
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import PageRead, Reading
from indexer.jobs.reread import reread
from indexer.query.tree import Everything, Forms, Phrase, Prefix
from indexer.themes.tagger import Tagger
from tests.crawler.conftest import Crawling, feed
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.engines import serials
from tests.support.pipelines import work_until_done
from tests.support.readers import by_url
from tests.support.site import Reply, rss, site
from tests.support.themes import theme_of_node, theme_of_words

TRUCE = theme_of_words("truce", "truce")
SHOWN = "<!doctype html><html><head><title>{}</title></head><body>{}</body></html>"
HOME = f"<link rel=canonical href='/'><main><p>{TALKS}</p></main>"
FOR_A_WHILE = {  # path → what a server shows in place of a page for some time, and how the page ends
    "/maintenance": (SHOWN.format("Maintenance", "<p>We will be back soon.</p>"), "notice"),
    "/404": (SHOWN.format("404", "<p>Page not found.</p>"), "notice"),
    "/blocked": (SHOWN.format("Access denied", "<p>You have been blocked.</p>"), "notice"),
    "/challenge": (SHOWN.format("Just a moment...", "<p>Checking your browser.</p>"), "browser_check"),
    "/script": (SHOWN.format("a", "<script>window._cf_chl_opt = {}</script>"), "browser_check"),
    "/blank": (SHOWN.format("a", ""), "empty"),
    "/works": (SHOWN.format("a", "<h1>It works!</h1>"), "empty"),
    "/words": ("upstream connect error or disconnect", "not_html"),
}
EACH_TIME = {
    "/login": (SHOWN.format("Log in", "<p>Please log in to continue.</p>"), "consent_page"),
    "/app": (SHOWN.format("a", "<p>You need to enable JavaScript to run this app.</p>"), "consent_page"),
    "/video": (SHOWN.format("a", "<iframe src='/player'></iframe>"), "no_text"),
    "/cartoon": (SHOWN.format("a", "<img src='/cartoon.png'>"), "no_text"),
    "/front": (SHOWN.format("Courier", HOME), "not_an_article"),
    "/unknown": (
        SHOWN.format("Courier", f"<p>Sorry, all of us move house. Please visit us {'again ' * 4}</p>"),
        "not_an_article",
    ),
}


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(archive: Archive, engine: Engine, lanes: Lanes) -> Pipeline:
    return Pipeline(
        archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([TRUCE])
    )


def test_a_page_becomes_a_tagged_article_and_is_marked_as_indexed(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    assert pipeline.work(NOON) == {"indexed": 1}
    article = pipeline.engine.get([id])[id]
    assert article.title == "Talks resume"
    assert article.themes == {"truce"}
    assert article.collected == NOON
    assert pipeline.archive.count_pages_by_state() == {"indexed": 1}
    assert pipeline.work(NOON) == {}


def test_a_page_without_an_article_gets_an_outcome_and_is_not_indexed(pipeline: Pipeline) -> None:
    collect(pipeline.archive, "empty", b"")
    collect(pipeline.archive, "pdf", b"%PDF-1.4 binary")
    done = pipeline.work(NOON)
    assert done == {"empty": 1, "not_html": 1}
    assert pipeline.engine.count(Everything()) == 0


def test_a_page_whose_body_is_lost_is_set_aside_and_the_others_are_indexed(pipeline: Pipeline) -> None:
    lost, kept = page_of(TALKS), page_of(TALKS, "Talks end")
    collect(pipeline.archive, "lost", lost)
    id = collect(pipeline.archive, "kept", kept)
    pipeline.archive.bodies.remove([hash_of(lost)])
    assert pipeline.work(NOON) == {"body_lost": 1, "indexed": 1}
    assert [article.id for article in pipeline.engine.scan(Everything())] == [id]


def test_a_page_whose_words_make_a_theme_too_broad_gets_no_tags_and_blocks_nothing(pipeline: Pipeline) -> None:
    talks = Phrase("words", (Prefix("words", "peace"), Forms("words", frozenset({"truce"}))))
    pipeline.tagger = Tagger([TRUCE, theme_of_node("talks", talks)])
    words = " ".join(f"peace{number}" for number in range(17_000))
    hostile = collect(pipeline.archive, "hostile", page_of(f"{TALKS} {words}"))
    ids = [collect(pipeline.archive, f"{n}", page_of(f"{TALKS} Peace truce {n}.")) for n in range(5)]
    assert pipeline.work(NOON) == {"indexed": 6}
    stored = pipeline.engine.get([hostile, *ids])
    assert [stored[id].themes for id in ids] == [{"truce", "talks"}] * 5
    assert stored[hostile].themes == frozenset()


def test_a_revised_article_replaces_the_earlier_one_and_keeps_its_id_and_serial(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    pipeline.work(NOON)
    collect(
        pipeline.archive, "a", page_of(TALKS + " The talks ended late. ", "Talks end"), at=NOON + timedelta(hours=1)
    )
    pipeline.work(NOON)
    article = pipeline.engine.get([id])[id]
    assert (article.title, article.serial, article.collected) == ("Talks end", 1, NOON)
    assert serials(pipeline.engine) == [1]


def test_of_two_versions_in_one_batch_the_newer_is_kept(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    collect(
        pipeline.archive, "a", page_of(TALKS + " The talks ended late. ", "Talks end"), at=NOON + timedelta(hours=1)
    )
    assert pipeline.work(NOON) == {"indexed": 2}
    assert pipeline.engine.get([id])[id].title == "Talks end"


def test_a_retried_older_version_does_not_replace_the_newer_one(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    pipeline.archive.claim_pages(
        1, NOON, timedelta(minutes=1), pipeline.reading.owner
    )  # as one whose worker died is not in the next batch
    collect(
        pipeline.archive, "a", page_of(TALKS + " The talks ended late. ", "Talks end"), at=NOON + timedelta(hours=1)
    )
    assert [pipeline.work(NOON), pipeline.work(NOON)] == [{"indexed": 1}, {"indexed": 1}]
    assert pipeline.engine.get([id])[id].title == "Talks end"


def test_a_revision_without_an_article_leaves_the_earlier_article(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    pipeline.work(NOON)
    collect(pipeline.archive, "a", b"", at=NOON + timedelta(hours=1))
    assert pipeline.work(NOON) == {"empty": 1}
    assert pipeline.engine.get([id])[id].title == "Talks resume"


def test_a_copy_is_linked_to_the_text_collected_first(pipeline: Pipeline) -> None:
    first = collect(pipeline.archive, "a", page_of(TALKS))
    second = collect(pipeline.archive, "b", page_of("AGENCY. " + TALKS, "Agency: talks"), at=NOON + timedelta(hours=1))
    pipeline.work(NOON)
    stored = pipeline.engine.get([first, second])
    assert (stored[first].copy_of, stored[second].copy_of) == (None, first)


def test_an_article_collected_first_turns_an_already_indexed_one_into_a_copy(pipeline: Pipeline) -> None:
    later = collect(pipeline.archive, "b", page_of(TALKS), at=NOON + timedelta(hours=1))
    pipeline.work(NOON)
    earlier = collect(pipeline.archive, "a", page_of(TALKS))
    pipeline.work(NOON)
    stored = pipeline.engine.get([earlier, later])
    assert (stored[earlier].copy_of, stored[later].copy_of) == (None, earlier)


def test_an_article_revised_in_the_batch_that_turned_it_into_a_copy_is_no_longer_a_copy(pipeline: Pipeline) -> None:
    later = collect(pipeline.archive, "b", page_of(TALKS), at=NOON + timedelta(hours=1))
    pipeline.work(NOON)
    collect(pipeline.archive, "a", page_of(TALKS))
    another = "The harbour was closed on Friday because of a storm that nobody had expected so early in the year."
    collect(pipeline.archive, "b", page_of(another, "Harbour closed"), at=NOON + timedelta(hours=2))
    pipeline.work(NOON)
    article = pipeline.engine.get([later])[later]
    assert (article.title, article.copy_of) == ("Harbour closed", None)


class Refusing:
    """A real engine whose writes fail while it is `down`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.down = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def add(self, articles: Sequence[Article]) -> None:
        if self.down:
            raise EngineUnavailable("the engine is down")
        self._engine.add(articles)


def test_while_the_engine_is_down_pages_stay_pending_and_none_is_extracted_twice(pipeline: Pipeline) -> None:
    down = Refusing(pipeline.engine)
    pipeline.engine = cast(Engine, down)
    id = collect(pipeline.archive, "a", page_of(TALKS))
    with pytest.raises(EngineUnavailable):
        pipeline.work(NOON)
    assert pipeline.archive.count_pages_by_state() == {"pending": 1}
    with pipeline.archive.database.read() as connection:
        assert articles.count_articles(connection) == 1
    down.down = False
    assert pipeline.work(NOON) == {"indexed": 1}
    assert pipeline.engine.get([id])[id].themes == {"truce"}


def test_what_the_feed_says_later_of_an_unchanged_page_reaches_its_article(pipeline: Pipeline) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    pipeline.work(NOON)
    collect(pipeline.archive, "a", page_of(TALKS), hints=Hints(published=NOON, published_precision="second"))
    assert pipeline.work(NOON) == {"indexed": 1}
    assert pipeline.engine.get([id])[id].published == NOON


def test_what_the_feed_says_while_the_engine_is_down_reaches_the_article(pipeline: Pipeline) -> None:
    down = Refusing(pipeline.engine)
    pipeline.engine = cast(Engine, down)
    id = collect(pipeline.archive, "a", page_of(TALKS))
    with pytest.raises(EngineUnavailable):
        pipeline.work(NOON)
    collect(pipeline.archive, "a", page_of(TALKS), hints=Hints(published=NOON, published_precision="second"))
    down.down = False
    assert pipeline.work(NOON) == {"indexed": 1}
    assert pipeline.engine.get([id])[id].published == NOON


class Overheard:
    """A real reading, while whose pages are extracted something else happens."""

    def __init__(self, reading: Reading, meanwhile: Callable[[], object]) -> None:
        self._reading, self._meanwhile = reading, meanwhile

    def __getattr__(self, name: str) -> object:
        return getattr(self._reading, name)

    def read(self, pages: Sequence[Page], now: datetime) -> Iterator[Sequence[PageRead]]:
        for batch in self._reading.read(pages, now):
            self._meanwhile()
            yield batch


@pytest.mark.parametrize(
    ("hints", "name"),
    [
        (Hints(updated=NOON + timedelta(hours=2)), "updated"),
        (Hints(authors=("Ann Example",)), "authors"),
        (Hints(published=NOON - timedelta(days=1), published_precision="day"), "published_precision"),
    ],
)
def test_what_the_feed_says_while_a_page_is_extracted_reaches_the_article(
    pipeline: Pipeline, hints: Hints, name: str
) -> None:
    id = collect(pipeline.archive, "a", page_of(TALKS))
    reading = pipeline.reading
    pipeline.reading = cast(
        Reading, Overheard(reading, lambda: collect(pipeline.archive, "a", page_of(TALKS), hints=hints))
    )
    pipeline.work(NOON)
    before = pipeline.engine.get([id])[id]
    pipeline.reading = reading
    assert pipeline.work(NOON) == {"indexed": 1}
    assert getattr(pipeline.engine.get([id])[id], name) == getattr(hints, name) != getattr(before, name)


class Choosy(Refusing):
    """A real engine that rejects one article."""

    def __init__(self, engine: Engine, refused: str) -> None:
        super().__init__(engine)
        self._refused = refused

    def add(self, articles: Sequence[Article]) -> None:
        self._engine.add([article for article in articles if article.id != self._refused])
        if any(article.id == self._refused for article in articles):
            raise ArticlesRefused({self._refused: "it is too odd"})


def test_an_article_that_the_engine_rejects_gets_an_outcome_and_blocks_no_other(pipeline: Pipeline) -> None:
    odd, fine = (collect(pipeline.archive, name, page_of(TALKS, name)) for name in ("odd", "fine"))
    real = pipeline.engine
    pipeline.engine = cast(Engine, Choosy(real, odd))
    assert pipeline.work(NOON) == {"refused_by_engine": 1, "indexed": 1}
    assert pipeline.archive.pages_of(odd)[0].detail == "it is too odd"
    assert [stored.id for stored in real.scan(Everything())] == [fine]
    with pipeline.archive.database.read() as connection:
        assert articles.count_articles(connection) == 1
    assert pipeline.work(NOON) == {}
    pipeline.engine = real
    assert reread(pipeline.archive.database, ["refused_by_engine"]) == 1
    assert pipeline.work(NOON) == {"indexed": 1}
    assert {stored.id for stored in real.scan(Everything())} == {odd, fine}


def test_a_page_that_crashes_its_worker_twice_is_set_aside_and_logged_with_fields(
    archive: Archive, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with Lanes(1, 20, DEFAULT_MAX_BYTES, reader=by_url) as lanes:
        pipeline = Pipeline(
            archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
        )
        collect(archive, "segfault", page_of(TALKS))
        assert pipeline.work(NOON) == {"retried": 1}
        assert archive.count_pages_by_state() == {"pending": 1}
        assert work_until_done(pipeline) == {"crashed": 1}
        assert pipeline.work(NOON) == {}
    first, second = ({**vars(record)} for record in caplog.records if record.getMessage() == "page crashed")
    assert (first["crashes"], first["set_aside"], second["crashes"], second["set_aside"]) == (1, False, 2, True)
    assert (second["page"], second["outcome"], second["source"]) == (1, "crashed", first["source"])
    assert "segfault" in second["url"]


@pytest.fixture
def crawling(archive: Archive, tmp_path: Path) -> Iterator[Crawling]:
    """Crawls into the archive of the pipeline."""
    made = Crawling(tmp_path)
    yield made
    made.archive.close()


def test_a_page_that_is_no_article_for_a_while_is_fetched_again_until_it_is_one(
    pipeline: Pipeline, crawling: Crawling
) -> None:
    with site() as news:
        news.routes = {path: Reply(body=shown.encode()) for path, (shown, _) in (FOR_A_WHILE | EACH_TIME).items()}
        news.routes["/rss"] = rss(*((news.url(path), path) for path in news.routes))
        own = feed(news.url("/rss"))
        assert crawling.once(own).pages == {"collected": 14}
        outcomes = Counter(outcome for _, outcome in FOR_A_WHILE.values())
        assert pipeline.work(NOON) == outcomes + Counter(outcome for _, outcome in EACH_TIME.values())
        assert crawling.urls() == {"wanted": 8, "collected": 6}
        assert crawling.once_at_last(own).pages == outcomes  # what did not change needs no second look
        assert crawling.urls() == {**outcomes, "collected": 6}
        news.routes |= {path: Reply(body=page_of(f"{TALKS} {path}", path)) for path in FOR_A_WHILE | EACH_TIME}
        with pipeline.archive.database.write() as connection:
            assert frontier.want_again(connection, PASSING, datetime.now(UTC)) == 8
        assert crawling.once(own).pages == {"collected": 8}
        assert pipeline.work(NOON) == {"indexed": 8}


def test_a_page_that_is_no_article_each_time_in_other_words_is_given_up(pipeline: Pipeline, crawling: Crawling) -> None:
    with site() as news:
        own = feed(news.url("/rss"))
        news.routes = {"/rss": rss((news.url("/a"), "Talks resume"))}
        for attempt in range(len(RETRIES) + 1):
            news.routes["/a"] = Reply(body=SHOWN.format("Just a moment...", f"<p>Ray ID {attempt}</p>").encode())
            assert crawling.urls() in ({}, {"wanted": 1})
            assert crawling.once(own).pages == {"collected": 1}
            assert pipeline.work(NOON) == {"browser_check": 1}
            assert reread(pipeline.archive.database, ["browser_check"]) == 1
            assert pipeline.work(NOON) == {"browser_check": 1}  # the same page again costs no attempt
            crawling.let_waits_pass()
        assert crawling.urls() == {"browser_check": 1}
        news.routes["/a"] = Reply(body=page_of(TALKS, ""))
        assert crawling.once(own).pages == {"collected": 1}
        assert pipeline.work(NOON) == {"indexed": 1}
        [article] = pipeline.engine.scan(Everything())
        assert article.title == "Talks resume"  # as the feed says


def test_a_page_refused_years_ago_is_never_fetched_again_when_it_is_extracted_again(pipeline: Pipeline) -> None:
    for number in range(9):
        collect(
            pipeline.archive, f"{number}", SHOWN.format("404", number).encode(), at=datetime(2019, 1, 1, tzinfo=UTC)
        )
    collect(pipeline.archive, "new", SHOWN.format("404", "new").encode(), at=datetime.now(UTC) - timedelta(days=3))
    with pipeline.archive.database.write() as connection:
        connection.execute(update(frontier.urls).values(state="collected"))
    assert pipeline.work(NOON) == {"notice": 10}
    assert reread(pipeline.archive.database, ["notice"]) == 10
    assert pipeline.work(NOON) == {"notice": 10}
    with pipeline.archive.database.read() as connection:
        assert frontier.count_urls_by_state(connection) == {"collected": 9, "wanted": 1}
