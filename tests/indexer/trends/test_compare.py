"""Comparisons against brute-force counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node, Value, all_of
from indexer.trends.compare import ENOUGH, Comparison, compare
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
MIDDLE, LAST = FIRST + timedelta(days=10), FIRST + timedelta(days=20)
QUESTIONS: dict[str, Node] = {
    "truce": Value("themes", frozenset({"truce"})),
    "arms": Value("themes", frozenset({"arms"})),
    "peace": Forms("words", frozenset({"peace"})),
    "nothing": Forms("words", frozenset({"nothing"})),
}


@pytest.fixture(scope="module")
def crowd() -> list[Article]:
    random = Random(2)
    return [
        article(
            serial=serial,
            source=random.choice(("alpha", "beta")),
            published=FIRST + timedelta(minutes=random.randrange(20 * 1_440)),
            themes=frozenset(random.sample(("truce", "arms"), random.randrange(3))),
            text=random.choice(("peace", "war", "peace and war")),
            copy_of=random.choice((None, None, "c" * 32)),
        )
        for serial in range(1, 301)
    ]


@pytest.fixture(scope="module")
def engine(crowd: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path_factory.mktemp('compare') / 'index'}", writable=True)
    fill(opened, *crowd)
    yield opened
    opened.close()


def run_compare(engine: Engine, scope: Node | None = None) -> Comparison:
    return compare(engine, QUESTIONS, start=MIDDLE, end=LAST, scope=scope)


def within(crowd: list[Article], start: datetime, end: datetime) -> list[Article]:
    return [one for one in crowd if one.published and start <= one.published < end]


def test_shares_of_voice_equal_brute_force(engine: Engine, crowd: list[Article]) -> None:
    now, before = within(crowd, MIDDLE, LAST), within(crowd, FIRST, MIDDLE)
    result = run_compare(engine)
    spoken = sum(voice.articles for voice in result.voices)
    assert result.total == len(now)
    for voice in result.voices:
        matching = [one for one in now if matches(QUESTIONS[voice.name], one)]
        assert voice.articles == len(matching)
        assert voice.stories == sum(one.copy_of is None for one in matching)
        assert voice.share == len(matching) / len(now)
        assert voice.voice == len(matching) / spoken
        assert voice.before == sum(matches(QUESTIONS[voice.name], one) for one in before) / len(before)


def test_articles_that_match_both_of_a_pair_are_counted(engine: Engine, crowd: list[Article]) -> None:
    now = within(crowd, MIDDLE, LAST)
    result = run_compare(engine)
    assert len(result.pairs) == 6
    for pair in result.pairs:
        one, other = (
            [article for article in now if matches(QUESTIONS[name], article)] for name in (pair.first, pair.second)
        )
        both = [article for article in now if matches(all_of(QUESTIONS[pair.first], QUESTIONS[pair.second]), article)]
        assert pair.articles == len(both)
        if max(len(both), len(one) * len(other) / len(now)) < ENOUGH:
            assert pair.lift is None
        else:
            assert pair.lift == pytest.approx(len(both) / len(now) / (len(one) / len(now) * len(other) / len(now)))
        if one or other:
            assert pair.overlap == pytest.approx(len(both) / len({each.id for each in one + other}))


def test_articles_that_match_several_queries_are_counted_once(engine: Engine, crowd: list[Article]) -> None:
    now = within(crowd, MIDDLE, LAST)
    assert run_compare(engine).any == sum(any(matches(node, one) for node in QUESTIONS.values()) for one in now)


def test_the_scope_applies_to_all_counts(engine: Engine, crowd: list[Article]) -> None:
    alpha = [one for one in within(crowd, MIDDLE, LAST) if one.source == "alpha"]
    result = run_compare(engine, Value("source", frozenset({"alpha"})))
    assert result.total == len(alpha)
    assert result.voices[0].articles == sum(matches(QUESTIONS["truce"], one) for one in alpha)


def test_a_range_without_articles_has_no_shares(engine: Engine) -> None:
    result = compare(engine, QUESTIONS, start=LAST + timedelta(days=50), end=LAST + timedelta(days=60))
    assert {(voice.share, voice.voice, voice.before) for voice in result.voices} == {(None, None, None)}
    assert {pair.overlap for pair in result.pairs} == {None}
