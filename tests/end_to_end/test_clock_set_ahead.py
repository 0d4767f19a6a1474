"""The clock jumps ahead by five hundred days and comes back: crawler and indexer delete nothing for its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from crawler.archive import feeds, fetches
from crawler.archive.feeds import Validators
from indexer.copies.index import CopyIndex, text_of
from indexer.copies.tables import texts
from tests.support.builders import article, fetched
from tests.support.collected import TALKS
from tests.support.processes import Parley

CLOCK = Path(__file__).parent.parent / "support" / "clock"
DAYS = 500


def test_a_clock_set_ahead_deletes_nothing_for_its_age_until_it_is_confirmed(tmp_path: Path) -> None:
    parley = Parley(tmp_path)
    parley.use([])
    fill(parley)
    ahead = tmp_path / "ahead"
    ahead.write_text(str(DAYS * 86_400))
    wrong = {"PYTHONPATH": str(CLOCK), "CLOCK_SET": str(ahead)}
    for words in (("crawl", "--once"), ("index", "--once")):
        assert parley.run(*words, **wrong).code == 0
    assert kept(parley) == (1, 1, 1)
    assert f"jumped ahead by {DAYS} days" in " ".join(parley.status()["troubles"])
    refused = parley.run("prune", "--before", "1y", **wrong)
    assert refused.code == 1
    assert "parley clock --confirm" in refused.err
    for words in (("crawl", "--once"), ("index", "--once")):
        assert parley.run(*words).code == 0
    assert kept(parley) == (1, 1, 1)
    assert "jumped" not in " ".join(parley.status()["troubles"])
    assert "is believed" in parley.run("clock", "--confirm", **wrong).out
    for words in (("crawl", "--once"), ("index", "--once")):
        assert parley.run(*words, **wrong).code == 0
    assert kept(parley) == (0, 0, 0)


def fill(parley: Parley) -> None:
    """Let the archive have a poll, validators and a text of now."""
    now = datetime.now(UTC)
    archive = parley.archive()
    with archive.database.write() as connection:
        fetches.record(connection, fetched("a/1", now - timedelta(minutes=1)))
        feeds.save_validators(
            connection, "a/1", "https://a.example", Validators(etag="1", last_modified=None, body_hash=""), now
        )
        text = text_of(article(text=TALKS, collected=now, published=now))
        CopyIndex(30).remember(connection, text)
    archive.close()


def kept(parley: Parley) -> tuple[int, ...]:
    """Return the numbers of polls, validators and texts."""
    archive = parley.archive()
    with archive.database.read() as connection:
        tables = fetches.fetches, feeds.validators, texts
        numbers = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    archive.close()
    return tuple(numbers)
