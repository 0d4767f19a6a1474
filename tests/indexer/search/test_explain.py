from __future__ import annotations

import pytest

from indexer.query.parse import parse_query
from indexer.query.tree import Node
from indexer.search.explain import MOST_COUNTED, Clause, dearest, explain
from tests.support.queries import query_context


def clauses(clause: Clause) -> list[Clause]:
    return [clause, *(inner for child in clause.children for inner in clauses(child))]


@pytest.mark.parametrize(
    ("query", "says"),
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
def test_a_clause_is_said_as_it_would_be_typed(query: str, says: str) -> None:
    tree = explain(parse_query(query, context=query_context()), None)
    assert says in [clause.says for clause in clauses(tree)]


def test_the_clauses_are_those_that_were_typed_and_not_what_they_were_merged_to() -> None:
    tree = explain(parse_query("truce OR peace OR NOT (war plan)", context=query_context()), None)
    assert [clause.says for clause in clauses(tree)] == ["OR", "truce", "peace", "NOT", "AND", "war", "plan"]


def test_the_innermost_clause_that_took_longest_is_the_dearest() -> None:
    slow = Clause("slow", 1, 3.0, ())
    tree = Clause("OR", 3, 9.0, (Clause("AND", 2, 8.0, (Clause("fast", 1, 0.1, ()), slow)), Clause("b", 1, 2.0, ())))
    assert dearest(tree) == slow
    assert dearest(explain(parse_query("a OR b", context=query_context()), None)) is None


def test_of_many_clauses_the_outer_ones_are_counted() -> None:
    asked: list[Node] = []

    def count(node: Node) -> int:
        asked.append(node)
        return len(asked)

    many = " OR ".join(f"exact:word{number}" for number in range(MOST_COUNTED + 50))
    tree = explain(parse_query(f"({many}) AND truce", context=query_context()), count)
    assert len(set(asked)) == MOST_COUNTED
    assert tree.hits is not None
    assert [child.hits is None for child in tree.children] == [False, False]
    assert tree.children[0].children[-1].hits is None
