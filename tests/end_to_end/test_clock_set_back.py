"""The clock is set back an hour while crawler and indexer run: polling continues, nothing is lost or duplicated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from crawler.archive.fetches import fetches
from tests.support.demo_run import RunResult, await_all, demo_parley, demo_site, indexed, outcome
from tests.support.processes import Parley, until

CLOCK = Path(__file__).parent.parent / "support" / "clock"


def test_setting_the_clock_back_an_hour_neither_stops_polls_nor_loses_anything(
    tmp_path: Path, undisturbed: RunResult
) -> None:
    set_back = tmp_path / "set-back"
    with demo_site() as (site, proxy):
        site.revise()
        site.allow(0.5)
        parley = demo_parley(tmp_path, site, proxy)
        with parley.at_work(PYTHONPATH=str(CLOCK), CLOCK_SET=str(set_back)):
            until(lambda: indexed(parley) >= 30, "something is indexed")
            long_ago = datetime.now(UTC) - timedelta(minutes=30)  # between the two clocks
            assert polled(parley, before=long_ago) == set()
            set_back.with_suffix(".new").write_text("-3600")
            set_back.with_suffix(".new").replace(set_back)
            site.allow(1)
            feeds = {feed.id for source in parley.app().sources for feed in source.feeds}
            until(lambda: polled(parley, before=long_ago) == feeds, "every feed is polled again")
            await_all(parley, undisturbed)
            until(
                lambda: all(parley.heartbeat(role).at < long_ago for role in ("crawler", "indexer")),
                "every part writes its heartbeat by the new clock",
            )
    assert outcome(parley) == undisturbed


def polled(parley: Parley, *, before: datetime) -> set[str]:
    """Return the feeds polled before that time."""
    archive = parley.archive()
    with archive.database.read() as connection:
        polled = set(connection.scalars(select(fetches.c.feed).where(fetches.c.at < before)))
    archive.close()
    return polled
