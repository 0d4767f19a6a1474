"""A surprise in sending is a failed attempt, whose place is logged without what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.archive.archive import open_archive
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.processes.courier import Courier
from tests.monitor.alerts.test_outbox import message
from tests.support.installation import Installation
from tests.support.overlay import write


def test_a_surprise_is_logged_with_its_place_and_without_the_address(
    small: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    write(small.config, "channels/odd.toml", 'title = "Odd"\naddress = "file:///hush%00hush"\n')
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        outbox.add(connection, message("k"), ["odd"])
    archive.close()
    app = App.load()
    courier = Courier(app, LiveRules(app))
    courier.begin(datetime.now(UTC))
    assert courier.finish(60)
    [record] = [one for one in caplog.records if one.getMessage() == "alert not sent"]
    assert record.__dict__["detail"] == "the message could not be sent (ValueError)"
    assert "in append" in record.__dict__["place"]
    assert "hush" not in str(record.__dict__)
