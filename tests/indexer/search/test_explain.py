from __future__ import annotations

import pytest

from indexer.query.parse import parse_query
from indexer.query.tree import Node
from indexer.search.explain import MOST_COUNTED, Clause, explain, slowest
from tests.support.queries import query_context


def clauses(clause: Clause) -> list[Clause]:
    return [clause, *(inner for child in clause.children for inner in clauses(child))]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("truce", "truce"),
        ("title:peace", "title:peace"),
        ("author:(Ann Lee)", "author:ann"),
        ("negotiat*", "negotiat*"),
        ("п?рем*рие", "п?рем*рие"),
        ("Witkof~2", "witkof~2"),
        ('"peace plan*"', '"peace plan*"'),
        ('"peace plan talks"~3', '"peace plan talks"~3'),
        ("source:tass", "source:tass"),
        ("theme:truce", "theme:truce"),
        ("class:public", "source:bbc | bbc-russian"),
        ("country:FI", "nothing"),
        ("is:dated", "is:dated"),
        ("is:copy", "is:copy"),
        ("language:*", "language:*"),
        ('url:"https://example.com/news/*"', 'url:"https://example.com/news/*"'),
        ("published:[2026-03-01T00:00Z TO *]", "published:[2026-03-01T00:00:00Z TO *}"),
        ("*", "*"),
    ],
)
def test_a_clause_is_written_as_it_would_be_typed(query: str, text: str) -> None:
    tree = explain(parse_query(query, context=query_context()), None)
    assert text in [clause.text for clause in clauses(tree)]


def test_clauses_are_shown_as_typed_before_they_are_merged() -> None:
    tree = explain(parse_query("truce OR peace OR NOT (war plan)", context=query_context()), None)
    assert [clause.text for clause in clauses(tree)] == ["OR", "truce", "peace", "NOT", "AND", "war", "plan"]


def test_the_slowest_clause_is_the_innermost_one_that_took_longest() -> None:
    slow = Clause("slow", 1, 3.0, ())
    tree = Clause("OR", 3, 9.0, (Clause("AND", 2, 8.0, (Clause("fast", 1, 0.1, ()), slow)), Clause("b", 1, 2.0, ())))
    assert slowest(tree) == slow
    assert slowest(explain(parse_query("a OR b", context=query_context()), None)) is None


def test_only_the_outer_clauses_of_a_large_query_are_counted() -> None:
    counted: list[Node] = []

    def count(node: Node) -> int:
        counted.append(node)
        return len(counted)

    many = " OR ".join(f"exact:word{number}" for number in range(MOST_COUNTED + 50))
    tree = explain(parse_query(f"({many}) AND truce", context=query_context()), count)
    assert len(set(counted)) == MOST_COUNTED
    assert tree.hits is not None
    assert [child.hits is None for child in tree.children] == [False, False]
    assert tree.children[0].children[-1].hits is None
