"""People who may read the files of an installation, but not write them: another account, a disk mounted read-only, a full one."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from tests.support.accounts import as_reader, give_away, needs_accounts
from tests.support.collected import TALKS, collect, page_of
from tests.support.processes import PATIENCE, Parley, until

ASKING = ("search harvest --json", "export harvest", "show {id}", "status", "trends harvest")
LASTING = 3  # of them have the same answer a second later
BATCHES = 9  # tantivy merges the eighth small segment with those before it
WORDS = sorted(set(TALKS.replace(".", "").split()) | {"harvest"})
NOT_FOR_OTHERS = {"access.json"}


@pytest.fixture
def shared(tmp_path: Path) -> Parley:
    """Return an empty installation whose files the group may read."""
    parley = Parley(tmp_path, umask="027")
    usual = os.umask(0o027)  # as a crawler has it
    try:
        parley.archive().close()
    finally:
        os.umask(usual)
    return parley


def fill(parley: Parley, first: int, number: int) -> str:
    """Collect so many articles about the harvest and return the id of one."""
    archive = parley.archive()
    ids = [
        collect(archive, str(name), page_of(f"Number {name}. {words(name)}.", f"The harvest, day {name}"))
        for name in range(first, first + number)
    ]
    archive.close()
    return ids[-1]


def words(name: int) -> str:
    return " ".join(Random(name).choices(WORDS, k=120))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def answers(parley: Parley, id: str, asking: Sequence[str] = ASKING) -> list[str]:
    """Return what an asking account is answered to each question, which is never an error."""
    texts = []
    for words in asking:
        done = parley.run(*words.format(id=id).split())
        assert done.code == 0, (words, done)
        texts.append(done.out)
    return texts[:LASTING]


@needs_accounts()
def test_a_group_reads_while_the_owner_indexes_and_afterwards(shared: Parley) -> None:
    indexing = shared.start("index")
    try:
        id = fill(shared, 0, 5)
        until(lambda: shared.archive().count_pages_by_state() == {"indexed": 5}, "the articles are indexed")
        give_away(shared.data, shared.config)
        for batch in range(1, BATCHES):
            fill(shared, 5 * batch, 5)
            total = 5 * batch + 5
            until(lambda total=total: shared.archive().count_pages_by_state() == {"indexed": total}, "all are indexed")  # type: ignore[misc]
        (generation,) = (shared.data / "index").glob("generation-*")
        until(lambda: len(list(generation.glob("*.store"))) < BATCHES, "some segments are merged")
        until(lambda: mode(generation / "meta.json") == 0o640, "the group may read what the merge wrote")
        own, shared.before = answers(shared, id, ASKING[:LASTING]), as_reader()
        assert answers(shared, id) == own
    finally:
        indexing.terminate()
        assert indexing.wait(PATIENCE) == 0
    assert answers(shared, id) == own
    files = [path for path in shared.data.rglob("*") if path.is_file()]
    assert [path.name for path in files if mode(path) & 0o007] == []
    closed = {path.name for path in files if not mode(path) & 0o040 and not path.name.startswith(".")}
    assert closed <= NOT_FOR_OTHERS


@needs_accounts()
def test_what_may_not_be_read_is_named_with_the_cure(shared: Parley) -> None:
    fill(shared, 0, 1)
    assert shared.run("index", "--once").code == 0
    give_away(shared.data, shared.config)
    shared.before = as_reader()
    for name in ("parley.db", "index/generation-1/meta.json", "index/CURRENT", "index"):
        file = shared.data / name
        usual = mode(file)
        file.chmod(usual & 0o700)
        done = shared.run("search", "harvest")
        file.chmod(usual)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"{shared.data}/parley.db: cannot" if name == "parley.db" else "the index in ")
        assert "may" in done.err
        assert not re.search("Os {|Errno|IoError|Traceback|unable to open", done.err)


@pytest.fixture
def read_only() -> Iterator[list[str]]:
    """Return what comes before a command, and a folder, so that the folder is on a disk mounted read-only for that command."""
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", script]
    tried = None
    if shutil.which("unshare"):
        tried = subprocess.run([*before, "/tmp", "true"], capture_output=True, check=False)
    if tried is None or tried.returncode:
        pytest.skip("run the tests as root, with the right to mount, to try a disk mounted read-only")
    yield before


def test_a_disk_mounted_read_only_can_be_asked(shared: Parley, read_only: list[str]) -> None:
    id = fill(shared, 0, 5)
    assert shared.run("index", "--once").code == 0
    own = answers(shared, id, ASKING[:LASTING])
    shared.before = [*read_only, str(shared.data)]
    assert answers(shared, id) == own
    done = shared.run("index", "--once")
    assert (done.code, "read-only" in done.err.lower()) == (1, True), done


def test_a_full_disk_can_be_asked_by_its_owner_after_the_processes_were_killed(shared: Parley, tmp_path: Path) -> None:
    id = fill(shared, 0, 5)
    assert shared.run("index", "--once").code == 0
    archive = shared.archive()
    collect(archive, "last", page_of("It waits.", "Collected last"))
    own = answers(shared, id, ASKING[:LASTING])
    shutil.copytree(shared.data, tmp_path / "killed" / "data")  # while a process has it open, as a kill would leave it
    archive.close()
    full = Parley(tmp_path / "killed")
    full.before = ["sh", "-c", 'ulimit -f 0; exec "$0" "$@"']
    assert answers(full, id, (*ASKING, "verify")) == own
    assert json.loads(full.run("status", "--json").out)["pages"] == {"indexed": 5, "pending": 1}
