"""Wildcards are matched in linear time, and like the engine's automaton."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.wildcards import matcher, regex


@given(st.text("ab*?[]^.\\!-\n", max_size=7), st.text("ab[]^.\\!-\n", max_size=7))
def test_a_wildcard_matches_what_its_regular_expression_matches(pattern: str, word: str) -> None:
    assert matcher(pattern)(word) == bool(re.fullmatch(regex(pattern), word, re.DOTALL))


@pytest.mark.parametrize("pattern", ["*?" * 30 + "z", "*a" * 30 + "z", "*a?" * 30 + "z", "?*" * 30 + "*z*"])
def test_a_wildcard_with_many_signs_is_decided_at_once(pattern: str) -> None:
    assert not matcher(pattern)("a" * 5_000)
