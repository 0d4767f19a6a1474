"""Words and their forms in six languages, and words that are not expanded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from indexer.morphology import MAX_FORMS, Morphology, open_morphology
from indexer.morphology.build import build_table, table_folder
from indexer.morphology.edits import Edit
from indexer.morphology.table import Table
from indexer.words import tokens
from tests.support.words import morphology

ALL = ("en", "ru", "uk", "de", "fr", "pl")


@pytest.fixture(scope="module")
def words() -> Morphology:
    return morphology()


@pytest.mark.parametrize(
    ("language", "word", "some"),
    [
        ("en", "negotiation", {"negotiation", "negotiations"}),
        ("en", "sign", {"signs", "signed", "signing"}),
        ("en", "russia", {"russia's"}),
        ("ru", "переговоры", {"переговоров", "переговорам", "переговорами", "переговорах"}),
        ("ru", "перемирие", {"перемирия", "перемирию", "перемирием", "перемирии"}),
        ("ru", "уиткофф", {"уиткоффа", "уиткоффом"}),
        ("ru", "мирный", {"мирная", "мирные", "мирных", "мирного"}),
        ("ru", "зеленский", {"зеленского", "зеленским", "зеленскому"}),
        ("uk", "мирний", {"мирна", "мирні", "мирних", "мирного"}),
        ("uk", "перемир'я", {"перемир'ям", "перемир'ї"}),
        ("uk", "зеленський", {"зеленського", "зеленському", "зеленським"}),
        ("de", "verhandlung", {"verhandlungen"}),
        ("de", "waffe", {"waffen"}),
        ("de", "russische", {"russischer", "russischen", "russisch"}),
        ("de", "verletzte", {"verletzten", "verletzter"}),
        ("fr", "treve", {"treves"}),
        ("fr", "accord", {"accords", "l'accord", "d'accord"}),
        ("fr", "l'accord", {"accord", "accords"}),
        ("pl", "rozejm", {"rozejmu", "rozejmem", "rozejmie"}),
    ],
)
def test_a_word_has_its_inflected_forms(words: Morphology, language: str, word: str, some: set[str]) -> None:
    assert some | {word} <= words.forms(word, language)


@pytest.mark.parametrize(
    ("language", "word", "none"),
    [
        ("en", "talks", {"talked", "talking"}),
        ("ru", "мира", {"миро", "мирра"}),
        ("ru", "путин", {"путине!", "путинам", "путинах"}),
        ("ru", "заключенный", {"заключить", "заключил"}),
        ("uk", "війни", {"війнути", "війнув"}),
        ("de", "reise", {"gereist", "reiste"}),
    ],
)
def test_a_word_does_not_take_the_forms_of_another(words: Morphology, language: str, word: str, none: set[str]) -> None:
    assert words.forms(word, language).isdisjoint(none)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("de", "war"),
        ("de", "die"),
        ("en", "was"),
        ("fr", "est"),
        ("pl", "jest"),
        ("ru", "была"),
        ("ru", "который"),
        ("uk", "що"),
    ],
)
def test_function_words_are_not_expanded(words: Morphology, language: str, word: str) -> None:
    assert words.forms(word, language) == {word}
    assert words.is_function_word(word, language)


def test_a_word_of_unknown_language_is_expanded_where_it_is_a_dictionary_form(words: Morphology) -> None:
    result = words.expand("war", ("en", "de"))
    assert set(result) == {"en"}
    assert "wars" in result["en"]
    assert "sein" not in result["en"]
    assert {"ru", "uk"} == set(words.expand("мир", ALL))
    assert {"uk"} == set(words.expand("війна", ALL))


def test_an_inflected_form_of_unknown_language_is_expanded_where_it_is_known(words: Morphology) -> None:
    assert set(words.expand("переговоров", ALL)) == {"ru"}
    assert set(words.expand("negotiations", ALL)) == {"en"}


def test_an_unknown_name_is_expanded_in_all_languages_with_its_script(words: Morphology) -> None:
    assert set(words.expand("уиткофф", ALL)) == {"ru", "uk"}
    assert set(words.expand("віткофф", ALL)) == {"uk"}
    assert "zelensky's" in words.expand("zelensky", ALL)["en"]


@pytest.mark.parametrize("word", ["die", "as", "on", "была", "не", "3.14", "✌", "123", "est"])
def test_function_words_and_numbers_of_unknown_language_are_not_expanded(words: Morphology, word: str) -> None:
    assert words.expand(word, ALL) == {}


@given(st.text(alphabet="абвгіїєґыэaboutleszż'.3", min_size=1, max_size=12), st.sampled_from(ALL))
def test_forms_are_tokens_limited_in_number_and_include_the_word(text: str, language: str) -> None:
    for word in tokens(text):
        forms = morphology().forms(word, language)
        assert word in forms
        assert len(forms) <= MAX_FORMS
        assert all(tokens(form) == [form] for form in forms)


@given(st.text(alphabet="abcgenij", max_size=10), st.text(alphabet="abcgenij", max_size=10))
def test_an_edit_produces_the_target_and_its_reverse_the_source(source: str, target: str) -> None:
    edit = Edit.read(Edit.between(source, target).write())
    assert edit.apply(source) == target
    assert edit.reversed_for(source).apply(target) == source


def test_processes_that_start_together_build_a_table_once(tmp_path: Path) -> None:
    seen: list[str] = []

    def open_one() -> Morphology:
        return open_morphology(tmp_path, ["gv"], progress=lambda language, done, all_: seen.append(language))

    with ThreadPoolExecutor(2) as pool:
        opened = [future.result() for future in [pool.submit(open_one), pool.submit(open_one)]]
    assert all(one.forms("dooinney", "gv") > {"dooinney"} for one in opened)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [
        table_folder(tmp_path, "gv").name
    ]
    assert "gv" in seen
    seen.clear()
    open_one()
    assert seen == []


def test_a_table_of_another_version_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "gv-0.0.1-1-1").mkdir()
    build_table(tmp_path, "gv")
    assert [path.name for path in tmp_path.iterdir()] == [table_folder(tmp_path, "gv").name]
    assert Table(table_folder(tmp_path, "gv")).lemmas("no such word") == frozenset()


def test_a_language_without_a_dictionary_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='no dictionary for "xx"'):
        open_morphology(tmp_path, ["xx"])
