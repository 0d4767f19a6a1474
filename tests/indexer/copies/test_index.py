"""Copies point to the earliest matching text, in whatever order the articles arrive."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from crawler.archive.database import Database
from indexer.copies.index import CopyIndex
from indexer.copies.signature import signature
from indexer.words import tokens

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


def place(database: Database, arrivals: Iterable[Arrival], *, days: int = 30, batch: int = 1) -> dict[str, str | None]:
    """Return the story of each article after all have arrived, with `batch` articles per transaction."""
    index = CopyIndex(days)
    stories: dict[str, str | None] = {}
    source = iter(arrivals)
    while group := list(itertools.islice(source, batch)):
        with database.write() as connection:
            for article_id, body, collected in group:
                placement = index.remember(connection, article_id, signature(tokens(body)), collected)
                stories |= {article_id: placement.story, **placement.moved}
    return stories


def test_an_article_that_contains_an_earlier_text_is_a_copy_of_it(database: Database) -> None:
    stories = place(database, [("a", text(1), at(0)), ("b", f"Agency: {text(1)}", at(1)), ("c", text(2), at(2))])
    assert stories == {"a": None, "b": "a", "c": None}


def test_a_copy_of_a_copy_points_to_the_story(database: Database) -> None:
    cut = text(1, 200).split()
    arrivals = [("a", " ".join(cut), at(0)), ("b", " ".join(cut[:140]), at(1)), ("c", " ".join(cut[20:120]), at(2))]
    assert place(database, arrivals) == {"a": None, "b": "a", "c": "a"}


def test_of_texts_collected_at_the_same_time_the_lower_id_is_the_story(database: Database) -> None:
    assert place(database, [("b", text(1), at(0)), ("a", text(1), at(0))]) == {"a": None, "b": "a"}


def test_a_revision_is_never_its_own_copy(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("a", f"{text(1)} more", at(0))]) == {"a": None}


def test_a_revision_replaces_the_text(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("a", text(2), at(0)), ("b", text(1), at(1))])["b"] is None


def test_texts_without_words_are_never_copies(database: Database) -> None:
    assert place(database, [("a", "", at(0)), ("b", "", at(1))]) == {"a": None, "b": None}


def test_short_texts_are_copies_only_when_equal(database: Database) -> None:
    short = "Talks resume in Geneva at last, both sides say"
    arrivals = [("a", short, at(0)), ("b", f"{short} today", at(1)), ("c", short.upper(), at(2))]
    assert place(database, arrivals) == {"a": None, "b": None, "c": "a"}


def test_a_story_older_than_the_window_is_ignored(database: Database) -> None:
    assert place(database, [("a", text(1), at(0)), ("b", text(1), at(49))], days=2) == {"a": None, "b": None}


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


@pytest.mark.parametrize("seed", range(12))
def test_the_text_before_a_revision_has_no_effect(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    wholes = [text(whole, 400).split() for whole in (11, 12)]

    def version(number: int) -> Arrival:
        start = chance.randrange(0, 200, 25)
        return (
            f"{number:02}",
            " ".join(chance.choice(wholes)[start : start + chance.randrange(100, 200)]),
            at(number // 2),
        )

    first = [version(chance.randrange(20)) for _ in range(40)]
    last = [version(number) for number in range(20)]
    chance.shuffle(last)
    revised = place(Database(tmp_path / "a.db"), [*first, *last], batch=7)
    assert revised == place(Database(tmp_path / "b.db"), sorted(last))


def test_a_story_is_never_a_copy(database: Database) -> None:
    whole = text(5, 300).split()
    stories = place(database, [(f"{n:02}", " ".join(whole[n * 10 : n * 10 + 120]), at(n)) for n in range(18)])
    assert all(stories[story] is None for story in stories.values() if story)


def test_pruning_deletes_old_texts_only(database: Database) -> None:
    place(database, [("a", text(1), at(0)), ("b", text(2), at(72))], days=2)
    with database.write() as connection:
        CopyIndex(2).prune(connection, at(73))
    assert place(database, [("c", text(2), at(74)), ("d", text(1), at(1))], days=2) == {"c": "b", "d": None}


def test_remembering_a_text_again_changes_nothing(database: Database) -> None:
    arrivals = [(f"{number:02}", text(number % 3), at(number)) for number in range(12)]
    assert place(database, [*arrivals, *arrivals]) == place(database, arrivals)


def test_the_number_of_statements_does_not_grow_with_the_number_of_copies(database: Database) -> None:
    def statement_count(copies: int) -> int:
        place(database, [(f"{copies}-{number:03}", f"{text(copies)} {number}", at(number)) for number in range(copies)])
        statements: list[str] = []
        with database.write() as connection:
            event.listen(connection, "before_cursor_execute", lambda *about: statements.append(about[2]))
            revised = signature(tokens(f"{text(copies)} revised"))
            assert CopyIndex(30).remember(connection, f"{copies}-001", revised, at(1)).story == f"{copies}-000"
        return len(statements)

    assert statement_count(200) == statement_count(5)


def test_identical_posts_of_real_channels_share_a_story(test_data: Path, database: Database) -> None:
    with gzip.open(test_data / "corpus/open-licence/telegram-ru.jsonl.gz", "rt", encoding="utf-8") as file:
        posts = [post["text"] for post in map(json.loads, file)]
    groups: dict[bytes, list[int]] = defaultdict(list)
    for number, post in enumerate(posts):
        if result := signature(tokens(post)):
            groups[result.digest].append(number)
    repeated = [numbers for numbers in groups.values() if len(numbers) > 1]
    repeated_posts = sorted(number for numbers in repeated for number in numbers)
    stories = place(
        database, [(f"{number:06}", posts[number], at(number / 60)) for number in repeated_posts], batch=500
    )

    for numbers in repeated:
        assert len({stories[f"{number:06}"] or f"{number:06}" for number in numbers}) == 1
    assert len(repeated) > 50
