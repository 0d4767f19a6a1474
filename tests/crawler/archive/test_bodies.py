from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import zstandard

from config.errors import ArchiveError
from crawler.archive.bodies import Bodies
from crawler.page import hash_of


@pytest.fixture
def bodies(tmp_path: Path) -> Bodies:
    return Bodies(tmp_path / "bodies.db")


def put(bodies: Bodies, *wanted: bytes) -> None:
    bodies.put({hash_of(body): body for body in wanted})


def change(bodies: Bodies, data: bytes) -> None:
    with sqlite3.connect(bodies.database.path) as connection:
        connection.execute("UPDATE bodies SET data = ?", [data])


def test_bodies_are_returned_unchanged(bodies: Bodies) -> None:
    wanted = [b"", b"\x00\xff" * 1000, "мир".encode()]
    put(bodies, *wanted)
    assert [bodies.get(hash_of(body)) for body in wanted] == wanted


def test_an_identical_body_is_stored_once(bodies: Bodies) -> None:
    put(bodies, b"x")
    put(bodies, b"x", b"y")
    with sqlite3.connect(bodies.database.path) as connection:
        assert connection.execute("SELECT count(*) FROM bodies").fetchone() == (2,)


def test_a_missing_body_is_reported(bodies: Bodies) -> None:
    with pytest.raises(ArchiveError, match=f"{hash_of(b'x')} is missing"):
        bodies.get(hash_of(b"x"))


@pytest.mark.parametrize(
    "data",
    [b"no zstd", zstandard.compress(b"other"), zstandard.compress(b"y"), zstandard.compress(bytes(300_000_000))],
    ids=["not compressed", "another size", "another text", "a bomb"],
)
def test_a_damaged_body_is_reported_and_never_returned(bodies: Bodies, data: bytes) -> None:
    put(bodies, b"x")
    change(bodies, data)
    with pytest.raises(ArchiveError, match="is damaged"):
        bodies.get(hash_of(b"x"))
