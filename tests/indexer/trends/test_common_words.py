"""Months, days and numbers say nothing of what happened, in any of their forms."""

from __future__ import annotations

import pytest

from indexer.trends.common_words import says_nothing
from tests.support.words import morphology


@pytest.mark.parametrize(
    ("language", "nothing", "something"),
    [
        ("en", "wednesday wednesdays september seven thousands the", "truce teacher letter marches sitting second"),
        ("de", "mittwoch mittwochs september sieben millionen der", "waffenruhe brief lehrer"),
        ("fr", "mercredi septembre sept milliers les", "treve lettre professeur"),
        ("pl", "sroda srode wrzesnia siedem tysiecy oraz", "rozejm list nauczyciel"),
        ("ru", "среда среду сентября семь тысяч где", "перемирие письмо учитель"),
        ("uk", "середа середу вересня сім тисяч як", "перемир'я лист учитель"),
    ],
)
def test_a_word_says_something_or_nothing(language: str, nothing: str, something: str) -> None:
    assert [word for word in nothing.split() if not says_nothing(word, language, morphology())] == []
    assert [word for word in something.split() if says_nothing(word, language, morphology())] == []


def test_words_of_an_unknown_language_are_taken_as_they_are() -> None:
    assert not says_nothing("wednesday", None, morphology())
    assert says_nothing("miercoles", "es", morphology())
