from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from monitor.documents.articles import SearchDocument

RunJson = Callable[..., Any]
Run = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def test_a_search_prints_one_object_with_total_and_hits(run_json: RunJson) -> None:
    page = SearchDocument.model_validate(run_json("search", "truce", "--limit", "5"))
    assert page.total >= 5
    assert len(page.hits) == 5


def test_hits_come_newest_first_and_undated_ones_last(run_json: RunJson) -> None:
    dates = [hit["published"] for hit in run_json("search", "*", "--limit", "1000")["hits"]]
    dated = [date for date in dates if date]
    assert dated == sorted(dated, reverse=True)
    assert dates[len(dated) :] == [None] * (len(dates) - len(dated)) != []


def test_a_dictionary_form_matches_inflected_words_unless_exact(run_json: RunJson) -> None:
    expanded = run_json("search", "lang:ru(переговоры)")["total"]
    exact = run_json("search", "exact:переговоры")["total"]
    assert expanded > exact


def test_a_search_in_a_range_counts_undated_articles(run_json: RunJson) -> None:
    result = run_json("search", "*", "--since", "400d")
    undated = run_json("search", "is:undated")["total"]
    assert undated > 0
    assert result["undated"] == undated


def test_a_story_shows_the_number_of_its_copies(run_json: RunJson) -> None:
    copies = run_json("search", "is:copy", "--limit", "100")["hits"]
    stories = {hit["id"]: hit["copies"] for hit in run_json("search", "is:story", "--limit", "1000")["hits"]}
    assert len(copies) == 8
    assert sum(stories.values()) == len(copies)
    assert all(stories[copy["copy_of"]] > 0 for copy in copies)


def test_the_output_shows_title_source_date_and_matching_words(run_command: Run) -> None:
    shown = run_command("search", "theme:truce AND class:wire", "--limit", "1")
    assert "(wire, " in shown
    assert "truce" in shown
    assert "articles." in shown


def test_a_search_without_results_is_reported(run_command: Run) -> None:
    assert run_command("search", "xylophonequartet").strip() == 'Nothing found. No article has "xylophonequartet".'


def test_the_nearest_existing_word_is_suggested_for_a_word_without_articles(
    run_json: RunJson, run_command: Run
) -> None:
    result = run_json("search", '"trcue talks" AND negotations AND prisoners')
    assert [(one["word"], one["nearest"]) for one in result["absent"]] == [
        ("trcue", "truce"),
        ("negotations", "negotiations"),
    ]
    assert result["absent"][0]["articles"] == run_json("search", "exact:truce")["total"]
    assert 'No article has "trcue"' in run_command("search", "trcue")
    assert run_json("search", "trcue OR truce")["absent"] == []
    assert [one["word"] for one in run_json("search", "@conflict AND trcue")["absent"]] == ["trcue"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["truce AND (peace"], "bracket"),
        (["sourse:tass"], "source"),
        (["truce", "--since", "whenever"], "is not a date"),
        (["truce", "--limit", "0"], "the limit must be 1 to 1,000"),
    ],
)
def test_an_invalid_query_is_rejected_with_a_sentence(run_failing: Run, words: list[str], sentence: str) -> None:
    assert sentence in run_failing("search", *words)
