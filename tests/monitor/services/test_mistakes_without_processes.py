"""Mistakes in configuration files stop neither asking nor starting, and `status` names them although no process runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.builders import article
from tests.support.installation import Installation

FILES = {
    "settings.toml": "shipped_sources = []\n",
    "sources/gazette.toml": (
        'name = "Gazette"\nlanguage = "en"\ncountry = "GB"\nclass = "independent"\n'
        '[[feeds]]\nurl = "http://gazette.example/rss"\nkind = "feed"\n'
    ),
    "themes/truce.toml": "",  # has a last good form
    "themes/peace.toml": 'title = "Peace"\ndescription = "Peace"\ncolour = "#123456"\n[query]\nen = "peace"\n',
    "alerts/desk.toml": 'title = "Desk"\ntheme = "truce"\non = "spike"\nto = ["desk"]\n',
    "digests/week.toml": 'title = "Week"\nevery = "week"\nat = "08:00"\nto = ["desk"]\n',
    "channels/desk.toml": 'title = "Desk"\naddress = "json://127.0.0.1:9/"\n',
}
BYTES = {
    "broken TOML": b'title = "',
    "an unknown key": b'tilte = "x"\n',
    "a wrong type": b"title = [1, {}]\nname = 7\nevery = 7\n",
    "no UTF-8": b'title = "\xff\xfe"\n',
    "NUL": b"\x00" * 10,
    "nothing": b"",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the first test leaves what it indexed, for the others to copy."""
    return tmp_path_factory.mktemp("prepared") / "installation"


@pytest.fixture
def indexed(small: Installation, prepared: Path) -> Installation:
    """Return an installation whose files were good when its indexer last ran."""
    if not prepared.exists():
        index(small)
        shutil.copytree(small.folder, prepared)
    shutil.copytree(prepared, small.folder, dirs_exist_ok=True)
    return small


def index(small: Installation) -> None:
    small.keep(article(serial=1, title="One", text="The truce holds"))
    for name, text in FILES.items():
        if text:
            path = small.config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    code, out, err = small.run("index", "--once")
    assert code == 0, out + err
    code, out, err = small.run("check")
    assert code == 0, out + err


def answers(small: Installation, name: str) -> None:
    """Check that commands answer, and that `status` and `check` name the file."""
    for command in (("search", "truce"), ("trends", "truce"), ("themes", "list"), ("sources",), ("show", "truce")):
        code, out, err = small.run(*command)
        assert code in (0, 1), (command, out, err)
        assert "Traceback" not in out + err
        assert command[0] == "show" or code == 0, (command, err)
    _, shown, _ = small.run("status")
    assert name in shown, shown
    code, out, err = small.run("check")
    assert code == 1
    assert name in out + err
    assert small.run("index", "--once")[0] == 0


@pytest.mark.parametrize("kind", BYTES)
@pytest.mark.parametrize("name", [name for name in FILES if "/" in name])
def test_a_file_with_a_mistake_is_named(indexed: Installation, name: str, kind: str) -> None:
    (indexed.config / name).write_bytes(BYTES[kind])
    answers(indexed, name)
