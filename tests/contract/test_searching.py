"""The contract of searching: order, paging, totals and tallies."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from indexer.article import Article
from indexer.engine import Engine, Tallied
from indexer.query.tree import STORIES, And, Everything, Forms, Not, Or, Phrase, Value
from tests.support.builders import article
from tests.support.engines import by_date, fill, pages, serials
from tests.support.oracle import matches, values_of

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PEACE = Forms("words", frozenset({"peace"}))


def test_hits_are_sorted_newest_first_with_undated_ones_last(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, published=MOMENT),
        article(serial=2, published=None),
        article(serial=3, published=MOMENT + timedelta(days=1)),
        article(serial=4, published=None),
        article(serial=5, published=MOMENT - timedelta(days=1)),
    )
    results = engine.search(Everything(), limit=10)
    assert [hit.article.serial for hit in results.hits] == [3, 1, 5, 4, 2]
    assert {hit.score for hit in results.hits} == {None}


def test_articles_of_the_same_second_are_sorted_by_serial(engine: Engine) -> None:
    fill(engine, *(article(serial=serial, published=MOMENT) for serial in (4, 2, 900_000, 1, 3)))
    assert [hit.article.serial for hit in engine.search(Everything(), limit=10).hits] == [900_000, 4, 3, 2, 1]


def test_dates_far_in_the_past_and_future_sort_correctly(engine: Engine) -> None:
    years = {1: 1912, 2: 2026, 3: 1969, 4: 2190}
    fill(engine, *(article(serial=serial, published=MOMENT.replace(year=year)) for serial, year in years.items()))
    fill(engine, article(serial=5, published=None))
    assert [hit.article.serial for hit in engine.search(Everything(), limit=10).hits] == [4, 2, 3, 1, 5]


def test_the_largest_promised_serial_is_accepted(engine: Engine) -> None:
    largest = 2**29 - 1
    fill(engine, article(serial=largest, published=None), article(serial=1, published=datetime(1970, 1, 1, tzinfo=UTC)))
    assert [hit.article.serial for hit in engine.search(Everything(), limit=10).hits] == [1, largest]
    assert serials(engine) == [1, largest]


@pytest.mark.parametrize("size", [1, 7, 60, 240, 1000])
def test_paging_returns_every_hit_exactly_once(crowded: Engine, crowd: list[Article], size: int) -> None:
    read = pages(crowded, Everything(), size)
    assert [article for page in read for article in page] == by_date(crowd)
    assert all(len(page) == size for page in read[:-1])


def test_paging_through_a_query_keeps_the_order(crowded: Engine, crowd: list[Article]) -> None:
    expected = [article for article in by_date(crowd) if matches(PEACE, article)]
    assert 9 < len(expected) < len(crowd)
    assert [article for page in pages(crowded, PEACE, 4) for article in page] == expected


def test_paging_reaches_the_last_of_twenty_thousand_hits(engine: Engine) -> None:
    number = 20_000

    def published(serial: int) -> datetime | None:  # shuffled; each time is shared by three articles, some are undated
        return None if serial % 100 == 7 else MOMENT + timedelta(minutes=serial * 7_919 % number // 3)

    expected = by_date(
        [article(serial=serial, text="", published=published(serial)) for serial in range(1, number + 1)]
    )
    for start in range(0, number, 10_000):
        engine.add(expected[start : start + 10_000])
    engine.refresh()
    results = engine.search(Everything(), limit=1_000)
    read = [hit.article.serial for hit in results.hits]
    while results.after is not None:
        results = engine.search(Everything(), limit=1_000, after=results.after)
        assert results.total == number
        read += [hit.article.serial for hit in results.hits]
    assert read == [each.serial for each in expected]


def test_the_total_is_exact_on_every_page(crowded: Engine, crowd: list[Article]) -> None:
    total = sum(matches(PEACE, article) for article in crowd)
    first = crowded.search(PEACE, limit=3)
    second = crowded.search(PEACE, limit=3, after=first.after)
    assert first.total == second.total == crowded.count(PEACE) == total


def test_the_last_page_has_no_next_page(engine: Engine) -> None:
    fill(engine, *(article(serial=serial) for serial in range(1, 5)))
    assert engine.search(Everything(), limit=4).after is None
    assert engine.search(Everything(), limit=3).after is not None
    assert engine.search(Everything(), limit=5).after is None


def test_an_article_added_while_paging_does_not_shift_the_others(engine: Engine) -> None:
    fill(engine, *(article(serial=serial, published=MOMENT + timedelta(hours=serial)) for serial in range(1, 7)))
    first = engine.search(Everything(), limit=3)
    fill(engine, article(serial=7, published=MOMENT + timedelta(days=1)))
    second = engine.search(Everything(), limit=3, after=first.after)
    assert [hit.article.serial for hit in second.hits] == [3, 2, 1]


def test_articles_that_repeat_a_rare_word_rank_higher(engine: Engine) -> None:
    filler = "and so on it went for a long while without any news"
    fill(engine, *(article(serial=serial, title=None, text=filler) for serial in range(1, 40)))
    fill(engine, article(serial=50, title=None, text=f"{filler} peace peace peace"))
    fill(engine, article(serial=51, title=None, text=f"{filler} peace {filler}", published=MOMENT + timedelta(days=9)))
    fill(engine, article(serial=52, title=None, text=f"{filler} peace treaty {filler}"))
    wanted = Or((PEACE, Forms("words", frozenset({"treaty"}))))
    results = engine.search(wanted, limit=10, sort="score")
    assert {hit.article.serial for hit in results.hits} == {50, 51, 52}
    assert results.hits[-1].article.serial == 51
    scores = [hit.score for hit in results.hits]
    assert None not in scores
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_equal_scores_are_sorted_by_date(engine: Engine) -> None:
    moments = {1: MOMENT, 2: None, 3: MOMENT + timedelta(days=1), 4: MOMENT + timedelta(days=1), 5: None}
    fill(engine, *(article(serial=serial, text="peace", published=moment) for serial, moment in moments.items()))
    for node in (PEACE, Everything(), Value("source", frozenset({"example"})), Not(Forms("words", frozenset({"war"})))):
        for limit in (2, 5):
            results = engine.search(node, limit=limit, sort="score")
            assert [hit.article.serial for hit in results.hits] == [4, 3, 1, 5, 2][:limit]
            assert results.total == 5


@pytest.mark.parametrize(
    "node",
    [
        PEACE,
        Phrase("words", (Forms("words", frozenset({"peace", "мир"})), Forms("words", frozenset({"plan", "план"})))),
        And((PEACE, Not(Value("source", frozenset({"alpha"}))))),
        Or((PEACE, STORIES)),
    ],
)
def test_sorting_by_score_returns_the_same_articles_as_sorting_by_date(crowded: Engine, node: Or) -> None:
    by_score = crowded.search(node, limit=1000, sort="score")
    newest = crowded.search(node, limit=1000)
    assert by_score.total == newest.total == len(by_score.hits)
    assert {hit.article.id for hit in by_score.hits} == {hit.article.id for hit in newest.hits}


@pytest.mark.parametrize("field", get_args(Tallied))
def test_a_tally_counts_each_value(crowded: Engine, crowd: list[Article], field: Tallied) -> None:
    matching = [item for item in crowd if matches(PEACE, item)]
    expected = Counter(value for item in matching for value in values_of(item, field))
    assert expected
    assert crowded.tally(PEACE, field) == expected
    nowhere = Value("id", frozenset({"unknown"}))
    assert crowded.tallies(PEACE, [Everything(), nowhere, PEACE], field) == [expected, {}, expected]
    assert crowded.tallies(nowhere, [PEACE], field) == [{}]
    assert crowded.tallies(PEACE, [], field) == []


def test_spellings_of_one_author_are_tallied_together(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, authors=("Jane  Doe", "Анна Петрова")),
        article(serial=2, authors=("JANE DOE", "Jane Doé", "!")),
        article(serial=3, authors=("Jane Doe-Smith",)),
        article(serial=4, authors=()),
        article(serial=5, authors=("word " * 20_000,)),
    )
    names = engine.tally(Everything(), "author_names")
    assert names == {"jane doe": 2, "анна петрова": 1, "jane doe smith": 1, ("word " * 40)[:200]: 1}
    assert serials(engine, Value("author_names", frozenset({"jane doe"}))) == [1, 2]


def test_a_tally_of_many_values_is_complete(engine: Engine) -> None:
    number = 12_000
    for start in range(0, number, 4_000):
        engine.add(
            [article(serial=serial + 1, copy_of=f"story-{serial}", text="") for serial in range(start, start + 4_000)]
        )
    engine.refresh()
    expected = {f"story-{serial}": 1 for serial in range(number)}
    assert engine.tally(Everything(), "copy_of") == expected
    assert engine.tallies(Everything(), [Everything()] * 6, "copy_of") == [expected] * 6
    assert len(serials(engine)) == number


def test_a_scan_yields_articles_in_serial_order(crowded: Engine, crowd: list[Article]) -> None:
    assert list(crowded.scan(Everything())) == crowd
    assert list(crowded.scan(PEACE)) == [article for article in crowd if matches(PEACE, article)]


def test_a_scan_covers_serials_that_are_far_apart(engine: Engine) -> None:
    apart = [1, 2, 5_000, 70_000, 70_001, 3_000_000, 400_000_000, 2**29 - 1]
    fill(engine, *(article(serial=serial) for serial in reversed(apart)))
    assert serials(engine) == apart


def test_a_scan_continues_while_articles_are_written(engine: Engine) -> None:
    fill(engine, *(article(serial=serial) for serial in range(1, 1501)))
    seen = []
    for number, item in enumerate(engine.scan(Everything())):
        if number == 10:
            engine.set_themes({item.id: frozenset({"truce"})})
            engine.delete([article(serial=1400).id])
            engine.add([replace(item, text="changed")])
            engine.refresh()
        seen.append(item.serial)
    assert sorted(set(seen)) == seen
    assert set(seen) >= set(range(1, 1501)) - {1400}


def test_readers_may_be_called_from_several_threads(crowded: Engine, crowd: list[Article]) -> None:
    expected = [article for article in by_date(crowd) if matches(PEACE, article)]

    def ask(_: int) -> list[Article]:
        return [hit.article for hit in crowded.search(PEACE, limit=1000).hits]

    with ThreadPoolExecutor(8) as pool:
        assert all(answer == expected for answer in pool.map(ask, range(64)))
