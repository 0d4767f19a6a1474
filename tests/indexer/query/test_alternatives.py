"""Alternatives for one place of a phrase: words joined by a bar."""

from __future__ import annotations

import pytest

from config.errors import QueryError, QueryTooBroad
from indexer.query.describe import describe, names_of
from indexer.query.parse import lint_query, parse_query
from indexer.query.tree import Forms, Near, Node, Or, Phrase, Prefix
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.queries import query_context


def node(query: str) -> Node:
    return parse_query(query, context=query_context(), language="en").node


@pytest.mark.parametrize(
    ("query", "finds", "misses"),
    [
        ('"peace|truce plan"', "two truce plans", "a plan for a truce"),
        (
            '"send|supply weapon|tank"~3',
            "tanks they will soon send",
            "tanks were built here and then quickly sent by sea",
        ),
        ("truce|ceasefire", "ceasefires", "war"),
        ("exact:truce|wars", "wars", "war"),
        ('"negotiat*|talk failed"', "negotiators failed", "talks succeeded"),
        ('"F-16|tank arrived"', "the F-16 arrived", "F 35 arrived"),
        ('"cease-fire|truce holds"', "the cease-fire holds", "fire holds"),
        ("title:truce|peace", "", "truce in the text"),
    ],
)
def test_any_of_the_words_serves(query: str, finds: str, misses: str) -> None:
    assert matches(node(query), article(title="Peace", text=finds))
    assert not matches(node(query), article(title="", text=misses))


def test_plain_words_share_one_leaf() -> None:
    assert isinstance(node("truce|ceasefire"), Forms)
    assert isinstance(node('"send|supply|give weapon|tank|shell"~3'), Near)
    assert isinstance(node('"peace|truce plan|deal"'), Phrase)


def test_what_cannot_share_a_place_becomes_several_phrases() -> None:
    several = node('"truce|peace|negotiat* plan"')
    assert isinstance(several, Or)
    assert [type(phrase.places[0]) for phrase in several.children if isinstance(phrase, Phrase)] == [Forms, Prefix]


@pytest.mark.parametrize("query", ['"US | Kyiv talks"', '"US| Kyiv talks"', '"US || Kyiv talks"', '"|US Kyiv talks|"'])
def test_a_bar_that_joins_no_two_words_is_punctuation(query: str) -> None:
    assert node(query) == node('"US Kyiv talks"')


def test_an_escaped_bar_is_punctuation() -> None:
    assert node(r'"a\|b c"') == node('"a b c"')


def test_alternatives_that_multiply_are_refused() -> None:
    part = "|".join(f"w{number:02d}a*" for number in range(9))
    with pytest.raises(QueryTooBroad, match="too many alternatives"):
        node(f'"{part} {part}"~3')


def test_a_proximity_still_takes_two_or_three_words() -> None:
    with pytest.raises(QueryError, match="takes two or three words, not 4"):
        node('"F-16|tank F-35|shell"~3')


def test_a_query_with_alternatives_is_shown_as_typed() -> None:
    query = parse_query('"peace|truce plan"', context=query_context(), language="en")
    assert describe(query.node, names_of(query.words)) == '"peace|truce plan"'


def test_the_linter_has_no_problem_with_alternatives() -> None:
    assert lint_query('"peace|truce plan|deal"~3 OR ceasefire|armistice', context=query_context(), language="en") == ()
