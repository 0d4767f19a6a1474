"""Words after a command's name: options, and one query of all the others."""

from __future__ import annotations

import pytest

from monitor.terminal.parser import Parser, WrongUsage


def read(*words: str) -> tuple[str, str | None, bool]:
    parser = Parser(prog="parley search")
    parser.add_query("what to look for")
    parser.add_argument("--since")
    parser.add_argument("--json", action="store_true")
    arguments = parser.read(words)
    return arguments.query, arguments.since, arguments.json


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (["truce", "Ukraine"], "truce Ukraine"),
        (["truce Ukraine"], "truce Ukraine"),
        (["-Gaza"], "-Gaza"),
        (["--", "-Gaza", "--json"], "-Gaza --json"),
        (["truce", "-Gaza", "OR", "-hungary"], "truce -Gaza OR -hungary"),
        (['-"peace plan"', "truce"], '-"peace plan" truce'),
        (["-1"], "-1"),
        (["-"], "-"),
    ],
)
def test_words_without_quotes_are_one_query(words: list[str], query: str) -> None:
    assert read(*words) == (query, None, False)


def test_options_may_appear_between_the_words() -> None:
    assert read("truce", "--since", "7d", "Ukraine", "--json") == ("truce Ukraine", "7d", True)
    assert read("--since=7d", "truce") == ("truce", "7d", False)
    assert read("truce", "--since", "-7d") == ("truce", "-7d", False)


@pytest.mark.parametrize(
    ("words", "field"), [([], "query"), (["truce", "--since"], "since"), (["truce", "--sicne", "7d"], None)]
)
def test_unexpected_words_are_rejected_with_the_usage(words: list[str], field: str | None) -> None:
    with pytest.raises(WrongUsage) as error_info:
        read(*words)
    assert error_info.value.field == field
    assert error_info.value.usage.startswith("usage: parley search")
