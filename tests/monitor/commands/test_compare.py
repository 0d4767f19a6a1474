from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

Document = Callable[..., Any]
Said = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def test_all_themes_are_compared_when_none_is_named(document: Document) -> None:
    result = document("compare", "--since", "60d")
    names = [theme["theme"] for theme in result["themes"]]
    assert len(names) == 14
    assert [tuple(pair["themes"]) for pair in result["pairs"]] == list(combinations(names, 2))
    assert sum(theme["share_of_voice"] for theme in result["themes"]) == pytest.approx(1)


def test_counts_agree_with_searches(document: Document) -> None:
    result = document(
        "compare", "truce", "negotiations", "--query", "talks=title:talks", "--since", "60d", "--until", "today"
    )
    for theme, query in zip(result["themes"], ("theme:truce", "theme:negotiations", "title:talks"), strict=True):
        assert theme["articles"] == document("search", query, "--since", "60d", "--until", "today")["total"]
    [pair] = [pair for pair in result["pairs"] if pair["themes"] == ["truce", "negotiations"]]
    both = document("search", "theme:truce AND theme:negotiations", "--since", "60d", "--until", "today")
    assert pair["articles"] == both["total"] > 0


def test_people_see_shares_and_a_matrix(said: Said) -> None:
    shown = said("compare", "truce", "negotiations", "--since", "60d")
    assert "share of voice" in shown
    assert "1 truce" in shown
    assert "×" in shown


@pytest.mark.parametrize("columns", [60, 80])
def test_the_matrix_of_all_themes_keeps_names_and_figures_whole_on_a_narrow_screen(
    said: Said, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = said("compare", "--since", "60d").splitlines()
    rows = [line.split() for line in lines if " imperial-rhetoric " in f" {line} " and line[0].isdigit()]
    heads = [line.split() for line in lines if line.strip() and all(word.isdigit() for word in line.split())]
    assert [number for head in heads for number in head] == [str(number) for number in range(1, 15)]
    assert [len(row) for row in rows] == [len(head) + 2 for head in heads]
    assert all(len(line) <= columns for line in lines if "×" in line)


def test_a_query_with_the_name_of_a_theme_is_refused(refused: Said) -> None:
    assert '"truce" is a theme of this request' in refused("compare", "truce", "--query", "truce=peace")
