"""Searching needs no right to write the data folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.engine import open_engine
from indexer.query.tree import Everything
from tests.support.builders import article
from tests.support.installation import Installation


def contents(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.fixture
def readable(small: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Return an installation with an article that this account may only read, as far as the system says."""
    small.keep(article(text="The truce holds.", themes={"truce"}))
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    return small


@pytest.mark.parametrize(
    "words",
    [
        ("search", "truce"),
        ("search", "theme:truce"),
        ("export", "truce"),
        ("trends", "truce", "--since", "2026-11-01", "--until", "2026-11-03"),
        ("sources",),
        ("themes",),
        ("status",),
        ("verify",),
    ],
    ids=" ".join,
)
def test_a_reader_of_another_account_writes_nothing(readable: Installation, words: tuple[str, ...]) -> None:
    before = contents(readable.data)
    code, _, err = readable.run(*words)
    assert code == 0, err
    assert contents(readable.data) == before


def test_a_reader_sees_what_is_indexed_later(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    small.keep(article(serial=1, text="The truce holds."))
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_, **__: False)
        reader = open_engine(small.engine_url)
        assert reader.count(Everything()) == 1
    writer = open_engine(small.engine_url, writable=True)
    for serial in range(2, 5):
        writer.add([article(serial=serial, text="The truce ends.")])
        writer.refresh()
        assert reader.count(Everything()) == serial
    writer.close()
    reader.close()
