"""What people type by habit and mean otherwise: named, placed, and corrected where that is safe."""

from __future__ import annotations

import pytest

from indexer.query.diagnostics import Diagnostic
from indexer.query.parse import lint_query
from tests.support.queries import query_context


def lint(query: str) -> tuple[Diagnostic, ...]:
    return lint_query(query, context=query_context())


@pytest.mark.parametrize(
    ("query", "code", "position", "suggestion"),
    [
        ("peace and plan", "small-operator", 6, "peace AND plan"),
        ("truce or ceasefire", "small-operator", 6, "truce OR ceasefire"),
        ("truce not gaza", "small-operator", 6, "truce NOT gaza"),
        ("truce published>=2026-03-01", "field-colon", 6, "truce published:>=2026-03-01"),
        ("language=uk", "field-colon", 0, "language:uk"),
        ("“peace plan”", "curly-quotes", 0, '"peace plan"'),
        ("мир «мирный план»", "curly-quotes", 4, 'мир "мирный план"'),
        ("„Frieden jetzt“", "curly-quotes", 0, '"Frieden jetzt"'),
        ("“peace plan", "curly-quotes", 0, None),
        ("'peace plan'", "single-quotes", 0, '"peace plan"'),
        ("(peace OR plan", "unbalanced-bracket", 0, "(peace OR plan)"),
        ("peace) plan", "unbalanced-bracket", 5, "peace plan"),
        ('peace "plan', "unbalanced-quote", 6, 'peace "plan"'),
        ('foo"bar"', "glued-quote", 3, 'foo "bar"'),
        ("titel:peace", "unknown-field", 0, "title:peace"),
        ("Title:peace", "unknown-field", 0, "title:peace"),
        ("foo:bar:baz", "unknown-field", 0, '"foo:bar:baz"'),
        ("12:30", "unknown-field", 0, '"12:30"'),
        ("https://example.com/a?b=c", "bare-url", 0, 'url:"https://example.com/a?b=c"'),
        ("url:https://example.com/a", "bare-url", 0, 'url:"https://example.com/a"'),
        ("peace && plan", "sign-operator", 6, "peace AND plan"),
        ("peace || plan", "sign-operator", 6, "peace OR plan"),
        ("peace !gaza", "sign-operator", 6, "peace NOT gaza"),
        ("peace NEAR/5 plan", "near-operator", 6, '"peace plan"~5'),
        ('"peace plan"~x', "near-number", 12, None),
        ("   ", "empty", 0, None),
        ("lang:de Frieden", "lang-brackets", 0, None),
        ("/peace.*/", "regex", 0, None),
    ],
)
def test_a_mistake_stops_the_query(query: str, code: str, position: int, suggestion: str | None) -> None:
    assert [(remark.code, remark.severity) for remark in lint(query)] == [(code, "error")]
    (remark,) = lint(query)
    assert (remark.position, remark.suggestion) == (position, suggestion)
    if suggestion is not None:
        assert not any(left.severity == "error" for left in lint(suggestion))


@pytest.mark.parametrize(
    ("query", "code", "position", "suggestion"),
    [
        ("truce OR peace AND plan", "mixed-operators", 9, "truce OR (peace AND plan)"),
        ("truce published:now-7d", "one-second", 16, "truce published:>=now-7d"),
        ('published:"now-1M"', "one-second", 10, 'published:>="now-1M"'),
        ("truce OR peace plan", "mixed-operators", 9, "truce OR (peace plan)"),
        ('title:truce -gaza OR "a b"~2', "mixed-operators", 0, '(title:truce -gaza) OR "a b"~2'),
        ("x (truce OR peace NOT plan)", "mixed-operators", 12, "x (truce OR (peace NOT plan))"),
        ("*ация", "leading-wildcard", 0, None),
        ("пepeговоры", "mixed-letters", 0, "переговоры"),
        ("NАТО", "mixed-letters", 0, None),
        ("мир или война", "small-operator", 4, "мир OR война"),
        ("truce And ceasefire", "small-operator", 6, "truce AND ceasefire"),
        ("trêve ou paix", "small-operator", 6, "trêve OR paix"),
        ("war", "other-language", 0, None),
        ("source:reuters", "unknown-source", 7, None),
        ("peace^2 plan", "weight", 0, None),
        ("NOT gaza", "only-not", 0, None),
    ],
)
def test_a_doubt_is_shown_beside_the_answer(query: str, code: str, position: int, suggestion: str | None) -> None:
    (remark,) = lint(query)
    assert (remark.code, remark.severity, remark.position) == (code, "warning", position)
    if suggestion is not None:
        assert remark.suggestion == suggestion


@pytest.mark.parametrize(
    "query",
    [
        "(truce OR peace) AND plan",
        "title:(truce OR peace) published:[2026-01-01 TO 2026-02-01]",
        "truce AND NOT (gaza OR sudan)",
        "lang:de(Frieden OR Waffenruhe) language:de",
        'exact:"or" peace',
        '"peace and plan"',
        '"«мирный план»"',
        "don't п’ять п'ять МиГ-29 COVID-19",
        "negotiat* OR truce~1",
        "a=b x>5",
    ],
)
def test_a_sound_query_gets_no_remark(query: str) -> None:
    assert lint(query) == ()


@pytest.mark.parametrize(("query", "suggestion"), [("truce Or peace", "truce OR peace"), ("Not gaza", "NOT gaza")])
def test_an_operator_with_one_capital_is_a_word_that_is_doubted(query: str, suggestion: str) -> None:
    (remark,) = [remark for remark in lint(query) if remark.code == "small-operator"]
    assert (remark.severity, remark.suggestion) == ("warning", suggestion)


def test_all_mistakes_are_named_at_once() -> None:
    assert [remark.code for remark in lint("a and b || titel:c")] == [
        "small-operator",
        "sign-operator",
        "unknown-field",
    ]


def test_the_same_remark_is_made_a_limited_number_of_times() -> None:
    long = "пepeговоpы" * 9
    assert len(lint(f"{long} " * 500)) == 20
    assert len(lint("a^2 " * 3_900)) == 20
