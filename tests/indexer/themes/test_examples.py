from __future__ import annotations

from dataclasses import replace

from config.themes import Example
from indexer.themes.compile import compile_theme
from indexer.themes.examples import Failure, Match, find_failures, match_themes
from tests.support.queries import query_context, theme

TRUCE = theme("truce", context={"en": "Ukraine OR Russia"}, en='"winter truce" OR ceasefire', ru="перемирие")
ARMS = theme("arms", en="weapon AND NOT toy")


def test_a_text_matches_themes_and_shows_the_matching_words_in_order() -> None:
    context = query_context(themes=(TRUCE, ARMS))
    compiled = [compile_theme(one, context) for one in (ARMS, TRUCE)]
    text = "Ukraine: no Ceasefires, but a winter truce. Нет перемирия."
    assert match_themes(text, compiled) == [Match("truce", ("Ukraine", "Ceasefires", "winter", "truce", "перемирия"))]
    assert match_themes("Weapons from Russia", compiled) == [Match("arms", ("Weapons",))]
    assert match_themes("A ceasefire elsewhere, toy weapons", compiled) == []
    assert match_themes("", compiled) == []


def test_examples_that_should_and_should_not_match_are_checked() -> None:
    arms = replace(
        ARMS,
        matches=(Example("en", "weapons"), Example("en", "toy weapons")),
        misses=(Example("en", "rain"), Example("uk", "weapon")),
    )
    assert find_failures(arms, compile_theme(arms, query_context())) == [
        Failure(Example("en", "toy weapons"), matched=False),
        Failure(Example("uk", "weapon"), matched=True),
    ]
