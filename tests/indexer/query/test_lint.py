"""What people type by habit and mean otherwise: named, placed, and corrected where that is safe."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query.diagnostics import Diagnostic
from indexer.query.parse import lint_query, parse_query
from tests.support.queries import query_context, source


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
        ("lang:de Frieden", "lang-brackets", 0, "language:de Frieden"),
        ("date>=2026-03-01", "field-colon", 0, "published:>=2026-03-01"),
        ("Date:2026-03-01", "unknown-field", 0, "date:2026-03-01"),
        ("since:(2026 OR 2025)", "no-date", 0, None),
        ("published:01.03.2026", "no-date", 10, "published:2026-03-01"),
        ("published:yesteday", "no-date", 10, "published:yesterday"),
        ("country:Atlantis", "unknown-country", 8, None),
        ("language:klingon", "unknown-language", 9, None),
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
def test_a_warning_is_shown_with_the_results(query: str, code: str, position: int, suggestion: str | None) -> None:
    (remark,) = lint(query)
    assert (remark.code, remark.severity, remark.position) == (code, "warning", position)
    if suggestion is not None:
        assert remark.suggestion == suggestion


@pytest.mark.parametrize(
    ("query", "code", "position", "suggestion"),
    [
        ("“peace plan”", "curly-quotes", 0, '"peace plan"'),
        ("мир «первый план»", "curly-quotes", 4, 'мир "первый план"'),
        ("„Frieden heute“", "curly-quotes", 0, '"Frieden heute"'),
        ("date:2026-03-01", "field-synonym", 0, "published:2026-03-01"),
        ("since:7d", "field-synonym", 0, "published:>=7d"),
        ("peace until:yesterday", "field-synonym", 6, "peace published:<=yesterday"),
        ("before:2026-03", "field-synonym", 0, "published:<2026-03"),
        ("headline:peace", "field-synonym", 0, "title:peace"),
        ('domain:"bbc.co.uk"', "field-synonym", 0, 'site:"bbc.co.uk"'),
        ("type:state", "field-synonym", 0, "class:state"),
        ("country:Russia", "country-name", 8, "country:RU"),
        ("country:Россия", "country-name", 8, "country:RU"),
        ("country:США", "country-name", 8, "country:US"),
        ('country:"United Kingdom"', "country-name", 8, "country:GB"),
        ("country:uk", "country-name", 8, "country:GB"),
        ("language:ukrainian", "language-name", 9, "language:uk"),
        ("language:українська", "language-name", 9, "language:uk"),
        ("language:Deutsch", "language-name", 9, "language:de"),
        ("language:ua", "language-name", 9, "language:uk"),
        ("class:thinktank", "class-name", 6, 'class:"think tank"'),
        ('class:"state media"', "class-name", 6, "class:state"),
        ("переговори", "other-spelling", 0, "(переговори OR переговоры)"),
        ("title:переговоры -peace", "other-spelling", 6, "title:(переговоры OR переговори) -peace"),
    ],
)
def test_what_is_meant_without_doubt_is_accepted_with_a_note(
    query: str, code: str, position: int, suggestion: str
) -> None:
    (remark,) = lint(query)
    assert (remark.code, remark.severity, remark.position) == (code, "note", position)
    assert remark.suggestion == suggestion
    context = query_context()
    if code != "other-spelling":
        assert parse_query(query, context=context).node == parse_query(suggestion, context=context).node


@pytest.mark.parametrize(
    "query",
    [
        "переговори language:uk",
        "переговори OR переговоры",
        '"долгие переговоры"',
        "lang:ru(переговоры)",
        "мир",
        "exact:переговоры",
    ],
)
def test_a_twin_word_is_not_named_where_it_is_known_or_not_wanted(query: str) -> None:
    assert "other-spelling" not in {remark.code for remark in lint(query)}


def test_an_unclosed_quotation_mark_of_any_shape_is_an_error() -> None:
    (mistake,) = [remark for remark in lint("“peace plan") if remark.severity == "error"]
    assert (mistake.code, mistake.suggestion) == ("unbalanced-quote", '"peace plan"')


def test_a_suggestion_corrects_every_mistake_of_the_query_or_is_left_out() -> None:
    assert {remark.suggestion for remark in lint("a and b || titel:c")} == {"a AND b OR title:c"}
    assert {remark.suggestion for remark in lint("theme:trcue and peace")} == {None}


_HABITS = st.sampled_from(
    [
        *(
            "peace",
            "переговори",
            "мир",
            "and",
            "OR",
            "AND",
            "||",
            "!",
            "not",
            "(",
            ")",
            '"',
            "“",
            "”",
            "«",
            "»",
            "'",
            "foo:",
            "a=b",
        ),
        *(
            "date:",
            "since:",
            "until:",
            "7d",
            "2026-03",
            "01.02.2026",
            "yesteday",
            "published>=",
            "published:",
            "now-1d",
        ),
        *(
            "country:",
            "Ukraine",
            "language:",
            "ukrainian",
            "lang:",
            "lang:de(",
            "type:",
            "state",
            "titel:",
            "-",
            "~2",
            "^2",
        ),
        *("https://bbc.co.uk/a", "site:", "NEAR/3", "пepeговоры", "или", "Not", "12:30", "[", "TO", "]", ">=", "*"),
        *("–", "—", "?", "truce?", "w/5", "/s", "ANDNOT", "AND/OR", "NEAR", "И", "НЕ", ":", "foo: ", ",", "- ", "the"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_HABITS, max_size=9), st.sampled_from(["", " ", " "]))
def test_every_suggestion_is_a_valid_query(words: list[str], between: str) -> None:
    context = query_context()
    for remark in lint_query(between.join(words), context=context):
        if remark.suggestion is not None:
            parse_query(remark.suggestion, context=context)


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
def test_a_correct_query_has_no_remarks(query: str) -> None:
    assert lint(query) == ()


@pytest.mark.parametrize(("query", "suggestion"), [("truce Or peace", "truce OR peace"), ("Not gaza", "NOT gaza")])
def test_an_operator_with_one_capital_is_a_word_that_is_doubted(query: str, suggestion: str) -> None:
    (remark,) = [remark for remark in lint(query) if remark.code == "small-operator"]
    assert (remark.severity, remark.suggestion) == ("warning", suggestion)


def test_the_beginning_of_two_sources_suggests_both() -> None:
    sources = [source(f"bbc-{part}", f"BBC {part}", "GB", "public") for part in ("russian", "world")]
    (remark,) = lint_query("source:bbc", context=query_context(sources=sources))
    assert remark.message == 'no source is called "bbc", did you mean "bbc-russian" or "bbc-world"?'


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


@pytest.mark.timeout(60)  # takes a third of a second; checking each suggestion inside the check of another took 16
def test_a_query_full_of_doubtful_words_is_read_at_once() -> None:
    doubtful = ["и?"] * 20 + ["foo: x"] * 20 + ["x Or y"] * 20 + ["пepeговоры"] * 20 + ["мир или"] * 20
    assert len(lint(" ".join(doubtful * 3))) >= 60
