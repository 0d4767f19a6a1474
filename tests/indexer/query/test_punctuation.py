"""Headlines as they are pasted: their punctuation stands between words and means nothing."""

from __future__ import annotations

import pytest

from config.errors import QueryError
from indexer.query.diagnostics import Diagnostic
from indexer.query.parse import lint_query, parse_query
from indexer.query.tree import Node
from tests.support.queries import query_context


def node(query: str) -> Node:
    return parse_query(query, context=query_context()).node


def lint(query: str) -> tuple[Diagnostic, ...]:
    return lint_query(query, context=query_context())


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ('"Is peace possible? Talks resume"', '"Is peace possible Talks resume"'),
        ("Is peace possible? Talks resume", "Is peace possible Talks resume"),
        ("Was ist los?? Ein Überblick", "Was ist los Ein Überblick"),
        ("Talks resume?!", "Talks resume"),
        ("«Мир?» — спросил он", '"Мир" спросил он'),
        ("Paix ? Guerre !", "Paix Guerre"),
        ("Moscow – Kyiv — London ― Paris", "Moscow Kyiv London Paris"),
        ("Moscow - Kyiv", "Moscow Kyiv"),
        ("Moscow -- Kyiv -", "Moscow Kyiv"),
        ("talks , truce ; prisoners …", "talks truce prisoners"),
        ('"Peace", says Kyiv', '"Peace" says Kyiv'),
        ("Путин: мира не будет", "Путин мира не будет"),
        ('"Мир": что дальше', '"Мир" что дальше'),
        ("Trump's 28-point plan: what is in it?", "Trump's 28-point plan what is in it"),
        ("Ukraine / Russia / NATO", "Ukraine Russia NATO"),
        ("Talks begin [video]", "Talks begin video"),
        ("exact:(peace , plan)", "exact:(peace plan)"),
        ("Meta* banned", "Meta* banned"),
    ],
)
def test_a_headline_finds_what_its_words_find(headline: str, words: str) -> None:
    assert node(headline) == node(words)


@pytest.mark.parametrize(
    ("query", "position", "suggestion"),
    [
        ("Is peace possible? Talks", 17, "Is peace possible Talks"),
        ('"Is peace possible?"', 18, '"Is peace possible"'),
        ("truc?", 4, "truc"),
        ("truce - Gaza", 6, "truce Gaza"),
        ("truce -- Gaza", 6, "truce Gaza"),
        ("Путин: мира не будет", 5, "Путин мира не будет"),
        ("foo: truce", 3, "foo truce"),
    ],
)
def test_a_sign_that_means_something_elsewhere_is_noted(query: str, position: int, suggestion: str) -> None:
    (note,) = [remark for remark in lint(query) if remark.code == "punctuation"]
    assert (note.severity, note.position, note.suggestion) == ("note", position, suggestion)
    assert node(query) == node(suggestion)


@pytest.mark.parametrize("dash", list("–−—‒―－"))
@pytest.mark.parametrize("excluded", ["Gaza", '"Gaza strip"', "(Gaza OR Sudan)"])
def test_a_dash_before_a_word_is_doubted(dash: str, excluded: str) -> None:
    (doubt,) = [remark for remark in lint(f"truce {dash}{excluded}") if remark.code == "dash"]
    assert (doubt.severity, doubt.suggestion) == ("warning", f"truce -{excluded}")


@pytest.mark.parametrize(
    "query", ["К??в", "wom?n", "?nchenko", "З?НЧЕНКО", "tru*", "truce -Gaza", "title: truce", "published: >2026", "a?*"]
)
def test_a_sign_that_means_something_keeps_its_meaning(query: str) -> None:
    assert {remark.code for remark in lint(query)} <= {"leading-wildcard"}


@pytest.mark.parametrize("query", ["?", "-", ", ;", "– — …", "- - -", "[ ]", "??? !!!"])
def test_punctuation_alone_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="there is no word in"):
        node(query)


@pytest.mark.parametrize("query", ["titel: truce", "sorce: bbc", "langauge: de"])
def test_a_misspelt_field_is_rejected_even_if_a_space_follows(query: str) -> None:
    (mistake,) = [remark for remark in lint(query) if remark.severity == "error"]
    assert (mistake.code, mistake.suggestion is not None) == ("unknown-field", True)


@pytest.mark.parametrize("signs", ["- ", "? ", "a? ", "[ ", "] ", ": ", "a: ", "+-", "?.", "– ", "[a "])
def test_a_hundred_thousand_characters_of_punctuation_are_refused_or_read(signs: str) -> None:
    query = (signs * 50_000)[:99_000]
    for remark in lint(query):
        assert remark.code in {"no-word", "too-broad", "punctuation", "syntax", "dash", "unbalanced-bracket", "range"}
