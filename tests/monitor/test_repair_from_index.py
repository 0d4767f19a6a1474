"""`parley repair` with an index that is damaged, alone or knows more than the archive: nothing that it has is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.archive.addresses import put_back
from crawler.archive.archive import BODIES, DATABASE, Archive, open_archive
from crawler.archive.database import Database
from crawler.archive.leases import Owner
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from indexer.article import Article
from indexer.engine import open_engine
from indexer.jobs.articles import read_from
from indexer.jobs.recover import recover
from monitor.app import App
from monitor.services.completeness import nothing_yet
from tests.support.builders import article
from tests.support.collected import TALKS, collect, page_of
from tests.support.installation import Installation
from tests.support.repairable import ARTICLES, check_whole, filled, repaired

__all__ = ["filled"]


def damage_article(data: Path, one: Article) -> None:
    """Damage an article in the archive; its page is not there, so that only the index has it whole."""
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE articles SET data = substr(data, 1, 40) WHERE id = ?", (one.id,))


def remove_article(data: Path, *some: Article) -> None:
    """Let the archive know nothing of these articles, as an older one does."""
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.executemany("DELETE FROM articles WHERE id = ?", [(one.id,) for one in some])


def damage_part(installation: Installation, part: str) -> None:
    """Damage the largest file of this kind of the index."""
    path = max((installation.data / "index").glob(f"generation-*/*{part}"), key=lambda path: path.stat().st_size)
    path.write_bytes(path.read_bytes()[:9])


def damage_table(path: Path, name: str) -> None:
    """Damage the first page of a table of a database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    content = path.read_bytes()
    path.write_bytes(content[: (root - 1) * 4_096] + b"\xff" * 4_096 + content[root * 4_096 :])


@pytest.mark.parametrize("part", [".term", ".fast", ".idx", "meta.json"])
def test_what_only_a_damaged_index_has_whole_is_taken_out_before_it_is_set_aside(
    filled: Installation, part: str
) -> None:
    damage_article(filled.data, ARTICLES[7])
    remove_article(filled.data, ARTICLES[8])
    damage_part(filled, part)
    done = repaired(filled)
    assert "1 damaged article taken from the index" in done[0]
    assert "1 missing article put back from the index" in done[1]
    assert "kept as unusable-1" in done[2]
    check_whole(filled)


def test_deleted_articles_of_a_damaged_index_stay_deleted(filled: Installation) -> None:
    filled.lose(ARTICLES[0])
    remove_article(filled.data, ARTICLES[0])
    damage_part(filled, ".term")
    assert [sentence for sentence in repaired(filled) if "put back" in sentence] == []


def test_an_article_that_nothing_has_whole_is_called_lost_and_not_waited_for(filled: Installation) -> None:
    damage_article(filled.data, ARTICLES[7])
    damage_part(filled, ".store")
    (remaining,) = filled.json("repair")["remaining"]
    assert f"1 article lost, such as {ARTICLES[7].id}" in remaining
    assert filled.run("index", "--once")[0] == 0
    _, _, warning = filled.run("search", "truce")
    assert "39 of 40 articles are searchable; 1 article cannot be read any more" in warning
    assert "the indexer adds" not in warning
    assert "1 article cannot be read any more" in filled.run("status")[1].replace("\n", " ")
    _, out, _ = filled.run("verify")
    assert "Lost: 1 article" in out
    assert "parley index" not in out
    assert filled.json("repair") == {"repaired": [], "remaining": [remaining]}


def test_an_archive_whose_heads_are_destroyed_gets_the_id_of_its_index(filled: Installation) -> None:
    for name in (DATABASE, BODIES):
        path = filled.data / name
        path.write_bytes(bytes(4_096) + path.read_bytes()[4_096:])
        for log in ("-wal", "-shm"):
            (filled.data / f"{name}{log}").unlink(missing_ok=True)
    repaired(filled)
    check_whole(filled)


def test_an_index_without_an_archive_is_named_and_the_archive_rebuilt_from_it(filled: Installation) -> None:
    for path in filled.data.glob("*.db*"):
        path.unlink()
    for words in (["status"], ["verify"], ["search", "truce"], ["index", "--once"], ["crawl", "--once"], ["rebuild"]):
        code, _, error = filled.run(*words)
        assert (code, "the index has 40 articles" in error, "parley repair" in error) == (1, True, True), words
    assert not (filled.data / DATABASE).exists()
    assert "the index has 40 articles" in nothing_yet(App.load())
    assert "40 articles from the index" in repaired(filled)[0]
    check_whole(filled)


def test_an_index_without_an_archive_or_a_live_generation_is_named_too(filled: Installation) -> None:
    for path in (*filled.data.glob("*.db*"), filled.data / "index" / "CURRENT"):
        path.unlink()
    code, _, error = filled.run("status")
    assert (code, "there is an index" in error, "parley repair" in error) == (1, True, True)
    repaired(filled)
    check_whole(filled)


def test_an_error_names_the_file_that_is_damaged(filled: Installation) -> None:
    damage_table(filled.data / DATABASE, "archive")
    assert filled.run("status")[2].startswith(f"{filled.data / DATABASE}: the file is damaged")
    repaired(filled)
    check_whole(filled)


def test_advice_about_a_damaged_index_beside_an_empty_archive_leads_to_its_articles(filled: Installation) -> None:
    remove_article(filled.data, *ARTICLES)
    damage_part(filled, ".term")
    for words in (["search", "truce"], ["index", "--once"], ["rebuild"], ["verify"]):
        code, _, error = filled.run(*words)
        assert (code, "run `parley repair`" in error) == (1, True), words
    assert "40 missing articles put back from the index" in repaired(filled)[0]
    check_whole(filled)


def test_an_index_that_holds_more_than_the_archive_is_named_and_its_articles_put_back(filled: Installation) -> None:
    remove_article(filled.data, *ARTICLES[30:])
    sentence = "the index holds 10 articles that the archive does not know; `parley repair` puts them into the archive"
    assert sentence in filled.run("search", "truce")[2]
    assert sentence in filled.run("status")[1]
    assert "does not know 10 articles of the engine: run `parley repair`" in filled.run("verify")[1]
    code, _, error = filled.run("rebuild")
    assert (code, "the index has 10 articles that the archive does not know; run `parley repair`" in error) == (1, True)
    assert "10 missing articles put back from the index" in repaired(filled)[0]
    check_whole(filled)


def test_a_damaged_index_that_is_not_live_is_set_aside_alone(filled: Installation) -> None:
    root = filled.data / "index"
    shutil.copytree(root / "generation-1", root / "generation-2")
    (root / "CURRENT").write_text("generation-2")
    for store in (root / "generation-1").glob("*.store"):
        store.unlink()
    assert repaired(filled) == [f"{root}: an earlier index there is damaged and is kept as unusable-1"]
    assert (root / "CURRENT").read_text() == "generation-2"
    check_whole(filled)


def test_an_article_of_the_index_belongs_to_the_page_it_was_read_from_not_to_a_later_one_that_is_none(
    filled: Installation,
) -> None:
    archive = open_archive(filled.data)
    id = collect(archive, "a", page_of(TALKS))
    finish(archive, Outcome.INDEXED)
    collect(archive, "a", b"<title>Maintenance</title><p>We will be back soon.</p>")
    finish(archive, Outcome.NOT_AN_ARTICLE)
    with archive.database.read() as connection:
        read, refused = connection.execute(select(pages.c.number, pages.c.serial).order_by(pages.c.number)).all()[-2:]
    recover([article(serial=read.serial, id=id, text=TALKS)], archive.database)
    with archive.database.read() as connection:
        assert read_from(connection, [read.number]) == {read.serial: id}
        assert read_from(connection, [refused.number]) == {}
    archive.close()


def finish(archive: Archive, outcome: Outcome) -> None:
    now = datetime.now(UTC)
    claimed = archive.claim_pages(9, now, timedelta(minutes=5), Owner("test"))
    archive.finish_pages({page.number: (outcome, "") for page in claimed})


def test_an_index_of_as_many_other_articles_is_not_taken_for_whole(filled: Installation) -> None:
    remove_article(filled.data, ARTICLES[30])
    filled.lose(ARTICLES[3])
    assert "the index holds other articles than the archive" in filled.run("search", "truce")[2]
    assert "the index holds other articles than the archive" in filled.run("status")[1]
    assert "does not know 1 article of the engine" in filled.run("verify")[1]
    assert filled.json("index", "--once")["filled"] == 1
    assert "the index holds 1 article that the archive does not know" in filled.run("search", "truce")[2]
    repaired(filled)
    check_whole(filled)


def test_pruned_articles_are_not_put_back(filled: Installation) -> None:
    database = Database(filled.data / DATABASE)
    with database.write() as connection:
        for one in ARTICLES[:2]:
            put_back(connection, one.serial, id=one.id, url=one.url, source=one.source, collected=one.collected)
    database.close()
    assert filled.run("prune", "--before", "2030-01-01")[0] == 0
    engine = open_engine(filled.engine_url, writable=True)
    engine.add(ARTICLES[:2])  # as in an index restored from an older copy
    engine.close()
    document = filled.json("repair")
    assert document["repaired"] == []
    assert "2 articles that the archive has pruned; `parley rebuild` removes them" in document["remaining"][0]
    assert filled.run("rebuild")[0] == 0
    assert filled.json("repair") == {"repaired": [], "remaining": []}


def test_bodies_that_only_lost_their_id_are_kept_and_counted(filled: Installation) -> None:
    damage_table(filled.data / BODIES, "archive")
    document = filled.json("repair")
    assert [sentence.partition("; ")[2][:42] for sentence in document["repaired"]] == [
        "3 bodies that could be read are in a new f"
    ]
    assert document["remaining"] == []
    check_whole(filled)


def test_repair_names_the_lost_bodies_that_verify_names(filled: Installation) -> None:
    with closing(sqlite3.connect(filled.data / BODIES)) as connection, connection:
        connection.execute("UPDATE bodies SET data = zeroblob(40) WHERE rowid = 1")
    (sentence,) = filled.json("repair")["remaining"]
    assert "1 body of a page is missing or damaged" in sentence
    assert "nothing to repair" not in filled.run("repair")[1]
    assert sentence in json.loads(filled.run("verify", "--json")[1])["files"]


def test_a_damaged_index_is_not_said_to_have_wrong_tags(filled: Installation) -> None:
    (path,) = (filled.data / "index").glob("generation-*/*.idx")
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    _, out, _ = filled.run("verify")
    assert ("parley repair" in out, "sweep" in out, "rebuild" in out) == (True, False, False)
