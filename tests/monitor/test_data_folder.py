"""A folder that holds no archive, and an archive whose files do not belong together, are named and left as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.errors import ArchiveError
from crawler.archive.archive import BODIES, DATABASE, open_archive
from tests.support.builders import article
from tests.support.collected import collect
from tests.support.installation import Installation

ASKING = [
    ["search", "truce"],
    ["trends", "truce"],
    ["compare"],
    ["leads", "truce"],
    ["emerging"],
    ["digest"],
    ["why", "truce"],
    ["export", "truce"],
    ["show", "0123456789abcdef"],
    ["status"],
    ["verify"],
    ["rebuild"],
    ["index", "--once"],
    ["reread"],
    ["prune", "--before", "2020-01-01"],
    ["backup", "BACKUP"],
    ["tokens"],
    ["tokens", "revoke", "notebook"],
    ["themes", "history", "truce"],
    ["themes", "sweep"],
]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def collected(data: Path) -> None:
    archive = open_archive(data)
    for name in ("one", "two"):
        collect(archive, name, f"<p>{name}</p>".encode())
    archive.close()


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_mistyped_data_folder_is_named_and_not_created(
    small: Installation, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mistyped = tmp_path / "mistyped"
    monkeypatch.setenv("PARLEY_DATA", str(mistyped))
    code, _, error = small.run(*(str(tmp_path / "backup") if word == "BACKUP" else word for word in words))
    assert code == 1
    assert str(mistyped) in error
    assert not mistyped.exists()
    assert not (tmp_path / "backup").exists()


def test_a_folder_without_tokens_and_archive_is_named_and_one_in_which_a_token_was_made_lists_it(
    small: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("PARLEY_DATA", str(other))
    code, _, error = small.run("tokens")
    assert (code, f"{other}: nothing has been collected into this folder" in error) == (1, True)
    assert small.run("tokens", "new", "notebook")[0] == 0
    assert "notebook" in small.run("tokens")[1]


@pytest.mark.parametrize("words", [["sources"], ["sources", "tass"], ["themes"]], ids=" ".join)
def test_the_configuration_is_listed_before_anything_is_collected(
    small: Installation, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "new"))
    code, out, error = small.run(*words)
    assert code == 0
    assert out
    assert f"{tmp_path / 'new'}: nothing has been collected yet" in error
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("words", [["status"], ["tokens", "new", "a"], ["repair"], ["index", "--once"]], ids=" ".join)
def test_a_link_to_a_disk_that_is_not_mounted_is_named_with_its_target(
    small: Installation, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link, gone = tmp_path / "link", tmp_path / "disk" / "data"
    link.symlink_to(gone)
    monkeypatch.setenv("PARLEY_DATA", str(link))
    code, _, error = small.run(*words)
    assert (code, f"{link}: a link to {gone}, which does not exist; mount its disk" in error) == (1, True), error
    assert not gone.parent.exists()


def test_an_empty_database_beside_bodies_is_called_empty(tmp_path: Path) -> None:
    collected(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"")
    for _ in range(2):  # the first opening makes its tables
        archive = open_archive(tmp_path)
        assert archive.trouble.startswith(f"{tmp_path / DATABASE}: empty, although {BODIES} has")
        assert "parley repair" in archive.trouble
        archive.close()


def test_a_missing_database_beside_bodies_is_named_and_not_replaced(tmp_path: Path) -> None:
    collected(tmp_path)
    (tmp_path / DATABASE).unlink()
    before = everything(tmp_path)
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"parley\.db: missing.*parley repair"):
            open_archive(tmp_path)
    assert everything(tmp_path) == before


def test_missing_bodies_are_named_by_status_and_verify_and_stop_what_would_replace_them(small: Installation) -> None:
    small.keep(article(serial=1, title="A truce"))
    collected(small.data)
    (small.data / BODIES).unlink()
    assert "bodies.db: missing" in small.json("status")["troubles"][0]
    verdict = small.json("verify", code=1)
    assert not verdict["is_correct"]
    assert "bodies.db: missing" in verdict["files"][0]
    for words in (["crawl", "--once"], ["index", "--once"], ["prune", "--before", "2030-01-01"], ["rebuild"]):
        code, _, error = small.run(*words)
        assert code == 1
        assert "bodies.db: missing" in error
    assert not (small.data / BODIES).exists()
    assert small.json("search", "truce")["total"] == 1


@pytest.mark.parametrize("damage", ["emptied", "foreign", "truncated database"])
def test_files_that_do_not_belong_together_are_named_and_nothing_is_deleted(damage: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    collected(data)
    if damage == "emptied":
        (data / BODIES).write_bytes(b"")
    elif damage == "foreign":
        collected(tmp_path / "other")
        shutil.copy(tmp_path / "other" / BODIES, data / BODIES)
    else:
        (data / DATABASE).write_bytes(b"")
    archive = open_archive(data)
    assert "parley repair" in archive.trouble
    with pytest.raises(ArchiveError, match="parley repair"):
        archive.check()
    with pytest.raises(ArchiveError, match="parley repair"):
        archive.bodies.put({"0" * 32: b"x"})
    archive.close()
    assert open_archive(data).trouble == archive.trouble


def test_a_prune_with_foreign_bodies_deletes_nothing(small: Installation, tmp_path: Path) -> None:
    small.keep(article(serial=1, title="A truce"))
    collected(small.data)
    collected(tmp_path / "other")
    shutil.copy(tmp_path / "other" / BODIES, small.data / BODIES)
    assert small.run("prune", "--before", "2030-01-01")[0] == 1
    assert small.json("search", "truce")["total"] == 1
    archive = open_archive(small.data)
    assert sum(archive.count_pages_by_state().values()) == 2
    archive.close()
