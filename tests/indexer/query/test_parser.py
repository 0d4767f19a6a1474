"""The syntax tree of a query, and what its parser refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import QueryError, QueryTooBroad
from indexer.query.parser import parse
from indexer.query.scan import scan
from indexer.query.syntax import (
    Alternatives,
    Comparison,
    Expression,
    Field,
    Nearness,
    Negation,
    Part,
    Phrase,
    Range,
    Similar,
    Weighted,
    Word,
)


def parsed(text: str) -> Part:
    return parse(text, scan(text))


A, B = Word("a", 0, 1), Word("b", 2, 3)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("(a)", Word("a", 1, 2)),
        ("a b", Alternatives(((A, B),), 0, 3)),
        ("a AND b", Alternatives(((A, Word("b", 6, 7)),), 0, 7)),
        ("a OR b", Alternatives(((A,), (Word("b", 5, 6),)), 0, 6)),
        ("a b OR c", Alternatives(((A, B), (Word("c", 7, 8),)), 0, 8)),
        (
            "(a b) c",
            Alternatives(((Alternatives(((Word("a", 1, 2), Word("b", 3, 4)),), 1, 4), Word("c", 6, 7)),), 1, 7),
        ),
        ("NOT a", Negation(Word("a", 4, 5), 0, 5)),
        ("-a", Negation(Word("a", 1, 2), 0, 2)),
        ("+a", Word("a", 1, 2)),
        ("-a^2", Negation(Weighted(Word("a", 1, 2), 1, 4), 0, 4)),
        ("f: a", Field("f", None, Word("a", 3, 4), 0, 4)),
        ("-f:NOT a", Negation(Field("f", None, Negation(Word("a", 7, 8), 3, 8), 1, 8), 0, 8)),
        ("lang:de(a)", Field("lang", "de", Word("a", 8, 9), 0, 9)),
        ("lang:de", Field("lang", None, Word("de", 5, 7), 0, 7)),
        ('"a b"', Phrase("a b", 0, 5)),
        ('"a b"~5', Nearness(Phrase("a b", 0, 5), 5, 0, 7)),
        ("a~", Similar(A, None, 0, 2)),
        ("a~2", Similar(A, 2, 0, 3)),
        ("[a TO b}", Range(Word("a", 1, 2), Word("b", 6, 7), True, False, 0, 8)),
        ('>="a"', Comparison(">=", Phrase("a", 2, 5), 0, 5)),
        ("/a b/", Expression(0, 5)),
        ("TO", Word("TO", 0, 2)),
        (r"a\:b\ c", Word(r"a\:b\ c", 0, 7)),
        ("2026-03-01T09:30:15+02:00", Word("2026-03-01T09:30:15+02:00", 0, 25)),
    ],
)
def test_text_becomes_a_tree_that_knows_where_its_parts_stand(text: str, tree: Part) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("a AND", 5, "ends too early"),
        ("a OR ", 4, "ends too early"),
        ("f:", 2, "ends too early"),
        ("NOT", 3, "ends too early"),
        ("()", 1, r'"\)" cannot stand here'),
        ("(a", 2, "ends too early"),
        ("a)", 1, r'"\)" cannot stand here'),
        ("a AND OR b", 6, "before OR"),
        ("a : AND b", 4, "before AND"),
        ("[a b]", 3, '"b" cannot stand here'),
        ("[a TO b", 7, "ends too early"),
        ("[-1 TO 2]", 1, '"-" cannot stand here'),
        ("a ]", 2, '"]" cannot stand here'),
        (">(a)", 1, r'"\(" cannot stand here'),
        ("(a)~2", 3, '"~" cannot stand here'),
        ('"a', 0, '""" cannot stand here'),
        ("a \\", 2, "cannot stand here"),
        ('"a b"~0.5', 5, "whole number"),
        ('"a b"~9999999', 5, "too far"),
        ("a^..", 1, "number"),
    ],
)
def test_the_error_is_at_the_first_unexpected_position(text: str, position: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as error_info:
        parsed(text)
    assert error_info.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "NOT " * 24_000 + "a",
        "-" * 99_000 + "a",
        "exact:" * 3_900 + "a",
        ("exact:" * 20 + "(") * 20 + "a" + ")" * 20,
        "(" * 21 + "a" + ")" * 21,
        ")" * 40_000 + "(" * 40_000,
    ],
    ids=lambda text: text[:8],
)
def test_deep_nesting_is_rejected_before_parsing(text: str) -> None:
    with pytest.raises(QueryTooBroad):
        parsed(text)


def test_the_deepest_query_allowed_is_parsed() -> None:
    assert parsed("NOT (" * 20 + "f:" * 20 + "a" + ")" * 20)


_PIECES = ["a", "AND", "OR", "NOT", "TO", "(", ")", "[", "]", "-", ":", "~1", "^2", ">", '"b"', "/c/", "lang:de(", " "]


@given(st.lists(st.sampled_from(_PIECES), max_size=15).map("".join))
def test_every_sequence_of_pieces_is_parsed_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        tree = parsed(text)
    except QueryError as error:
        assert error.position is not None
        assert 0 <= error.position <= len(text)
    else:
        assert 0 <= tree.start < tree.end <= len(text)


def test_reading_a_query_writes_no_file_and_warns_of_nothing(tmp_path: Path) -> None:
    program = "from indexer.query.parser import parse; from indexer.query.scan import scan; parse('a b', scan('a b'))"
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("", "", [])
