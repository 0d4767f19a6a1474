"""The sample site for tests of a complete installation, and the result of such a run."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from crawler.archive.frontier import count_urls_by_state, urls
from crawler.outcomes import Outcome
from indexer.article import Article
from indexer.copies.order import published_by
from indexer.engine import open_engine
from indexer.jobs.articles import iterate_articles
from indexer.query.tree import Everything
from monitor.demo.content import Content, load_content
from monitor.demo.expected import expected
from monitor.demo.server import serving
from monitor.demo.site import Reply, Site
from monitor.demo.sources import demo_sources
from tests.support.processes import PATIENCE, Parley, soon

THEMES = frozenset(("arms", "negotiations", "truce"))  # of an installation that is started again and again


class PacedSite(Site):
    """The sample site, which counts its requests and holds back articles beyond an allowance.

    Attributes:
        requests: number of requests so far.
    """

    def __init__(self, content: Content) -> None:
        super().__init__(content.today, content)
        self.requests = 0
        self._gated = {article.url for article in content.articles}
        self._let_through: set[str] = set()
        self._allowance = len(self._gated)
        self._changed = threading.Condition()

    def allow(self, share: float) -> None:
        """Serve this share of the articles, 0 to 1; requests for the others wait."""
        with self._changed:
            self._allowance = round(share * len(self._gated))
            self._changed.notify_all()

    def reply(self, host: str, path: str, headers: Mapping[str, str]) -> Reply:
        """Return the answer once the article may be served."""
        url = f"http://{host}{path}"
        with self._changed:
            self.requests += 1
            self._changed.notify_all()
            if url in self._gated:
                self._changed.wait_for(lambda: url in self._let_through or len(self._let_through) < self._allowance)
                self._let_through.add(url)
        return super().reply(host, path, headers)

    def wait_for_requests(self, more: int, seconds: float) -> None:
        """Return after this many more requests, or after this many seconds."""
        with self._changed:
            wanted = self.requests + more
            self._changed.wait_for(lambda: self.requests >= wanted, seconds)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run, without whatever depends on the order of arrival.

    Attributes:
        articles: by id.
        copies: groups of addresses that carry one text.
        addresses: what became of each address.
    """

    articles: Mapping[str, Article]
    copies: frozenset[frozenset[str]]
    addresses: Mapping[str, str]

    def with_themes(self, themes: frozenset[str]) -> RunResult:
        """Return the result as it is in an installation that has only these themes."""
        articles = {id: replace(article, themes=article.themes & themes) for id, article in self.articles.items()}
        return replace(self, articles=articles)


@contextmanager
def demo_site() -> Iterator[tuple[PacedSite, str]]:
    """Serve the final version of the sample site and yield its address."""
    site = PacedSite(load_content(datetime.now(UTC).date()))
    with serving(site) as server:
        try:
            yield site, server.url
        finally:
            site.allow(1)


def demo_parley(
    folder: Path, site: Site, proxy: str, *, themes: Collection[str] | None = THEMES, **settings: object
) -> Parley:
    """Return an installation whose sources are the sample outlets.

    Args:
        themes: ids of the default themes it has; None for all of them.
    """
    made = Parley(folder, shipped_themes=themes, proxy=proxy, allow_private="127.0.0.1", **settings)
    made.use(demo_sources(site.content.outlets.values()))
    return made


def undisturbed_run(folder: Path) -> RunResult:
    """Return the result of an undisturbed run, which is what the sample site promises, with the themes of disturbed ones."""
    with demo_site() as (site, proxy):
        site.revise()
        parley = demo_parley(folder, site, proxy, themes=None)
        parley.finish()
        ended = outcome(parley)
        promised = expected(site.content)
    articles = {article.url: article for article in ended.articles.values()}
    assert articles.keys() == promised.indexed
    assert ended.copies == set(promised.copies)
    assert {url for url, article in articles.items() if article.published is None} == promised.without_date
    for theme, addresses in promised.themes.items():
        assert {url for url in addresses if theme not in articles[url].themes} == set()
    return ended.with_themes(THEMES)


def await_all(parley: Parley, wanted: RunResult) -> None:
    """Wait until the running parts have nothing left to fetch or index, for as long as they make progress.

    Raises:
        AssertionError: nothing changed for `PATIENCE`; the message has the states of addresses and pages.
    """
    archive = parley.archive()

    def states() -> tuple[dict[str, int], dict[str, int]]:
        with archive.database.read() as connection:
            addresses = count_urls_by_state(connection)
            # Those that robots.txt forbids wait for another attempt.
            postponed = select(func.count()).where(urls.c.state == Outcome.WANTED, urls.c.attempts > 0)
            addresses[Outcome.WANTED] = addresses.get(Outcome.WANTED, 0) - (connection.scalar(postponed) or 0)
        return addresses, archive.count_pages_by_state()

    def rests() -> bool:
        addresses, pages = states()
        under_way = addresses.get(Outcome.WANTED, 0) + addresses.get(Outcome.LEASED, 0) + pages.get(Outcome.PENDING, 0)
        return not under_way and pages.get(Outcome.INDEXED, 0) >= len(wanted.articles)

    while not rests():
        before = states()
        assert soon(partial(lambda last: states() != last, before), PATIENCE), (
            f"nothing more is fetched or indexed: {before}"
        )
    archive.close()


def indexed(parley: Parley) -> int:
    """Return how many pages are indexed."""
    archive = parley.archive()
    states = archive.count_pages_by_state()
    archive.close()
    return states.get(Outcome.INDEXED, 0)


def outcome(parley: Parley) -> RunResult:
    """Return the contents of the installation.

    Raises:
        AssertionError: an article is there twice, engine and archive disagree, a copy leads to no story, or work is left.
    """
    archive = parley.archive()
    with archive.database.read() as connection:
        addresses = dict(connection.execute(select(urls.c.url, urls.c.state)).all())
    kept = {article.id: article for batch in iterate_articles(archive.database) for article in batch}
    left = archive.count_pages_by_state().get("pending", 0)
    archive.close()
    engine = open_engine(parley.settings.engine_url)
    indexed = list(engine.scan(Everything()))
    total = engine.count(Everything())
    engine.close()
    assert not left, f"{left} pages are pending"
    assert len(indexed) == total == len({article.id for article in indexed})
    assert {article.id: replace(article, themes=frozenset()) for article in indexed} == kept
    return RunResult({article.id: _timeless(article) for article in indexed}, _copies(kept), addresses)


def _timeless(article: Article) -> Article:
    early = datetime.min.replace(tzinfo=UTC)
    return replace(article, serial=0, collected=early, copy_of=None)


def _copies(articles: Mapping[str, Article]) -> frozenset[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for article in articles.values():
        groups.setdefault(article.copy_of or article.id, set()).add(article.id)
    for story, group in groups.items():
        first = min(group, key=lambda id: (*published_by(articles[id]).order, id))
        assert story == first, f"{articles[story].url} is not the first"
    return frozenset(frozenset(articles[id].url for id in group) for group in groups.values() if len(group) > 1)
