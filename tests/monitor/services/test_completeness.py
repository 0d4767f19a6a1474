"""While the index lacks articles of the archive, every answer says so; afterwards none does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.presence import Heartbeat, write_heartbeat
from monitor.app import App
from monitor.documents.completeness import SearchableDocument
from monitor.services.compare import compare
from monitor.services.completeness import nothing_yet
from monitor.services.export import export
from monitor.services.search import search
from monitor.services.trends import trend
from monitor.services.why import why
from tests.support.builders import article
from tests.support.installation import Installation

SENTENCE = "2 of 3 articles are searchable; the indexer adds the others"
COMMANDS = (
    ("search", "truce"),
    ("trends", "truce", "--since", "2026-01-01", "--until", "2026-12-31", "--interval", "month"),
    ("why", "truce", "--since", "2026-01-01", "--until", "2026-06-30"),
    ("compare", "truce", "--since", "2026-01-01", "--until", "2026-06-30"),
    ("export", "truce"),
)
ARTICLES = [article(serial=number, text="The truce holds.", themes=frozenset({"truce"})) for number in (1, 2, 3)]


@pytest.fixture
def half(small: Installation) -> Installation:
    """Return an installation whose index lacks one of three articles."""
    small.keep(*ARTICLES)
    small.lose(ARTICLES[1])
    return small


def remarks(app: App) -> list[SearchableDocument | None]:
    since, until = "2026-01-01", "2026-06-30"
    return [
        search(app, "truce").searchable,
        trend(app, themes=["truce"], interval="month", since=since, until=until).searchable,
        why(app, themes=["truce"], since=since, until=until).searchable,
        compare(app, themes=["truce"], since=since, until=until).searchable,
        export(app, "truce").searchable,
    ]


@pytest.mark.parametrize(
    "words",
    [*COMMANDS, ("digest",), ("themes",), ("show", "0123456789"), ("why", "truce"), ("leads", "truce")],
    ids=" ".join,
)
def test_without_an_article_every_command_says_so_and_what_helps(small: Installation, words: tuple[str, ...]) -> None:
    small.keep()
    _, out, err = small.run(*words)
    assert "nothing has been collected yet; start with `parley run`, or look around with `parley demo`" in " ".join(
        f"{out} {err}".lower().split()
    )
    assert "No article has" not in out


def test_what_helps_depends_on_what_was_collected_and_on_a_crawler(small: Installation, app: App) -> None:
    small.keep()
    write_heartbeat(
        small.data, "crawler", Heartbeat(pid=1, at=datetime.now(UTC), doing="collecting", trouble="", under_way=0)
    )
    assert "the crawler is running" in nothing_yet(app)
    small.keep(ARTICLES[0])
    assert nothing_yet(app) == ""


def test_every_answer_says_how_many_articles_are_searchable(half: Installation, app: App) -> None:
    assert remarks(app) == [SearchableDocument(articles=2, kept=3, message=SENTENCE)] * len(COMMANDS)
    half.keep(ARTICLES[1])
    assert remarks(app) == [None] * len(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_command_says_how_many_articles_are_searchable(half: Installation, words: tuple[str, ...]) -> None:
    code, _, err = half.run(*words)
    assert code == 0, err
    assert f"warning: {SENTENCE}" in " ".join(err.split())
    half.keep(ARTICLES[1])
    assert "searchable" not in half.run(*words)[2]


def test_an_index_without_any_article_is_remarked_on(small: Installation, app: App) -> None:
    small.keep(*ARTICLES)
    for each in ARTICLES:
        small.lose(each)
    answer = search(app, "truce")
    assert answer.total == 0
    assert answer.searchable == SearchableDocument(
        articles=0, kept=3, message="0 of 3 articles are searchable; the indexer adds the others"
    )
