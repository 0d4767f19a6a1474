"""The contract of storing, replacing, tagging and deleting articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from config.errors import ArticlesRefused, EngineUnavailable
from config.sources import SourceClass
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything, Forms, Value
from tests.support.builders import article
from tests.support.engines import eventually, fill, serials
from tests.support.queries import source


def test_an_article_is_returned_as_it_was_stored(engine: Engine) -> None:
    given = article(
        serial=7,
        title="Ein <b>Titel</b>",
        text="Мирный план\n\nв двух частях",
        authors=("Ann Ée", "Борис"),
        language="ru",
        published=datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC),
        published_from="json-ld",
        published_precision="second",
        updated=datetime(2026, 3, 2, 12, tzinfo=UTC),
        updated_precision="day",
        copy_of="b" * 32,
        carries=("c" * 32, "d" * 32),
        themes=frozenset({"truce", "arms"}),
    )
    fill(engine, given)
    assert engine.get([given.id]) == {given.id: given}


def test_an_article_without_title_authors_language_and_date_is_stored(engine: Engine) -> None:
    bare = article(title=None, text="", language=None, published=None, published_from="none", published_precision=None)
    fill(engine, bare)
    assert engine.get([bare.id]) == {bare.id: bare}


def test_get_omits_unknown_ids(engine: Engine) -> None:
    known = article(serial=1)
    fill(engine, known)
    assert engine.get(["nobody", known.id, "f" * 32]) == {known.id: known}
    assert engine.get([]) == {}


def test_adding_the_same_article_again_changes_nothing(engine: Engine) -> None:
    for _ in range(3):
        fill(engine, article(serial=1), article(serial=2))
    assert serials(engine) == [1, 2]


def test_adding_an_id_again_replaces_the_article(engine: Engine) -> None:
    before = article(serial=1, text="old words", themes=frozenset({"truce"}))
    fill(engine, before)
    fill(engine, replace(before, text="new words", themes=frozenset()))
    assert engine.count(Forms("words", frozenset({"old"}))) == 0
    assert engine.count(Value("themes", frozenset({"truce"}))) == 0
    assert engine.get([before.id])[before.id].text == "new words"
    assert serials(engine, Forms("words", frozenset({"new"}))) == [1]


def test_the_last_of_two_articles_with_the_same_id_wins(engine: Engine) -> None:
    fill(engine, article(serial=1, text="first"), article(serial=2), article(serial=1, text="second"))
    assert serials(engine) == [1, 2]
    assert serials(engine, Forms("words", frozenset({"first"}))) == []
    assert serials(engine, Forms("words", frozenset({"second"}))) == [1]


@pytest.mark.parametrize(
    "impossible",
    [
        {"id": "x" * 513},
        {"source": "x" * 33_000},
        {"copy_of": "ё" * 16_384},
        {"carries": ("story", "x" * 33_000)},
        {"themes": frozenset({"truce", "x" * 33_000})},
    ],
    ids=lambda given: "".join(given),
)
def test_an_article_that_cannot_be_stored_is_reported_and_the_others_are_stored(
    engine: Engine, impossible: dict[str, Any]
) -> None:
    with pytest.raises(ArticlesRefused, match="the limit is") as error_info:
        engine.add([article(serial=1), article(serial=2, **impossible), article(serial=3)])
    assert len(error_info.value.reasons) == 1
    engine.refresh()
    assert serials(engine) == [1, 3]


def test_adding_nothing_is_allowed(engine: Engine) -> None:
    engine.add([])
    engine.delete([])
    engine.set_themes({})
    engine.refresh()
    assert serials(engine) == []


def test_deleted_articles_are_gone_and_unknown_ids_are_ignored(engine: Engine) -> None:
    fill(engine, *(article(serial=serial) for serial in (1, 2, 3)))
    engine.delete([article(serial=2).id, "nobody"])
    engine.delete([article(serial=2).id])
    engine.refresh()
    assert serials(engine) == [1, 3]
    assert engine.get([article(serial=2).id]) == {}


def test_a_deleted_article_can_be_added_again(engine: Engine) -> None:
    fill(engine, article(serial=1))
    engine.delete([article(serial=1).id])
    fill(engine, article(serial=1))
    assert serials(engine) == [1]


def test_set_themes_replaces_the_themes_and_nothing_else(engine: Engine) -> None:
    first = article(serial=1, text="мир и план", themes=frozenset({"truce", "arms"}))
    second = article(serial=2, themes=frozenset({"arms"}))
    third = article(serial=3, themes=frozenset({"arms"}))
    fill(engine, first, second, third)
    themes = {first.id: frozenset({"truce", "nuclear"}), second.id: frozenset[str](), "nobody": frozenset({"arms"})}
    engine.set_themes(themes)
    engine.refresh()
    assert engine.get([first.id])[first.id] == replace(first, themes=themes[first.id])
    assert serials(engine, Value("themes", frozenset({"nuclear"}))) == [1]
    assert serials(engine, Value("themes", frozenset({"arms"}))) == [3]
    assert serials(engine, Forms("words", frozenset({"мир"}))) == [1]
    assert serials(engine) == [1, 2, 3]


def test_classes_and_countries_of_sources_change_no_result(engine: Engine) -> None:
    stored = [article(serial=number, source=f"source-{number % 3}") for number in range(1, 11)]
    fill(engine, *stored[:5])
    classes: tuple[SourceClass, ...] = ("state", "wire")
    for source_class in classes:
        sources = [source(f"source-{number}", "A name", "DE", source_class) for number in range(2)]
        assert engine.describe(sources) is False
    fill(engine, *stored[5:])
    assert engine.get([one.id for one in stored]) == {one.id: one for one in stored}
    assert engine.tally(Everything(), "source") == {"source-0": 3, "source-1": 4, "source-2": 3}
    assert engine.describe([]) is False


def test_an_open_reader_sees_writes_after_a_refresh(engine: Engine, address: str) -> None:
    fill(engine, article(serial=1))
    reader = open_engine(address)
    assert serials(reader) == [1]
    fill(engine, article(serial=2))
    late = open_engine(address)
    assert serials(late) == [1, 2]
    assert eventually(lambda: serials(reader) == [1, 2])
    engine.delete([article(serial=1).id])
    engine.refresh()
    assert eventually(lambda: serials(reader) == [2])
    reader.close()
    late.close()


def test_the_writer_sees_its_writes_after_a_refresh(engine: Engine) -> None:
    fill(engine, article(serial=1))
    assert serials(engine) == [1]
    engine.set_themes({article(serial=1).id: frozenset({"truce"})})
    engine.refresh()
    assert engine.count(Value("themes", frozenset({"truce"}))) == 1


def test_writes_survive_reopening(address: str) -> None:
    writer = open_engine(address, writable=True)
    writer.add([article(serial=1), article(serial=2)])
    writer.close()
    again = open_engine(address, writable=True)
    again.add([article(serial=3)])
    again.delete([article(serial=1).id])
    again.refresh()
    reader = open_engine(address)
    assert serials(again) == serials(reader) == [2, 3]
    again.close()
    reader.close()


def test_a_missing_index_is_unavailable_to_readers(address: str) -> None:
    with pytest.raises(EngineUnavailable, match="parley"):
        open_engine(address)


def test_every_query_works_on_an_empty_index(engine: Engine, address: str) -> None:
    edges = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
    engine.refresh()
    reader = open_engine(address)
    node = Forms("words", frozenset({"peace"}))
    assert reader.search(node, limit=10).total == 0
    assert reader.search(node, limit=10, sort="score").hits == ()
    assert reader.count(node) == 0
    assert reader.tally(node, "themes") == {}
    assert [count.articles for count in reader.histogram(node, edges)[""]] == [0, 0]
    assert reader.histogram(node, edges, split="source") == {}
    assert list(reader.scan(node)) == []
    reader.close()


def test_the_stamp_changes_with_every_visible_change_and_only_then(engine: Engine) -> None:
    one, two = article(serial=1), article(serial=2)
    fill(engine, one, two)
    stamps = [engine.stamp()]
    assert engine.stamp() == stamps[0]
    changes: tuple[Callable[[], None], ...] = (
        lambda: engine.set_themes({one.id: frozenset({"truce"})}),
        lambda: engine.add([replace(two, text="other words")]),
        lambda: engine.delete([one.id]),
        lambda: engine.add([one]),
    )
    for change in changes:
        change()
        engine.refresh()
        stamps.append(engine.stamp())
    assert len(set(stamps)) == len(stamps)
