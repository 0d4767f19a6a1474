"""What sources delivered day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.errors import NotFound
from crawler.archive.archive import open_archive
from crawler.archive.feed_hours import note
from monitor.app import App
from monitor.documents.deliveries import SilenceDocument
from monitor.services.deliveries import deliveries
from tests.support.builders import article
from tests.support.installation import Installation


@pytest.fixture
def now() -> datetime:
    """Return half past midnight of the day on which the test runs, not of that on which tests were collected."""
    return datetime.now(UTC).replace(hour=0, minute=30)


def test_articles_are_counted_by_their_day(small: Installation, app: App, now: datetime) -> None:
    days = [0, 0, 1, 59, 60, 61]
    small.keep(
        *(
            article(serial=serial, source="bbc-world", published=now - timedelta(days=day))
            for serial, day in enumerate(days, 1)
        ),
        article(serial=99, source="bbc-world", published=None),
    )
    document = deliveries(app, ["bbc-world"])
    [one] = document.sources
    assert one.articles is not None
    assert (len(one.articles), one.total) == (60, 4)
    assert (one.articles[0], one.articles[-2], one.articles[-1]) == (1, 1, 2)
    assert (document.first, document.last) == (now.date() - timedelta(days=59), now.date())
    assert one.newest == now.date()


def test_a_source_without_articles_has_none_on_any_day(small: Installation, app: App) -> None:
    small.keep(article(serial=1, source="bbc-world"))
    [one] = deliveries(app, ["reuters"], days=7).sources
    assert (one.articles, one.total, one.newest, one.silent) == ((0,) * 7, 0, None, 0)


def test_days_in_a_row_without_a_delivery_are_one_silence(small: Installation, app: App, now: datetime) -> None:
    small.keep(article(serial=1, source="bbc-world"))
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        for day in range(10):
            if day not in (2, 4, 5):
                for hour in range(24):
                    note(connection, "bbc-world/1", now - timedelta(days=day) + timedelta(hours=hour))
    archive.close()
    [one] = deliveries(app, ["bbc-world"]).sources
    first, last, alone = (now.date() - timedelta(days=day) for day in (5, 4, 2))
    assert one.silences == (
        SilenceDocument(first=first, last=last, days=2),
        SilenceDocument(first=alone, last=alone, days=1),
    )
    assert one.silent == 3


def test_without_an_index_numbers_are_unknown_and_not_zero(app: App) -> None:
    [one] = deliveries(app, ["bbc-world"]).sources
    assert (one.articles, one.total) == (None, None)


def test_a_source_that_does_not_exist_is_refused(app: App) -> None:
    with pytest.raises(NotFound, match="bbc-wrold"):
        deliveries(app, ["bbc-wrold"])
