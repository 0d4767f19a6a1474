"""The worked examples of docs/themes.md print what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.support.installation import Installation

PAGE = (Path(__file__).parents[2] / "docs" / "themes.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return an installation with the page's first theme, and its labelled documents in a file of the current folder."""
    installation = Installation(tmp_path, monkeypatch, capsys)
    (installation.config / "themes" / "truce.toml").write_text("removed = true\n")
    installation.write_theme("grain", blocks("toml")[0])
    (tmp_path / "labelled.jsonl").write_text(blocks("json")[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    return installation


def test_an_evaluation_prints_what_the_page_shows(ports: Installation) -> None:
    command, _, output = blocks("console")[0].removeprefix("$ ").partition("\n")
    code, printed, errors = ports.run(*shlex.split(command)[1:])
    assert code == 0, errors
    assert [line.rstrip() for line in printed.strip().splitlines()] == output.strip().splitlines()
