"""`parley repair` with nothing but the bodies: addresses and pages come back, and the articles with them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.archive import BODIES, DATABASE, open_archive
from crawler.archive.bodies import Bodies, origin_of
from crawler.page import Hints, RawPage
from crawler.urls import article_id
from tests.support.collected import TALKS, collect, page_of
from tests.support.installation import Installation

TITLES = {"one": "A truce holds", "two": "Second day of truce talks", "three": "Third truce proposal is read"}


@pytest.fixture
def filled(small: Installation) -> Installation:
    """Return an installation with three articles, collected and indexed."""
    archive = open_archive(small.data)
    for number, (name, title) in enumerate(TITLES.items()):
        text = " ".join([f"Report number {number} of {name}."] * 3 + [TALKS])
        published = datetime(2026, 3, 1 + number, 8, tzinfo=UTC)
        hints = Hints(title=title, published=published, published_precision="second")
        collect(archive, name, page_of(text, title), hints=hints, at=published.replace(hour=9))
    archive.close()
    code, out, err = small.run("index", "--once")
    assert code == 0, out + err
    return small


def hits(installation: Installation) -> list[tuple[str, str, str, str]]:
    rows = installation.json("search", "truce OR talks", "--limit", "100")["hits"]
    return sorted((row["id"], row["url"], row["title"], row["published"]) for row in rows)


def remove(data: Path, name: str) -> None:
    for log in ("", "-wal", "-shm"):
        (data / f"{name}{log}").unlink(missing_ok=True)


def test_articles_are_extracted_again_from_bodies_alone(filled: Installation) -> None:
    before = hits(filled)
    assert len(before) == len(TITLES)
    remove(filled.data, DATABASE)
    shutil.rmtree(filled.data / "index")
    (done,) = filled.json("repair")["repaired"]
    assert "3 pages put back from bodies.db" in done
    assert "unused" not in done
    code, out, err = filled.run("index", "--once")
    assert code == 0, out + err
    assert hits(filled) == before
    archive = open_archive(filled.data)
    assert [kept.page.collected.day for id, *_ in before for kept in archive.pages_of(id)] != []
    assert archive.find_damaged_files() == []
    archive.close()
    assert filled.json("repair")["repaired"] == []


def test_pages_lost_from_a_database_that_is_there_are_put_back_too(filled: Installation) -> None:
    before = hits(filled)
    path = filled.data / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(path.read_bytes()[:8_192])
    filled.json("repair")
    assert filled.run("index", "--once")[0] == 0
    assert hits(filled) == before


def test_bodies_of_an_earlier_version_are_counted(filled: Installation) -> None:
    with closing(sqlite3.connect(filled.data / BODIES)) as connection:
        connection.execute("DROP TABLE origins")
    remove(filled.data, DATABASE)
    shutil.rmtree(filled.data / "index")
    (done,) = filled.json("repair")["repaired"]
    assert "3 bodies stay unused: they were collected before addresses were stored beside bodies" in done


def test_what_was_pruned_does_not_come_back(filled: Installation) -> None:
    archive = open_archive(filled.data)
    (kept_page,) = archive.pages_of(next(id for id, url, *_ in hits(filled) if url.endswith("/three")))
    body = archive.body(kept_page.page.number)
    collect(archive, "early", body, at=datetime(2026, 3, 1, 9, tzinfo=UTC))  # with the body of a page that stays
    archive.close()
    assert filled.run("index", "--once")[0] == 0
    assert filled.run("prune", "--before", "2026-03-02")[0] == 0
    kept = hits(filled)
    assert 0 < len(kept) < len(TITLES)
    remove(filled.data, DATABASE)
    shutil.rmtree(filled.data / "index")
    filled.json("repair")
    assert filled.run("index", "--once")[0] == 0
    assert hits(filled) == kept


def test_an_older_database_put_back_loses_no_pages_collected_since(filled: Installation) -> None:
    path = filled.data / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = path.read_bytes()
    archive = open_archive(filled.data)
    for name, title in {"one": "A truce is broken", "four": "A fourth truce"}.items():
        text = " ".join([f"Later report of {name}."] * 3 + [TALKS])
        collect(archive, name, page_of(text, title), hints=Hints(title=title), at=datetime(2026, 3, 9, tzinfo=UTC))
    archive.close()
    remove(filled.data, DATABASE)
    path.write_bytes(older)
    assert "parley.db: lacks pages that bodies.db has, as an older copy does" in filled.run("status")[1]
    code, out, _ = filled.run("verify")
    assert (code, "parley.db: lacks 2 pages that bodies.db has" in out) == (1, True)
    assert filled.run("prune", "--before", "2000-01-01")[0] == 0
    assert filled.json("repair")["repaired"] == [
        f"{path}: 2 pages put back from bodies.db, and `parley index` extracts their articles again"
    ]
    assert filled.run("index", "--once")[0] == 0
    titles = {title for *_, title, _ in hits(filled)}
    assert titles == {"A truce is broken", "A fourth truce", TITLES["two"], TITLES["three"]}
    assert filled.run("verify")[0] == 0
    assert filled.json("repair")["repaired"] == []


def test_a_page_older_than_the_one_that_is_kept_does_not_replace_it(filled: Installation) -> None:
    archive = open_archive(filled.data)
    url = "https://outlet.example/three"
    page = RawPage(
        url=url, body=page_of(TALKS, "An early form"), content_type="text/html", kind="document", hints=Hints()
    )
    origin = origin_of(page, url, source="outlet", feed="outlet/1", collected=datetime(2026, 3, 2, tzinfo=UTC))
    archive.bodies.put({page.body_hash: page.body}, [origin])
    archive.close()
    assert filled.run("verify")[0] == 0
    assert filled.json("repair")["repaired"] == []


def test_a_backup_made_while_pages_are_collected_has_their_addresses(
    filled: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive(filled.data)

    def copy_slowly(bodies: Bodies, path: Path) -> None:
        collect(archive, "meanwhile", page_of(TALKS, "Meanwhile"))
        bodies.database.copy_to(path)

    monkeypatch.setattr(Bodies, "copy_to", copy_slowly)
    assert archive.copy_to(tmp_path) == []
    archive.close()
    copy = open_archive(tmp_path)
    assert len(copy.pages_of(article_id("https://outlet.example/meanwhile"))) == 1
    copy.close()


def test_bodies_that_cannot_be_read_are_named_and_the_rest_is_shown(filled: Installation) -> None:
    path = filled.data / BODIES
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'origins'").fetchone()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4_096 : root * 4_096] = b"\xff" * 4_096
    path.write_bytes(content)
    code, out, _ = filled.run("status")
    assert (code, f"{path}: the file is damaged" in out, "articles  3" in out) == (0, True, True)
    code, out, _ = filled.run("verify")
    assert (code, "Damaged file: " in out, "The engine contains 3 articles" in out) == (1, True, True)


def test_no_page_is_made_of_a_damaged_address(filled: Installation) -> None:
    with closing(sqlite3.connect(filled.data / BODIES)) as connection:
        connection.execute("UPDATE origins SET url = replace(url, '/two', '/twm')")
        connection.commit()
    assert filled.run("verify")[0] == 0
    assert filled.json("repair")["repaired"] == []
    assert len(hits(filled)) == len(TITLES)
