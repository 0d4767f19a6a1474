"""The contract of rebuilding an index while readers use the live one."""

from __future__ import annotations

import pytest

from config.errors import EngineUnavailable
from indexer.engine import Engine, open_engine, open_fresh
from tests.support.builders import article
from tests.support.engines import eventually, fill, serials


def test_readers_see_the_live_index_until_the_fresh_one_is_promoted(engine: Engine, address: str) -> None:
    fill(engine, article(serial=1))
    reader = open_engine(address)
    fresh = open_fresh(address)
    fill(fresh, article(serial=2), article(serial=3))
    assert serials(reader) == serials(engine) == [1]
    assert serials(fresh) == [2, 3]
    engine.close()
    fresh.promote()
    assert eventually(lambda: serials(reader) == [2, 3])
    fill(fresh, article(serial=4))
    assert eventually(lambda: serials(reader) == [2, 3, 4])
    fresh.close()
    reader.close()


def test_the_promoted_index_is_opened_next(engine: Engine, address: str) -> None:
    fill(engine, article(serial=1))
    fresh = open_fresh(address)
    fill(fresh, article(serial=2))
    engine.close()
    fresh.promote()
    fresh.close()
    again = open_engine(address, writable=True)
    fill(again, article(serial=3))
    assert serials(again) == [2, 3]
    again.close()


def test_an_interrupted_rebuild_is_resumed(engine: Engine, address: str) -> None:
    fill(engine, article(serial=1))
    broken_off = open_fresh(address)
    broken_off.add([article(serial=2)])
    broken_off.close()
    engine.close()
    open_engine(address, writable=True).close()  # the indexer starts again
    again = open_fresh(address)
    again.refresh()
    assert serials(again) == [2]
    reader = open_engine(address)
    assert serials(reader) == [1]
    fill(again, article(serial=3))
    again.promote()
    assert eventually(lambda: serials(reader) == [2, 3])
    again.close()
    reader.close()
    empty = open_fresh(address)
    assert serials(empty) == []
    empty.close()


def test_a_half_filled_index_is_never_opened_as_the_live_one(address: str) -> None:
    broken_off = open_fresh(address)
    broken_off.add([article(serial=1)])
    broken_off.close()
    with pytest.raises(EngineUnavailable):
        open_engine(address)
    engine = open_engine(address, writable=True)
    assert serials(engine) == []
    engine.close()


def test_an_index_can_be_rebuilt_where_none_existed(address: str) -> None:
    fresh = open_fresh(address)
    fill(fresh, article(serial=1))
    fresh.promote()
    reader = open_engine(address)
    assert serials(reader) == [1]
    fresh.close()
    reader.close()
