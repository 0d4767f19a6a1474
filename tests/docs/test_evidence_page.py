"""Every example in docs/evidence.md works as the page says, and the page explains every part of a file."""

from __future__ import annotations

import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from config.settings import Settings
from monitor.cli import main
from monitor.evidence import parts
from tests.support.evidenced import filled, parts_of

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return filled(tmp_path_factory.mktemp("evidence-page"))


@pytest.fixture(autouse=True)
def installed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_DATA", str(settings.data))
    monkeypatch.setenv("PARLEY_CONFIG", str(settings.config))
    monkeypatch.setenv("PARLEY_WORKERS", "1")


def run(command: str, capture: pytest.CaptureFixture[str]) -> str:
    """Run a command of the page and return what it prints, on either stream."""
    words, _, target = command.partition(" > ")
    arguments = shlex.split(words)[1:]
    if target:
        with Path(target).open("w") as file, redirect_stdout(file):
            assert main(arguments) == 0
    else:
        assert main(arguments) == 0
    printed = capture.readouterr()
    return f"{printed.out}{printed.err}".strip()


@pytest.mark.parametrize("block", re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
def test_commands_print_what_the_page_shows(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    sessions = [session.strip("\n") for session in re.split(r"^\$ ", block, flags=re.M)[1:]]
    assert sessions
    for command, _, shown in (session.partition("\n") for session in sessions):
        assert re.fullmatch(re.escape(shown).replace("…", "[0-9a-f]{64}"), run(command, capsys)), command


def test_every_part_of_a_file_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    run("parley evidence trend truce --since 2026-03-02 > whole.zip", capsys)
    run("parley evidence search truce --no-pages > hashes.zip", capsys)
    names = {
        re.sub("pages/.*", "pages/HASH", name) for file in ("whole.zip", "hashes.zip") for name in parts_of(Path(file))
    }
    assert sorted(name for name in names | {parts.SIGNATURE, parts.TOKEN} if f"`{name}`" not in PAGE) == ["README.txt"]
