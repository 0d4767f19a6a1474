"""A file of the data folder that is missing, empty, cut or of another installation: named with the cure, and nothing is lost.

After every command the right file is put back, and everything is as before: no command deleted or replaced anything for it.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from crawler.archive.archive import BODIES, DATABASE
from tests.support.installation import Installation
from tests.support.repairable import fill, one

ARTICLES = [one(number) for number in range(5)]
PLACES = (DATABASE, BODIES, "index", "index/CURRENT")
DAMAGES = ("missing", "empty", "cut", "of another installation")
COMMANDS = (
    ("status",),
    ("verify",),
    ("search", "truce"),
    ("trends", "truce", "--since", "2026-03-01", "--until", "2026-03-03"),
    ("prune", "--before", "2000-01-01"),
    ("index", "--once"),
    ("rebuild",),
)
CURES = (
    "parley repair",
    "parley rebuild",
    "parley index",
    "restore a backup",
    "put it back",
    "PARLEY_DATA",
    "by itself",
)


def fill_whole(installation: Installation) -> None:
    fill(installation, ARTICLES)
    settle(installation.data)


def settle(data: Path) -> None:
    """Leave the databases as a process leaves them that ends: without logs beside them."""
    gc.collect()
    for name in (DATABASE, BODIES):
        with closing(sqlite3.connect(data / name)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the first test leaves what it filled, for the others to copy."""
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture
def filled(small: Installation, prepared: Path) -> Installation:
    """Return an installation whose files belong together."""
    if not (prepared / "data").exists():
        fill_whole(small)
        shutil.copytree(small.data, prepared / "data")
    else:
        shutil.rmtree(small.data)
        shutil.copytree(prepared / "data", small.data)
    return small


@pytest.fixture
def foreign(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """Return the data folder of another installation."""
    if not (prepared / "foreign").exists():
        with monkeypatch.context() as patch:
            other = Installation(tmp_path / "other", patch, capsys)
            fill_whole(other)
        shutil.copytree(other.data, prepared / "foreign")
    return prepared / "foreign"


def remove(path: Path) -> None:
    for log in ("", "-wal", "-shm"):
        file = path.with_name(f"{path.name}{log}")
        shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)


def put(path: Path, original: Path) -> None:
    remove(path)
    shutil.copytree(original, path) if original.is_dir() else shutil.copyfile(original, path)


def damage(path: Path, kind: str, foreign: Path) -> None:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    if kind == "of another installation":
        put(path, foreign)
    elif kind == "a pipe":
        remove(path)
        os.mkfifo(path)
    elif kind == "missing" or path.is_dir():
        remove(path) if kind != "cut" else None
        path.mkdir() if kind == "empty" else None
    for file in files if kind in ("empty", "cut") else ():
        if file.exists() or (kind == "empty" and file == path):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if kind == "cut" else b"")


def names(data: Path) -> set[str]:
    return {path.name for path in data.iterdir() if path.suffix not in (".lock", ".json")}


def is_whole(installation: Installation, *, has_bodies: bool = True) -> bool:
    code, out, err = installation.run("verify", "--json")
    verdict = json.loads(out or err)
    assert (verdict.get("kept"), verdict.get("indexed")) == (len(ARTICLES), len(ARTICLES)), verdict
    return code == 0 or not has_bodies


@pytest.mark.parametrize(("place", "kind"), [*product(PLACES, DAMAGES), ("index/CURRENT", "a pipe")])
def test_every_command_names_it_and_loses_nothing_and_repair_mends_it(
    foreign: Path, filled: Installation, tmp_path: Path, place: str, kind: str
) -> None:
    original = tmp_path / "original"
    shutil.copytree(filled.data, original)
    damage(filled.data / place, kind, foreign / place)
    before = names(filled.data)
    complaints = []
    for words in (*COMMANDS, ("backup", str(tmp_path / "backup"))):
        code, out, err = filled.run(*words)
        text = " ".join((out + err).split())
        if code:
            assert any(cure in text for cure in CURES), (words, text)
            assert "delete" not in text, (words, text)
            complaints.append(words[0])
        assert before <= names(filled.data), words
        gc.collect()
    if place in (DATABASE, BODIES):
        assert "verify" in complaints, complaints
        put(filled.data / place, original / place)
        assert is_whole(filled)
        if (place, kind) == (BODIES, "of another installation"):
            return  # putting the right file back is the cure
        gc.collect()
        damage(filled.data / place, kind, foreign / place)
    code, out, err = filled.run("repair")
    gc.collect()
    assert code == 0, out + err
    if (place, kind) == ("index", "of another installation"):
        assert "move it elsewhere" in filled.run("index", "--once")[2]
        shutil.move(filled.data / place, tmp_path / "elsewhere")
    assert before <= names(filled.data) | {place}
    code, out, err = filled.run("index", "--once")
    assert code == 0, out + err
    assert is_whole(filled, has_bodies=place != BODIES)
