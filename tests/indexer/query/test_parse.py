"""What each construct of the query language means, shown on articles by the oracle, and what is rejected."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import QueryError, QueryTooBroad
from indexer.query.parse import lint_query, parse_query
from indexer.query.tree import And, Between, Everything, Forms, Node, Not, Or, UrlPrefix, Value
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.queries import query_context, source


def node(query: str, language: str | None = None) -> Node:
    return parse_query(query, context=query_context(), language=language).node


def finds(query: str, text: str = "", **changes: object) -> bool:
    return matches(node(query), article(text=text, **{"title": None, **changes}))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("peace plan", "a plan for peace"),
        ("переговоры", "после трудных переговоров"),
        ("война", "во время войны"),
        ('"мирный план"', "о мирном плане говорили"),
        ('"peace talks"~3', "talks between them about peace"),
        ('"peace talks deal"~2', "a deal after talks on peace"),
        ("cease-fire", "the cease-fires held"),
        ("negotiat*", "they were negotiating"),
        ("*ация", "эскалация"),
        ("w?r", "the war"),
        ('"мирн* план"', "мирные планы"),
        ("negotation~1", "negotiation"),
        ("truce OR peace AND plan", "truce"),
        ("peace plan OR truce", "truce"),
        ("(truce OR peace) AND plan", "peace plan"),
        ("peace -gaza", "peace in Ukraine"),
        ("peace NOT gaza", "peace in Ukraine"),
        ("+peace +plan", "peace plan"),
        ("exact:talks", "talks"),
        ("lang:de(Frieden)", "des Friedens"),
        ("accord", "on parle de l’accord"),
        ("russia", "Russia's war"),
        ("@conflict", "в Україні"),
        ("👍", "да 👍🏽"),
        ('"U.S. plan"', "the U.S. plans"),
        ("3.14", "pi is 3.14"),
        (r"rock\-solid", "rock solid"),
    ],
)
def test_a_query_finds(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("peace plan", "peace"),
        ('"peace plan"', "plan for peace"),
        ('"peace talks"~1', "talks between them about peace"),
        ("cease-fire", "fire will cease"),
        ("w?r", "wr"),
        ("truce OR peace AND plan", "peace"),
        ("(truce OR peace) AND plan", "truce"),
        ("peace -gaza", "peace in Gaza"),
        ("exact:talk", "talks"),
        ('exact:"peace plan"', "peace plans"),
        ("war", "er ist da"),
        ("talks", "they talked"),
    ],
)
def test_a_query_does_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


def test_everything_is_a_star() -> None:
    assert node("*") == Everything()


def test_words_match_title_and_text_or_only_the_title() -> None:
    assert finds("peace", title="Peace")
    assert finds("title:peace", title="Peace")
    assert not finds("title:(peace OR plan)", "peace plan", title="War")


def test_authors_are_found_as_they_are_written() -> None:
    assert finds('author:"anna müller"', authors=("Anna Müller",))
    assert not finds('author:"anna müller"', authors=("Anna", "Müller"))


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("source:tass", {"tass"}),
        ('source:"BBC World"', {"bbc"}),
        ("source:bbc*", {"bbc", "bbc-russian"}),
        ("source:(tass OR isw)", {"tass", "isw"}),
        ("class:state", {"tass"}),
        ("class:think-tank", {"isw"}),
        ("country:gb", {"bbc", "bbc-russian"}),
    ],
)
def test_fields_of_sources_become_sets_of_sources(query: str, sources: set[str]) -> None:
    assert node(query) == Value("source", frozenset(sources))


@pytest.mark.parametrize("query", ["source:daily", "source:dail*", "source:DAILY"])
def test_a_name_that_two_sources_have_is_both(query: str) -> None:
    two = (source("one", "Daily", "GB", "public"), source("two", "Daily", "RU", "state"))
    assert parse_query(query, context=query_context(sources=two)).node == Value("source", frozenset({"one", "two"}))


def test_other_fields_ask_for_values() -> None:
    assert node("language:EN") == Value("language", frozenset({"en"}))
    assert node("theme:truce") == Value("themes", frozenset({"truce"}))
    assert node("site:www.bbc.co.uk") == Value("site", frozenset({"bbc.co.uk"}))
    assert node('url:"HTTPS://Example.com/a?utm_source=x"') == Value("url", frozenset({"https://example.com/a"}))
    assert node('url:"https://example.com/a*"') == UrlPrefix("https://example.com/a")
    assert node("site:мвд.рф") == node("site:МВД.РФ.") == Value("site", frozenset({"xn--b1aew.xn--p1ai"}))
    assert node('url:"https://мвд.рф/a"') == Value("url", frozenset({"https://xn--b1aew.xn--p1ai/a"}))
    assert node('url:"https://МВД.рф/a*"') == UrlPrefix("https://xn--b1aew.xn--p1ai/a")
    assert node("id:abc") == Value("id", frozenset({"abc"}))
    assert finds("is:copy", copy_of="x")
    assert finds("is:carrier", carries=("x",))
    assert finds("carries:x", carries=("w", "x"))
    assert finds("carries:*", carries=("w",))
    assert not finds("carries:x", copy_of="x")
    assert finds("is:story")
    assert finds("is:undated", published=None)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("published:2026-03-01", "2026-02-28T23:00", "2026-03-01T23:00"),
        ("published:2026-03", "2026-02-28T23:00", "2026-03-31T22:00"),
        ("published:2026", "2025-12-31T23:00", "2026-12-31T23:00"),
        ("published:[2026-03-28 TO 2026-03-29]", "2026-03-27T23:00", "2026-03-29T22:00"),
        ("published:{2026-03-27 TO 2026-03-29}", "2026-03-27T23:00", "2026-03-28T23:00"),
        ("published:>=2026-03-29", "2026-03-28T23:00", None),
        ("published:>2026-03-29", "2026-03-29T22:00", None),
        ("published:<2026-03-29", None, "2026-03-28T23:00"),
        ("published:<=2026-03-29", None, "2026-03-29T22:00"),
        ("published:[* TO 2026-03-29]", None, "2026-03-29T22:00"),
        ("published:[2026-03-01T09:30 TO *]", "2026-03-01T08:30", None),
        ('published:>="2026-03-01T09:30+03:00"', "2026-03-01T06:30", None),
        ("published:>=2026-03-01T09:30:15Z", "2026-03-01T09:30:15", None),
        ("collected:>=now-7d", "2026-03-24T11:15:30", None),
        ("collected:>=now-7d/d", "2026-03-23T23:00", None),
        ("collected:now/d", "2026-03-30T22:00", "2026-03-31T22:00"),
        ("collected:>=now-2h", "2026-03-31T08:15:30", None),
        ("collected:>=now/w", "2026-03-29T22:00", None),
        ("collected:>=now-1M", "2026-02-28T11:15:30", None),
        ("published:2024-02-29||+1y", "2025-02-27T23:00", "2025-02-28T23:00"),
        ("published:yesterday", "2026-03-29T22:00", "2026-03-30T22:00"),
        ('published:"last week"', "2026-03-22T23:00", "2026-03-29T22:00"),
        ("published:last-month", "2026-01-31T23:00", "2026-02-28T23:00"),
        ("published:2026-W13", "2026-03-22T23:00", "2026-03-29T22:00"),
        ("published:>=7d", "2026-03-24T11:15:30", None),
        ("published:[7d TO today]", "2026-03-24T11:15:30", "2026-03-31T22:00"),
        ("published:>=30m", "2026-03-31T09:45:30", None),
        ("published:>=1M", "2026-02-28T11:15:30", None),
        ("published:>=2026-03-01T09:30+03:00", "2026-03-01T06:30", None),
    ],
)
def test_dates_mean_whole_days_of_the_time_zone(query: str, start: str | None, end: str | None) -> None:
    result = node(query)
    assert isinstance(result, Between)
    assert (result.start, result.end) == (start and utc(start), end and utc(end))


def test_two_comparisons_of_one_field_meet() -> None:
    result = node("published:(>=2026-01-01 <2026-02-01)")
    assert isinstance(result, And)
    assert len(result.children) == 2


def test_a_language_can_be_fixed_for_a_part_or_for_the_whole() -> None:
    english = node("lang:en(war)")
    assert english == Forms("words", frozenset({"war", "wars", "war's", "warred", "warring"}))
    assert node("lang:de(war)") == node("war", "de") == Forms("words", frozenset({"war"}))
    assert node("NOT lang:en(war) OR exact:x") == Or((Forms("words", frozenset({"x"})), Not(english)))


def test_words_are_explained_with_position_forms_and_language() -> None:
    query = parse_query("мир AND lang:de(Frieden) AND exact:war", context=query_context())
    assert [(word.word, word.position, set(word.forms)) for word in query.words] == [
        ("мир", 0, {"ru", "uk"}),
        ("frieden", 16, {"de"}),
        ("war", 35, set()),
    ]


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("", 0, "empty"),
        ("peace (", 6, "never closed"),
        ("peace AND", 9, "ends too early"),
        ("AND peace", 0, "a word is missing before AND"),
        ("peace OR AND war", 9, "a word is missing before AND"),
        ("peace foo:bar", 6, "unknown field"),
        ("/re/", 0, "regular expressions"),
        ("title:(source:x)", 7, "one field at a time"),
        ("title:>5", 6, "published"),
        ("published:yesteday", 10, 'did you mean "yesterday"'),
        ("published:01.03.2026", 10, "write 2026-03-01"),
        ("published:2026-02-30", 10, "no such day"),
        ("published:now+99999y", 10, "no such day"),
        ("published:[2026-02-01 TO 2026-01-01]", 10, "ends before"),
        ("lang:de war", 0, "brackets"),
        ("lang:xx(war)", 0, "dictionary"),
        ("class:stat", 6, 'did you mean "state"'),
        ("theme:trcue", 6, 'did you mean "truce"'),
        ("language:klingon", 9, "not a language code"),
        ("@nobody", 0, "unknown fragment"),
        ('"a b c d"~5', 0, "two or three words"),
        ('"peace talks"~99', 0, "too far"),
        ("peace~3", 0, "~1"),
        ("ab~2", 0, "too short"),
        ('"!!!"', 0, "no word"),
        ('url:"nonsense"', 4, "not an address"),
        ("site:*.example", 5, "whole domain"),
        ("is:storey", 3, 'did you mean "story"'),
        ("?", 0, "no word"),
    ],
)
def test_a_query_is_refused_with_the_position(query: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as error_info:
        node(query)
    assert error_info.value.position == position


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 21 + "a" + ")" * 21,
        "NOT " * 5_000 + "a",
        "-" * 99_000 + "a",
        "a:" * 30_000,
        "a " * 49_000,
        "a OR " * 19_000 + "a",
        "x" * 100_001,
        "я" * 50_001,
        '"' * 99_999,
        '"' + "a " * 40_000 + '"',
        "/" * 99_999,
        "[" * 99_999,
        "~" * 50_000,
        "\\" * 99_999,
        "(" * 50_000,
        "a AND " * 4_001,
        "*" * 90_000,
        "?*" * 40_000,
        "a~" + "9" * 50_000,
        "a^" + "." * 50_000,
        '"a b"~' + "9" * 50_000,
        "published:now" + "+9d" * 30_000 + "x",
        "\ue000 lan\ue000de:(a)",
        " OR ".join(f"неведомое{'абвгдежз'[number % 8] * (number // 8 % 90)}" for number in range(3_000))
        + " theme:none",
    ],
    ids=lambda query: query[:8].encode("unicode_escape").decode(),
)
@pytest.mark.timeout(60)  # how fast it is, `python -m bench.query_limits` measures; here what never ends must fail
def test_a_monstrous_query_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        node(query)


def test_the_largest_allowed_query_is_read() -> None:
    assert isinstance(node(" OR ".join(f"word{number}" for number in range(4_000))), Forms)
    assert node("(" * 20 + "exact:a" + ")" * 20) == Forms("words", frozenset({"a"}))
    with pytest.raises(QueryTooBroad):
        node("(" * 21 + "exact:a" + ")" * 21)


_PIECES = st.sampled_from(
    [
        *(
            "peace",
            "план",
            "AND",
            "OR",
            "NOT",
            "TO",
            "(",
            ")",
            '"',
            "[",
            "]",
            "{",
            "}",
            "-",
            "+",
            ":",
            "~",
            "^",
            "*",
            "?",
        ),
        *(
            "~1",
            "~5",
            "^2",
            "/",
            "\\",
            "&&",
            "!",
            "title:",
            "published:",
            "now-1d",
            "2026-01-01",
            ">=",
            "<",
            "lang:de(",
            "exact:",
        ),
        *(
            "@conflict",
            "theme:truce",
            "source:",
            "is:story",
            "«",
            "”",
            "'",
            "12:30",
            "http://x.y/z",
            "👍",
            "—",
            "\n",
            "\x00",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["", " "]))
def test_no_text_raises_anything_but_a_query_error(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    try:
        parsed = parse_query(text, context=query_context())
    except QueryError as error:
        assert error.position is None or 0 <= error.position <= len(text)
        assert any(remark.severity == "error" for remark in lint_query(text, context=query_context()))
    else:
        assert not any(remark.severity == "error" for remark in parsed.diagnostics)


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    try:
        parse_query(text, context=query_context())
    except QueryError as error:
        assert error.message


# The queries are Lucene's: some have fields that an archive of news does not have, expressions and ranges of words, some are no
# query at all, and some ask for words of three letters with two of them wrong.
_REASONS = (
    "unknown field",
    "regular expressions",
    "ranges and comparisons",
    "a word is missing before",
    "never closed",
    "too short",
)


def test_a_query_written_for_lucene_is_read_or_refused_for_a_reason(test_data: Path) -> None:
    lines = (test_data / "queries" / "luqum-lucene-queries.jsonl").read_text().splitlines()
    read = 0
    for line in lines:
        query = json.loads(line)["query"]
        try:
            parse_query(query, context=query_context())
            read += 1
        except QueryError as error:
            assert any(reason in error.message for reason in _REASONS), (query, error.message)
    assert read >= 12
