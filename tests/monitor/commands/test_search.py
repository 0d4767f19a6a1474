from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from monitor.documents.articles import SearchDocument

Document = Callable[..., Any]
Said = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def test_a_search_prints_one_object_with_total_and_hits(document: Document) -> None:
    page = SearchDocument.model_validate(document("search", "truce", "--limit", "5"))
    assert page.total >= 5
    assert len(page.hits) == 5


def test_hits_come_newest_first_and_undated_ones_last(document: Document) -> None:
    dates = [hit["published"] for hit in document("search", "*", "--limit", "1000")["hits"]]
    dated = [date for date in dates if date]
    assert dated == sorted(dated, reverse=True)
    assert dates[len(dated) :] == [None] * (len(dates) - len(dated)) != []


def test_an_inflected_word_is_found_by_its_dictionary_form_and_not_when_exact(document: Document) -> None:
    expanded = document("search", "lang:ru(переговоры)")["total"]
    exact = document("search", "exact:переговоры")["total"]
    assert expanded > exact


def test_a_range_says_how_many_it_cannot_place(document: Document) -> None:
    result = document("search", "*", "--since", "400d")
    undated = document("search", "is:undated")["total"]
    assert undated > 0
    assert result["undated"] == undated


def test_a_story_says_how_many_carry_it(document: Document) -> None:
    copies = document("search", "is:copy", "--limit", "100")["hits"]
    stories = {hit["id"]: hit["copies"] for hit in document("search", "is:story", "--limit", "1000")["hits"]}
    assert len(copies) == 8
    assert sum(stories.values()) == len(copies)
    assert all(stories[copy["copy_of"]] > 0 for copy in copies)


def test_people_see_title_source_date_and_the_words_found(said: Said) -> None:
    shown = said("search", "theme:truce AND class:wire", "--limit", "1")
    assert "(wire, " in shown
    assert "truce" in shown
    assert "articles." in shown


def test_nothing_found_is_said_in_words(said: Said) -> None:
    assert said("search", "xylophonequartet").strip() == 'Nothing found. No article has "xylophonequartet".'


def test_a_word_that_no_article_has_is_named_beside_the_nearest_that_some_have(document: Document, said: Said) -> None:
    result = document("search", '"trcue talks" AND negotations AND prisoners')
    assert [(one["word"], one["nearest"]) for one in result["absent"]] == [
        ("trcue", "truce"),
        ("negotations", "negotiations"),
    ]
    assert result["absent"][0]["articles"] == document("search", "exact:truce")["total"]
    assert 'No article has "trcue"' in said("search", "trcue")
    assert document("search", "trcue OR truce")["absent"] == []
    assert [one["word"] for one in document("search", "@conflict AND trcue")["absent"]] == ["trcue"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["truce AND (peace"], "bracket"),
        (["sourse:tass"], "source"),
        (["truce", "--since", "whenever"], "is not a date"),
        (["truce", "--limit", "0"], "the limit must be 1 to 1,000"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_a_sentence(
    refused: Said, words: list[str], sentence: str
) -> None:
    assert sentence in refused("search", *words)
