"""The worked examples of docs/themes.md print what the page shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from indexer.article import Article
from tests.support.builders import article
from tests.support.installation import Installation

PAGE = (Path(__file__).parents[2] / "docs" / "themes.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def ports(small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Return an installation with the page's first theme, and its labelled documents in a file of the current folder."""
    (small.config / "themes" / "truce.toml").write_text("removed = true\n")
    small.write_theme("grain", blocks("toml")[0])
    (tmp_path / "labelled.jsonl").write_text(blocks("json")[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    return small


def test_an_evaluation_prints_what_the_page_shows(ports: Installation) -> None:
    assert_prints(ports, blocks("console")[0])


def test_gaps_are_as_shown_on_the_page(ports: Installation) -> None:
    ports.keep(*shown_stories())
    assert_prints(ports, blocks("console")[1])


def shown_stories() -> Iterator[Article]:
    """Yield the stories of the page, each as often as it says."""
    serials = count(1)
    for line in blocks("stories")[0].strip().splitlines():
        number, theme, text = line.split(maxsplit=2)
        for serial in islice(serials, int(number)):
            themes = frozenset({theme} - {"-"})
            yield article(serial=serial, title=f"Story {serial}", text=text, language="en", themes=themes)


def assert_prints(installation: Installation, session: str) -> None:
    command, _, output = session.removeprefix("$ ").partition("\n")
    code, printed, errors = installation.run(*shlex.split(command)[1:])
    assert code == 0, errors
    assert [line.rstrip() for line in printed.strip().splitlines()] == output.strip().splitlines()
