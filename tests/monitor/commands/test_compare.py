from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

RunJson = Callable[..., Any]
Run = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")


def test_all_themes_are_compared_when_none_is_given(run_json: RunJson) -> None:
    result = run_json("compare", "--since", "60d")
    names = [theme["theme"] for theme in result["themes"]]
    assert len(names) == 14
    assert [tuple(pair["themes"]) for pair in result["pairs"]] == list(combinations(names, 2))
    assert sum(theme["share_of_voice"] for theme in result["themes"]) == pytest.approx(1)


def test_counts_agree_with_searches(run_json: RunJson) -> None:
    result = run_json(
        "compare", "truce", "negotiations", "--query", "talks=title:talks", "--since", "60d", "--until", "today"
    )
    for theme, query in zip(result["themes"], ("theme:truce", "theme:negotiations", "title:talks"), strict=True):
        assert theme["articles"] == run_json("search", query, "--since", "60d", "--until", "today")["total"]
    [pair] = [pair for pair in result["pairs"] if pair["themes"] == ["truce", "negotiations"]]
    both = run_json("search", "theme:truce AND theme:negotiations", "--since", "60d", "--until", "today")
    assert pair["articles"] == both["total"] > 0


def test_the_output_shows_shares_and_a_matrix(run_command: Run) -> None:
    shown = run_command("compare", "truce", "negotiations", "--since", "60d")
    assert "share of voice" in shown
    assert "1 truce" in shown
    assert "×" in shown


@pytest.mark.parametrize("columns", [60, 80])
def test_the_matrix_of_all_themes_truncates_nothing_on_a_narrow_screen(
    run_command: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run_command("compare", "--since", "60d").splitlines()
    rows = [line.split() for line in lines if " imperial-rhetoric " in f" {line} " and line[0].isdigit()]
    heads = [line.split() for line in lines if line.strip() and all(word.isdigit() for word in line.split())]
    assert [number for head in heads for number in head] == [str(number) for number in range(1, 15)]
    assert [len(row) for row in rows] == [len(head) + 2 for head in heads]
    assert all(len(line) <= columns for line in lines if "×" in line)


def test_a_query_with_the_name_of_a_theme_is_rejected(run_failing: Run) -> None:
    assert '"truce" is a theme of this request' in run_failing("compare", "truce", "--query", "truce=peace")
