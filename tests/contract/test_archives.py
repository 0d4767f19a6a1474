"""The contract of indices that belong to one archive."""

from __future__ import annotations

import pytest

from config.errors import EngineMisconfigured
from indexer.engine import open_engine, open_fresh
from tests.support.builders import article
from tests.support.engines import fill, serials

OURS, THEIRS = "0a" * 16, "0b" * 16


def test_an_index_is_refused_to_every_archive_but_its_own(address: str) -> None:
    engine = open_engine(address, writable=True, archive=OURS)
    fill(engine, article(serial=1))
    engine.close()
    for writable in (False, True):
        with pytest.raises(EngineMisconfigured, match=rf"belongs to another data folder \(archive {OURS}\)"):
            open_engine(address, writable=writable, archive=THEIRS)
        open_engine(address, writable=writable, archive=OURS).close()


def test_a_rebuild_for_another_archive_is_refused_and_deletes_nothing(address: str) -> None:
    engine = open_engine(address, writable=True, archive=OURS)
    fill(engine, article(serial=1))
    engine.close()
    with pytest.raises(EngineMisconfigured, match="belongs to another data folder"):
        open_fresh(address, archive=THEIRS)
    assert serials(open_engine(address, archive=OURS)) == [1]


def test_an_unfinished_rebuild_of_another_archive_is_not_resumed(address: str) -> None:
    open_fresh(address, archive=OURS).close()
    with pytest.raises(EngineMisconfigured, match="belongs to another data folder"):
        open_fresh(address, archive=THEIRS)
    open_fresh(address, archive=OURS).close()


def test_a_rebuilt_index_belongs_to_the_archive_it_was_rebuilt_for(address: str) -> None:
    open_engine(address, writable=True).close()
    fresh = open_fresh(address, archive=OURS)
    fill(fresh, article(serial=2))
    fresh.promote()
    fresh.close()
    with pytest.raises(EngineMisconfigured):
        open_engine(address, archive=THEIRS)
    assert serials(open_engine(address, archive=OURS)) == [2]


def test_an_index_without_an_archive_is_adopted_by_the_first_that_writes(address: str) -> None:
    engine = open_engine(address, writable=True)
    fill(engine, article(serial=1))
    engine.close()
    for archive in (THEIRS, OURS):
        open_engine(address, archive=archive).close()  # readers change nothing
    open_engine(address, writable=True, archive=OURS).close()
    with pytest.raises(EngineMisconfigured):
        open_engine(address, archive=THEIRS)
    adopted = open_engine(address, writable=True, archive=OURS)
    assert serials(adopted) == [1]
    adopted.close()
