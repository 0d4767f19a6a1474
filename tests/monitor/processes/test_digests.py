"""Digests are sent when they are due, once for each period, and one that cannot be made stops no alert."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.archive import clock
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.documents.alerts import AlertMessageDocument
from monitor.processes.alerts import Alerts
from monitor.services.alerts import list_alerts
from tests.monitor.digests.test_mail import rising
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.receiver import Receiver, receiving

MONDAY = datetime(2026, 9, 14, 8, tzinfo=UTC)  # after the week of `rising`
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = 'title = "The week"\nevery = "week"\nto = ["hook"]\n'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def planned(small: Installation, receiver: Receiver) -> Installation:
    """Return an installation that sends a webhook a digest of each week."""
    write(small.config, "digests/weekly.toml", WEEKLY)
    write(small.config, "channels/hook.toml", f'title = "Hook"\naddress = "{receiver.url}"\n')
    small.keep(*rising())
    return small


def part() -> Alerts:
    app = App.load()
    return Alerts(app, LiveRules(app, is_writable=True))


def pass_round(alerts: Alerts, moment: datetime) -> None:
    """Let a round pass, and wait for what it sends."""
    alerts.round(moment)
    assert alerts.courier.finish(60)


def confirm(moment: datetime) -> None:
    """Say that the clock is right, as `parley clock --confirm` does."""
    with App.load().archive.database.write() as connection:
        clock.confirm(connection, moment)


def message(key: str, at: datetime) -> AlertMessageDocument:
    return AlertMessageDocument(
        type="parley.alert", key=key, rule="r", title="T", at=at, occasion="event", events=(), left_out=0, remarks=()
    )


def sent(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.received]


@pytest.mark.usefixtures("planned")
def test_a_digest_is_sent_when_it_is_due_and_once_for_each_week(receiver: Receiver) -> None:
    alerts = part()
    for moment in (MONDAY - HOUR, MONDAY - MINUTE):
        pass_round(alerts, moment)
    assert receiver.received == []
    for minutes in range(3):
        pass_round(alerts, MONDAY + minutes * MINUTE)
    pass_round(part(), MONDAY + HOUR)
    [document] = sent(receiver)
    assert document["type"] == "parley.digest"
    assert document["title"] == "The week: what moved from 7 to 13 September 2026"
    assert document["digest"]["happenings"][0]["themes"] == ["truce"]
    listed = list_alerts(part().app).digests[0]
    assert listed.last == MONDAY
    assert listed.sent is not None
    assert MONDAY <= listed.sent < MONDAY + HOUR
    confirm(MONDAY + 7 * DAY)
    pass_round(part(), MONDAY + 7 * DAY)
    assert [one["title"] for one in sent(receiver)][1:] == ["The week: what moved from 14 to 20 September 2026"]


@pytest.mark.usefixtures("planned")
def test_of_several_weeks_that_were_missed_the_last_is_sent(receiver: Receiver) -> None:
    confirm(MONDAY - HOUR)
    pass_round(part(), MONDAY - HOUR)
    pass_round(part(), MONDAY + 16 * DAY)
    assert receiver.received == []  # a clock that jumped so far is not believed
    confirm(MONDAY + 16 * DAY)
    pass_round(part(), MONDAY + 16 * DAY)
    assert [one["title"] for one in sent(receiver)] == ["The week: what moved from 21 to 27 September 2026"]


@pytest.mark.usefixtures("planned")
def test_what_was_recorded_is_sent_after_a_restart_with_the_same_id(receiver: Receiver) -> None:
    pass_round(part(), MONDAY - HOUR)
    receiver.answers = [500, 0]
    for hours in range(4):
        pass_round(part(), MONDAY + hours * HOUR)
    assert len(receiver.received) == 3
    assert len(set(receiver.ids)) == 1


def test_a_new_time_of_day_does_not_send_a_week_again(planned: Installation, receiver: Receiver) -> None:
    pass_round(part(), MONDAY - HOUR)
    pass_round(part(), MONDAY)
    write(planned.config, "digests/weekly.toml", f'{WEEKLY}at = "10:00"\n')
    for hours in (1, 2, 3):
        pass_round(part(), MONDAY + hours * HOUR)
    assert len(receiver.received) == 1


def test_a_new_digest_waits_for_its_first_time(planned: Installation, receiver: Receiver) -> None:
    write(planned.config, "digests/daily.toml", WEEKLY.replace('"week"', '"day"'))
    pass_round(part(), MONDAY + MINUTE)
    pass_round(part(), MONDAY + DAY - MINUTE)
    assert receiver.received == []
    pass_round(part(), MONDAY + DAY)
    assert [one["title"] for one in sent(receiver)] == ["The week: what moved on 14 September 2026"]


def test_a_digest_that_cannot_be_made_is_named_and_stops_no_message(planned: Installation, receiver: Receiver) -> None:
    pass_round(part(), MONDAY - HOUR)
    theme = (planned.config / "themes/truce.toml").read_text("utf-8")
    write(planned.config, "themes/truce.toml", "removed = true\n")  # a digest needs a theme
    alerts = part()
    with alerts.app.archive.database.write() as connection:
        outbox.add(connection, message("an alert", MONDAY), ["hook"])
    for minutes in range(3):
        pass_round(alerts, MONDAY + minutes * MINUTE)
    assert receiver.ids == ["an alert"]
    [problem] = alerts.problems
    assert str(problem).startswith("digest weekly: is due and cannot be made: ")
    write(planned.config, "themes/truce.toml", theme)
    pass_round(part(), MONDAY + 6 * MINUTE)
    assert len(receiver.received) == 2


def test_a_damaged_memory_waits_for_the_next_time(planned: Installation, receiver: Receiver) -> None:
    alerts = part()
    pass_round(alerts, MONDAY - HOUR)
    with alerts.app.archive.database.write() as connection:
        connection.exec_driver_sql("UPDATE alert_rules SET state = 'x'")
    pass_round(alerts, MONDAY)
    assert receiver.received == []
    confirm(MONDAY + 7 * DAY)
    pass_round(alerts, MONDAY + 7 * DAY)
    assert len(receiver.received) == 1


def snoozed(until: datetime | None) -> None:
    """Let the digest rest until then, as the page does."""
    with App.load().archive.database.write() as connection:
        outbox.snooze(connection, "digests/weekly", until)


@pytest.mark.usefixtures("planned")
def test_a_digest_that_is_snoozed_is_not_made_and_not_later_either(receiver: Receiver) -> None:
    snoozed(MONDAY + HOUR)  # also one that nothing has looked at yet
    for moment in (MONDAY - HOUR, MONDAY, MONDAY + 2 * HOUR):
        pass_round(part(), moment)
    assert receiver.received == []
    confirm(MONDAY + 7 * DAY)
    pass_round(part(), MONDAY + 7 * DAY)
    assert [one["title"] for one in sent(receiver)] == ["The week: what moved from 14 to 20 September 2026"]


@pytest.mark.usefixtures("planned")
def test_a_digest_that_is_woken_in_time_is_sent(receiver: Receiver) -> None:
    pass_round(part(), MONDAY - HOUR)
    snoozed(MONDAY + HOUR)
    snoozed(None)
    pass_round(part(), MONDAY)
    assert len(receiver.received) == 1


def test_a_digest_that_its_file_pauses_is_not_made_until_it_does_not(planned: Installation, receiver: Receiver) -> None:
    write(planned.config, "digests/weekly.toml", f"{WEEKLY}paused = true\n")
    pass_round(part(), MONDAY - HOUR)
    pass_round(part(), MONDAY)
    [listed] = list_alerts(part().app).digests
    assert (listed.state, listed.next) == ("paused", ())
    assert "paused in its file" in " ".join(planned.run("alerts")[1].split())
    write(planned.config, "digests/weekly.toml", WEEKLY)
    pass_round(part(), MONDAY + HOUR)
    assert receiver.received == []
    confirm(MONDAY + 7 * DAY)
    pass_round(part(), MONDAY + 7 * DAY)
    assert len(receiver.received) == 1


def test_pausing_stops_the_complaint_about_a_digest_that_cannot_be_made(planned: Installation) -> None:
    pass_round(part(), MONDAY - HOUR)
    write(planned.config, "themes/truce.toml", "removed = true\n")  # a digest needs a theme
    alerts = part()
    pass_round(alerts, MONDAY)
    assert len(alerts.problems) == 1
    snoozed(MONDAY + DAY)
    pass_round(alerts, MONDAY + MINUTE)
    assert alerts.problems == []


def test_a_snooze_by_command_names_the_next_digest_after_it(planned: Installation) -> None:
    before = planned.json("alerts")["digests"][0]["next"][0]
    code, out, _ = planned.run("alerts", "snooze", "digests/weekly", "8d")
    assert (code, "The digest weekly sends nothing until" in out) == (0, True)
    [listed] = planned.json("alerts")["digests"]
    assert (listed["state"], listed["next"][0] > before) == ("snoozed", True)
    assert "is not snoozed" in planned.run("alerts", "snooze", "digests/weekly", "now")[1]
    assert planned.json("alerts")["digests"][0]["next"][0] == before
    code, _, err = planned.run("alerts", "snooze", "digests/weakly", "3d")
    assert (code, 'there is no digest "digests/weakly", did you mean "digests/weekly"?' in err) == (1, True), err


def test_the_list_and_the_trial_say_when_a_digest_is_sent(planned: Installation) -> None:
    [listed] = planned.json("alerts")["digests"]
    assert listed["sentence"] == "Sends what moved in the week before, every Monday at 08:00 UTC."
    assert all(datetime.fromisoformat(moment).weekday() == 0 for moment in listed["next"])
    assert "every Monday at 08:00 UTC" in " ".join(planned.run("alerts")[1].split())
    shown = planned.run("alerts", "test", str(planned.config / "digests/weekly.toml"))[1]
    assert "Channels: hook." in shown
    tried = planned.json("alerts", "test", str(planned.config / "digests/weekly.toml"))
    assert (tried["id"], len(tried["next"])) == ("weekly", 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (WEEKLY.replace('"week"', '"month"'), 'unknown period "month"'),
        (f'{WEEKLY}at = "25:00"\n', '"25:00" is not a time of day such as "08:00"'),
        (WEEKLY.replace("hook", "hok"), 'there is no channel "hok", did you mean "hook"?'),
        (f'{WEEKLY}on = "spike"\n', "on"),
        (WEEKLY.replace("title", "titel"), '"title"'),
    ],
)
def test_a_mistake_in_a_file_is_named(planned: Installation, text: str, sentence: str) -> None:
    write(planned.config, "digests/weekly.toml", text)
    code, _, err = planned.run("check")
    assert (code, sentence in err) == (1, True), err
