from __future__ import annotations

from indexer.query.parse import parse_query
from indexer.search.deciding import Deciding, deciding_words
from tests.support.queries import query_context


def deciding(query: str, text: str, title: str | None = None) -> Deciding:
    return deciding_words(title, text, parse_query(query, context=query_context(), language="en").node)


def test_the_words_of_every_part_that_matches_are_given_as_spelled() -> None:
    assert deciding('"peace plan" OR truce OR arm', "Truces, two peace  plans, a truce.") == Deciding(
        True, ("Truces", "peace plans", "truce"), ()
    )


def test_words_of_an_alternative_that_does_not_match_are_left_out() -> None:
    assert deciding("truce OR (weapon AND toy)", "A truce, a weapon") == Deciding(True, ("truce",), ())


def test_a_text_that_does_not_match_shows_the_part_that_does() -> None:
    assert deciding("truce AND Ukraine", "A truce in Sudan") == Deciding(False, ("truce",), ())
    assert deciding("truce", "Rain in Sudan") == Deciding(False, (), ())


def test_the_words_of_an_exclusion_that_applies_are_given() -> None:
    assert deciding('truce AND NOT "winter truce"', "The winter truce") == Deciding(
        False, ("truce",), ("winter truce",)
    )
    assert deciding("truce AND NOT winter", "A truce") == Deciding(True, ("truce",), ())


def test_no_phrase_crosses_from_the_title_into_the_text() -> None:
    assert not deciding('"peace plan"', "plan of the town", title="Peace").matches
    assert deciding("title:peace", "peace in the text", title="War").matches is False
    assert deciding("title:peace", "war in the text", title="Peace") == Deciding(True, ("Peace",), ())


def test_proximity_and_wildcards_are_decided_as_engines_decide_them() -> None:
    assert deciding('"peace talk"~2', "talks about real peace").wanted == ("talks", "peace")
    assert deciding("negotiat*", "negotiators met").wanted == ("negotiators",)
    assert deciding("source:bbc truce", "A truce") == Deciding(True, ("truce",), ())
