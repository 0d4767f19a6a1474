from __future__ import annotations

from datetime import date

from monitor.demo.content import load_content
from monitor.demo.expected import expected

CONTENT = load_content(date(2026, 11, 23))


def test_every_address_is_either_expected_or_left_out() -> None:
    outcome = expected(CONTENT)
    assert outcome.indexed.isdisjoint(outcome.left_out)
    assert outcome.indexed | set(outcome.left_out) == {article.url for article in CONTENT.articles}


def test_addresses_are_distinct() -> None:
    assert len({article.url for article in CONTENT.articles}) == len(CONTENT.articles)


def test_copies_are_groups_of_indexed_addresses_at_different_outlets() -> None:
    for group in expected(CONTENT).copies:
        assert group <= expected(CONTENT).indexed
        assert len({url.split("/")[2] for url in group}) == len(group) > 1


def test_articles_without_a_date_or_with_an_impossible_one_are_listed() -> None:
    without = expected(CONTENT).without_date
    for article in CONTENT.articles:
        if article.url in without:
            assert article.published is None or not 0 <= (CONTENT.today - article.published.date()).days <= 60
        elif article.published:
            assert article.published.date() < CONTENT.today


def test_the_same_day_gives_the_same_expected_result() -> None:
    assert expected(load_content(CONTENT.today)) == expected(CONTENT)
