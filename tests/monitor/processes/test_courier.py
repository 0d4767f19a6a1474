"""A surprise in sending is a failed attempt, whose place is logged without what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.channels import Channel
from crawler.archive.archive import open_archive
from monitor.alerts import outbox
from monitor.alerts.configured import Configured, LiveRules
from monitor.app import App
from monitor.processes.courier import Courier
from tests.monitor.alerts.test_outbox import message
from tests.support.installation import Installation


class Surprising(LiveRules):
    """Rules with a channel that no file could have: writing to it raises what nobody expects of a file."""

    @property
    def current(self) -> Configured:
        return replace(super().current, channels=(Channel(id="odd", title="Odd", address="file:///hush%00hush"),))


def test_a_surprise_is_logged_with_its_place_and_without_the_address(
    small: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        outbox.add(connection, message("k"), ["odd"])
    archive.close()
    app = App.load()
    courier = Courier(app, Surprising(app))
    courier.begin(datetime.now(UTC))
    assert courier.finish(60)
    [record] = [one for one in caplog.records if one.getMessage() == "alert not sent"]
    assert record.__dict__["detail"] == "the message could not be sent (ValueError)"
    assert "in append" in record.__dict__["place"]
    assert "hush" not in str(record.__dict__)
