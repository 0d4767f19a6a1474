"""Every example in docs/queries.md works as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.query.parse import lint_query, parse_query
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.queries import query_context

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", blocks("example"))
def test_an_example_matches_and_misses_the_texts_it_lists(example: str) -> None:
    lines = [line.split(":", 1) for line in example.strip().split("\n")]
    parts = {name: text.strip() for name, text in lines}
    node = parse_query(parts["query"], context=query_context()).node
    for text in filter(None, parts.get("finds", "").split("; ")):
        assert matches(node, article(title=None, text=text)), text
    for text in filter(None, parts.get("misses", "").split("; ")):
        assert not matches(node, article(title=None, text=text)), text


@pytest.mark.parametrize("query", [line for block in blocks("refused") for line in block.strip().split("\n")])
def test_queries_shown_as_refused_are_refused(query: str) -> None:
    assert "error" in {remark.severity for remark in lint_query(query, context=query_context())}


@pytest.mark.parametrize("query", [line for block in blocks("doubted") for line in block.strip().split("\n")])
def test_queries_shown_as_doubtful_get_a_warning(query: str) -> None:
    assert {"warning"} == {remark.severity for remark in lint_query(query, context=query_context())}


@pytest.mark.parametrize("query", [line for block in blocks("noted") for line in block.strip().split("\n")])
def test_queries_shown_with_a_note_are_accepted_with_one(query: str) -> None:
    assert {"note"} == {remark.severity for remark in lint_query(query, context=query_context())}


def test_the_page_has_examples() -> None:
    assert len(blocks("example")) > 12
    assert blocks("refused")
    assert blocks("doubted")
    assert blocks("noted")
