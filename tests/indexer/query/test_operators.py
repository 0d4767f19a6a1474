"""Operators of other search engines and other languages are never taken for words in silence."""

from __future__ import annotations

import pytest

from indexer.query.diagnostics import Diagnostic
from indexer.query.parse import lint_query, parse_query
from tests.support.queries import query_context


def lint(query: str) -> list[Diagnostic]:
    return [remark for remark in lint_query(query, context=query_context()) if remark.code != "other-spelling"]


@pytest.mark.parametrize(
    ("query", "code", "suggestion"),
    [
        ("truce near/5 Gaza", "near-operator", '"truce Gaza"~5'),
        ("truce w/5 Gaza", "near-operator", '"truce Gaza"~5'),
        ("truce W/10 Gaza", "near-operator", '"truce Gaza"~10'),
        ("truce PRE/3 Gaza", "near-operator", '"truce Gaza"~3'),
        ("truce ADJ3 Gaza", "near-operator", '"truce Gaza"~3'),
        ("truce NEAR5 Gaza", "near-operator", '"truce Gaza"~5'),
        ("truce NEAR Gaza", "near-operator", '"truce Gaza"~5'),
        ("truce w/s Gaza", "near-operator", '"truce Gaza"~5'),
        ("truce /s Gaza", "near-operator", None),
        ("truce /5 Gaza", "near-operator", None),
        ("NEAR(truce Gaza)", "near-operator", None),
        ('"peace talks" NEAR/5 truce', "near-operator", None),
        ("truce near/999 Gaza", "near-operator", None),
        ("truce ANDNOT Gaza", "joined-operator", "truce AND NOT Gaza"),
        ("truce AND-NOT Gaza", "joined-operator", "truce AND NOT Gaza"),
        ("truce BUT NOT Gaza", "joined-operator", "truce AND NOT Gaza"),
        ("truce AND/OR Gaza", "joined-operator", "truce OR Gaza"),
        ("truce and/or Gaza", "small-operator", "truce OR Gaza"),
        ("what comes next truce or war", "small-operator", "what comes next truce OR war"),
    ],
)
def test_an_operator_of_another_engine_is_refused_with_the_right_form(
    query: str, code: str, suggestion: str | None
) -> None:
    remark = next(remark for remark in lint(query) if remark.severity == "error")
    assert (remark.code, remark.suggestion) == (code, suggestion)


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("Россия ИЛИ НАТО", "Россия OR НАТО"),
        ("Россия И НАТО", "Россия AND НАТО"),
        ("Россия НЕ НАТО", "Россия NOT НАТО"),
        ("НАТО И США", "НАТО AND США"),
        ("мир АБО війна", "мир OR війна"),
        ("мир ТА війна", "мир AND війна"),
        ("Frieden ODER Krieg", "Frieden OR Krieg"),
        ("Frieden Oder Krieg", "Frieden OR Krieg"),
        ("Frieden UND Krieg", "Frieden AND Krieg"),
        ("Frieden NICHT Gaza", "Frieden NOT Gaza"),
        ("paix OU guerre", "paix OR guerre"),
        ("paix ET guerre", "paix AND guerre"),
        ("paix SAUF Gaza", "paix NOT Gaza"),
        ("pokój LUB wojna", "pokój OR wojna"),
        ("pokój ORAZ wojna", "pokój AND wojna"),
        ("pokój NIE wojna", "pokój NOT wojna"),
    ],
)
def test_an_operator_of_another_language_is_doubted(query: str, suggestion: str) -> None:
    (remark,) = lint(query)
    assert (remark.code, remark.severity, remark.suggestion) == ("small-operator", "warning", suggestion)
    parse_query(suggestion, context=query_context())


@pytest.mark.parametrize(
    "query",
    [
        "truce near Kyiv",
        "мир и война",
        "не мир, а перемирие",
        "paix et guerre",
        "Russia and Ukraine agree on a truce",
        "Putin says he will not stop",
        "ПУТИН НЕ БУДЕТ ВЕСТИ ПЕРЕГОВОРЫ С КИЕВОМ",
        "title:(peace) near",
        "24/7 talks",
    ],
)
def test_ordinary_words_that_look_like_operators_are_not_doubted(query: str) -> None:
    assert lint(query) == []
