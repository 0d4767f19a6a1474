"""Copies point to the text that was published first, in whatever order the articles arrive."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from crawler.archive.database import Database
from indexer.article import Article
from indexer.copies.index import CopyIndex, Place, drop_outdated, forget, text_of
from indexer.copies.tables import MOST
from tests.support.builders import article
from tests.support.copied import VARIANTS, variants

START = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(500)]
Arrival = tuple[str, str, datetime]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def text(seed: int, length: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def places(database: Database, arrivals: Iterable[Article], *, days: int = 30, batch: int = 1) -> dict[str, Place]:
    """Return the place of each article after all have arrived, with `batch` articles per transaction."""
    index = CopyIndex(days)
    matches: dict[str, Place] = {}
    source = iter(arrivals)
    while group := list(itertools.islice(source, batch)):
        with database.write() as connection:
            for arrival in group:
                placement = index.remember(connection, text_of(arrival))
                matches |= {arrival.id: placement.place, **placement.moved}
    return matches


def undated(arrivals: Iterable[Arrival]) -> list[Article]:
    return [
        article(id=id, text=body, published=None, published_precision=None, collected=collected, source=f"source-{id}")
        for id, body, collected in arrivals
    ]


def place(database: Database, arrivals: Iterable[Arrival], *, days: int = 30, batch: int = 1) -> dict[str, str | None]:
    """Return the story of each undated article after all have arrived."""
    matches = places(database, undated(arrivals), days=days, batch=batch)
    return {id: where.story for id, where in matches.items()}


def dated(id: str, published: datetime | None, collected: datetime, precision: str | None = "second") -> Article:
    """Return one of several articles with the same text."""
    return article(
        id=id, text=text(1), published=published, published_precision=precision, collected=collected, source=id
    )


def stories(database: Database, *arrivals: Article) -> dict[str, str | None]:
    return {id: where.story for id, where in places(database, arrivals).items()}


def test_an_article_that_contains_an_earlier_text_is_a_copy_of_it(database: Database) -> None:
    matches = place(database, [("a", text(1), at(0)), ("b", f"Agency: {text(1)}", at(1)), ("c", text(2), at(2))])
    assert matches == {"a": None, "b": "a", "c": None}


def test_the_story_is_what_was_published_first_even_if_it_was_collected_last(database: Database) -> None:
    wire, aggregator = dated("wire", at(0), at(9)), dated("aggregator", at(1), at(2))
    assert stories(database, aggregator, wire) == {"aggregator": "wire", "wire": None}


def test_a_story_that_arrives_late_takes_over_all_copies(database: Database) -> None:
    copies = [dated(f"copy-{number:02}", at(number + 1), at(number + 2)) for number in range(40)]
    assert stories(database, *copies)["copy-39"] == "copy-00"
    matches = stories(database, *copies, dated("wire", at(0), at(99)))
    assert matches == {"wire": None} | {item.id: "wire" for item in copies}


def test_more_copies_than_are_compared_with_one_text_move_to_a_late_story(database: Database) -> None:
    copies = [dated(f"copy-{number:03}", at(1 + number / 100), at(12)) for number in range(MOST + 20)]
    matches = stories(database, *copies, dated("wire", at(0), at(99)))
    assert matches == {"wire": None} | {item.id: "wire" for item in copies}


def test_an_unknown_date_counts_as_the_time_of_collection(database: Database) -> None:
    matches = stories(database, dated("a", None, at(5), None), dated("b", at(4), at(9)), dated("c", at(6), at(6)))
    assert matches == {"b": None, "a": "b", "c": "b"}


def test_a_day_counts_when_it_has_ended_everywhere(database: Database) -> None:
    noon = at(12)
    matches = stories(
        database, dated("day", noon, at(200), "day"), dated("within", at(30), at(201)), dated("after", at(37), at(202))
    )
    assert matches == {"within": None, "day": "within", "after": "within"}
    assert stories(database, dated("day", noon, at(20), "day"))["day"] is None


def test_a_date_after_its_collection_is_not_believed(database: Database) -> None:
    matches = stories(database, dated("future", at(900), at(2)), dated("honest", at(3), at(4)))
    assert matches == {"future": None, "honest": "future"}


def test_of_two_published_in_the_same_second_the_lower_id_is_the_story_whichever_was_collected_first(
    database: Database,
) -> None:
    assert stories(database, dated("b", at(0), at(1)), dated("a", at(0), at(2))) == {"a": None, "b": "a"}


def test_a_time_known_to_the_second_precedes_one_that_is_only_known_from_collection(database: Database) -> None:
    assert stories(database, dated("a", None, at(3), None), dated("b", at(3), at(4))) == {"b": None, "a": "b"}


def test_a_story_whose_date_is_corrected_becomes_a_copy(database: Database) -> None:
    first, second = dated("a", at(0), at(9)), dated("b", at(1), at(9))
    matches = stories(database, first, second, replace(first, published=at(2)))
    assert matches == {"a": "b", "b": None}


def test_a_copy_of_a_copy_points_to_the_story(database: Database) -> None:
    cut = text(1, 200).split()
    arrivals = [("a", " ".join(cut), at(0)), ("b", " ".join(cut[:140]), at(1)), ("c", " ".join(cut[20:120]), at(2))]
    assert place(database, arrivals) == {"a": None, "b": "a", "c": "a"}


def test_at_the_same_time_the_lower_id_is_the_story(database: Database) -> None:
    assert place(database, [("b", text(1), at(0)), ("a", text(1), at(0))]) == {"a": None, "b": "a"}


def test_a_revision_is_never_its_own_copy(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("a", f"{text(1)} more", at(0))]) == {"a": None}


def test_a_revision_replaces_the_text(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("a", text(2), at(0)), ("b", text(1), at(1))])["b"] is None


def test_copies_of_a_story_that_lost_its_text_become_stories(database: Database) -> None:
    matches = place(database, [("a", text(1), at(0)), ("b", text(1), at(1)), ("c", text(1), at(2)), ("a", "", at(0))])
    assert matches == {"a": None, "b": None, "c": "b"}


def test_texts_without_words_are_not_copies(database: Database) -> None:
    assert place(database, [("a", "", at(0)), ("b", "", at(1))]) == {"a": None, "b": None}


def test_texts_below_eight_words_are_copies_only_when_equal(database: Database) -> None:
    short = "Talks resume in Geneva at last today"
    arrivals = [("a", short, at(0)), ("b", f"{short} again", at(1)), ("c", short.upper(), at(2))]
    assert place(database, arrivals) == {"a": None, "b": None, "c": "a"}


def test_a_story_outside_the_window_does_not_count(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("b", text(1), at(49))], days=2) == {"a": None, "b": None}


def test_of_several_earlier_texts_the_most_similar_one_decides(database: Database) -> None:
    whole = text(1, 200).split()
    arrivals = [("a", " ".join(whole[:110]), at(0)), ("b", " ".join(whole[60:200]), at(1))]
    assert place(database, [*arrivals, ("c", " ".join(whole[50:200]), at(2))])["c"] == "b"


def test_a_template_keeps_the_stories_of_one_source_apart_and_their_copies_too(database: Database) -> None:
    first, second = (VARIANTS[name] for name in ("readout", "other readout"))
    matches = places(
        database,
        [
            article(id="1-second", text=second, source="office", published=at(0), collected=at(9)),
            article(id="2-first", text=first, source="office", published=at(1), collected=at(9)),
            article(id="3-copy", text=f"Agency: {first}", source="agency", published=at(2), collected=at(9)),
            article(id="4-copy", text=second, source="agency", published=at(3), collected=at(9)),
        ],
    )
    assert [matches[id].story for id in sorted(matches)] == [None, None, "2-first", "1-second"]


def test_a_long_text_carries_a_story_and_stays_a_story(database: Database) -> None:
    matches = places(
        database,
        [
            article(id="host", text=VARIANTS["host"], source="paper", published=at(2), collected=at(9)),
            article(id="copy", text=VARIANTS["edited"], source="radio", published=at(1), collected=at(9)),
            article(id="wire", text=VARIANTS["wire"], source="wire", published=at(0), collected=at(10)),
        ],
    )
    assert matches == {"host": Place(None, ("wire",)), "copy": Place("wire"), "wire": Place()}


def test_a_text_cut_from_a_much_longer_earlier_one_is_its_copy(database: Database) -> None:
    matches = places(
        database,
        [
            article(id="wire", text=VARIANTS["wire"], source="wire", published=at(2), collected=at(9)),
            article(id="host", text=VARIANTS["host"], source="paper", published=at(1), collected=at(9)),
        ],
    )
    assert matches == {"wire": Place("host"), "host": Place()}


@pytest.mark.parametrize("batch", [1, 3, 100])
@pytest.mark.parametrize("seed", range(5))
def test_neither_batches_nor_the_order_of_arrival_change_the_result(tmp_path: Path, seed: int, batch: int) -> None:
    chance = random.Random(seed)
    whole = text(9, 400).split()
    arrivals = [
        (f"{number:02}", " ".join(whole[start : start + chance.randrange(100, 200)]), at(number // 2))
        for number, start in enumerate(chance.choices(range(0, 200, 25), k=24))
    ]
    in_order = place(Database(tmp_path / "a.db"), arrivals)
    chance.shuffle(arrivals)
    assert place(Database(tmp_path / "b.db"), arrivals, batch=batch) == in_order


@settings(max_examples=30, deadline=None)
@given(arrivals=variants(), data=st.data())
def test_the_same_articles_have_the_same_stories_in_any_order_of_arrival(
    arrivals: Sequence[Article], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(arrivals))
    with tempfile.TemporaryDirectory() as folder:
        one = places(Database(Path(folder) / "a.db"), arrivals)
        other = places(Database(Path(folder) / "b.db"), shuffled, batch=3)
    assert one == other
    assert all(one[where.story].story is None for where in one.values() if where.story)
    assert all(one[id].story is None for where in one.values() for id in where.carries)


@settings(max_examples=20, deadline=None)
@given(arrivals=variants(is_dated=True), data=st.data())
def test_dates_known_to_the_second_decide_alone_whatever_was_collected_first(
    arrivals: Sequence[Article], data: st.DataObject
) -> None:
    def collected_in(order: Sequence[Article]) -> list[Article]:
        return [replace(item, collected=at(200 + number)) for number, item in enumerate(order)]

    shuffled = data.draw(st.permutations(arrivals))
    with tempfile.TemporaryDirectory() as folder:
        one = places(Database(Path(folder) / "a.db"), collected_in(arrivals))
        other = places(Database(Path(folder) / "b.db"), collected_in(shuffled))
    assert one == other


@settings(max_examples=40, deadline=None)
@given(before=variants(), arrivals=variants())
def test_earlier_versions_do_not_influence_the_result(before: Sequence[Article], arrivals: Sequence[Article]) -> None:
    ids = {item.id for item in arrivals}
    revised = [item for item in before if item.id in ids]
    with tempfile.TemporaryDirectory() as folder:
        one = places(Database(Path(folder) / "a.db"), [*revised, *arrivals])
        other = places(Database(Path(folder) / "b.db"), arrivals)
    assert one == other


def test_a_story_is_never_a_copy(database: Database) -> None:
    whole = text(5, 300).split()
    matches = place(database, [(f"{n:02}", " ".join(whole[n * 10 : n * 10 + 120]), at(n)) for n in range(18)])
    assert all(matches[story] is None for story in matches.values() if story)


def test_pruned_texts_are_no_longer_matched_and_the_others_are(database: Database) -> None:
    place(database, [("a", text(1), at(0)), ("b", text(2), at(72))], days=2)
    with database.write() as connection:
        CopyIndex(2).prune(connection, at(97))
    assert place(database, [("c", text(2), at(74)), ("d", text(1), at(1))], days=2) == {"c": "b", "d": None}


def test_what_arrives_late_by_the_whole_window_is_still_compared_with_all_it_could_copy(database: Database) -> None:
    place(database, [("a", text(1), at(0))], days=2)
    with database.write() as connection:
        CopyIndex(2).prune(connection, at(95))
    late = dated("late", at(47), at(95))
    assert {id: where.story for id, where in places(database, [late], days=2).items()} == {"late": "a"}


def test_copies_of_what_was_no_article_become_stories(database: Database) -> None:
    place(database, [("a", text(1), at(0)), ("b", text(1), at(1)), ("c", text(1), at(2))])
    with database.write() as connection:
        moved = CopyIndex(30).remove(connection, ["a", "unknown"])
    assert moved == {"b": Place(), "c": Place("b")}


def test_copies_stay_with_a_story_that_was_deleted(database: Database) -> None:
    place(database, [("a", text(1), at(0)), ("b", text(1), at(1))])
    with database.write() as connection:
        forget(connection, ["a"])
    assert place(database, [("c", text(1), at(2)), ("b", text(1), at(1))]) == {"b": "a", "c": "a"}


def test_remembering_a_text_again_changes_nothing(database: Database) -> None:
    arrivals = [(f"{number:02}", text(number % 3), at(number)) for number in range(12)]
    assert place(database, [*arrivals, *arrivals]) == place(database, arrivals)


def test_texts_of_another_version_are_dropped(database: Database) -> None:
    place(database, [("a", text(1), at(0))])
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE copy_texts SET version = 1")
        drop_outdated(connection)
    assert place(database, [("b", text(1), at(1))]) == {"b": None}


def test_the_number_of_statements_does_not_grow_with_the_number_of_copies(database: Database) -> None:
    def statement_count(copies: int) -> int:
        arrivals = [(f"{copies}-{number:03}", f"{text(copies)} {number}", at(number)) for number in range(copies)]
        place(database, arrivals)
        statements: list[str] = []
        with database.write() as connection:
            event.listen(connection, "before_cursor_execute", lambda *about: statements.append(about[2]))
            (last,) = undated([(f"{copies}-last", f"{text(copies)} last", at(copies))])
            assert CopyIndex(30).remember(connection, text_of(last)).place.story == f"{copies}-000"
        return len(statements)

    assert statement_count(200) == statement_count(5)


def test_identical_posts_of_real_channels_share_a_story(test_data: Path, database: Database) -> None:
    with gzip.open(test_data / "corpus/open-licence/telegram-ru.jsonl.gz", "rt", encoding="utf-8") as file:
        posts = [post["text"] for post in map(json.loads, file)]
    groups: dict[bytes, list[int]] = defaultdict(list)
    for number, (item, post) in enumerate(zip(undated(("x", post, at(0)) for post in posts), posts, strict=True)):
        if (sign := text_of(item).signature) and post:
            groups[sign.digest].append(number)
    repeated = [numbers for numbers in groups.values() if len(numbers) > 1]
    wanted = sorted(number for numbers in repeated for number in numbers)
    matches = place(database, [(f"{number:06}", posts[number], at(number / 60)) for number in wanted], batch=500)

    for numbers in repeated:
        assert len({matches[f"{number:06}"] or f"{number:06}" for number in numbers}) == 1
    assert len(repeated) > 50
