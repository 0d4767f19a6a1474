"""A warning for a word that is everywhere in another language, and none for the function words of a sentence."""

from __future__ import annotations

import pytest

from indexer.query.parse import lint_query
from tests.support.queries import query_context


def messages(query: str) -> list[str]:
    remarks = lint_query(query, context=query_context())
    return [remark.message for remark in remarks if remark.code == "other-language"]


@pytest.mark.parametrize(
    "query",
    [
        "the",
        "for",
        "the peace plan for Ukraine",
        "on the way to peace",
        "Is the war over and what will it mean",
        '"the war"',
        "die Lage in der Ukraine",
        "Was ist über den Plan bekannt",
        "la paix pour l'Ukraine",
        "Le plan de paix est mort",
        "plan pokojowy dla Ukrainy",
        "wojna na Ukrainie nie ma końca",
        "что будет после войны",
        "за что воюет Россия",
        "переговори про мир",
        "за що воює Росія",
        "language:en lang:en(war OR peace)",
    ],
)
def test_function_words_are_not_doubted(query: str) -> None:
    assert messages(query) == []


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("war Ukraine", "add language:en or"),
        ("war OR truce OR ceasefire OR peace", "add language:en or"),
        ("war", "add the language you mean"),
    ],
)
def test_a_word_that_mostly_matches_another_language_has_a_warning(query: str, suggestion: str) -> None:
    (message,) = messages(query)
    assert "(de)" in message and suggestion in message


@pytest.mark.parametrize("word", ["як", "про", "за", "до", "проти", "після"])
def test_a_ukrainian_function_word_is_not_expanded(word: str) -> None:
    assert query_context().morphology.expand(word, ("uk",)) == {}
