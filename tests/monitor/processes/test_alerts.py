"""Rules are watched, and what they have to tell is sent once, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.errors import EngineUnavailable
from crawler.archive.archive import open_archive
from indexer.engine import Engine
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.documents.alerts import AlertMessageDocument
from monitor.processes.alerts import Alerts
from monitor.processes.reporter import Reporter
from tests.support.builders import article
from tests.support.dripping import dripping
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.processes import until
from tests.support.receiver import Receiver, receiving

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
RULE = 'title = "Truce"\non = "story"\ntheme = "truce"\nto = ["hook"]\n'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def watched(small: Installation, receiver: Receiver) -> Installation:
    """Return an installation whose rule tells a webhook of every new story about a truce."""
    write(small.config, "alerts/truce.toml", RULE)
    write(small.config, "channels/hook.toml", f'title = "Hook"\naddress = "{receiver.url}"\n')
    story(small, 1, NOW - 60 * MINUTE)
    return small


def story(installation: Installation, serial: int, collected: datetime, *, copy_of: str | None = None) -> str:
    """Let an article about a truce arrive, and return its id."""
    made = article(
        serial=serial,
        title=f"Truce number {serial}",
        text="The truce holds.",
        published=collected - MINUTE,
        collected=collected,
        copy_of=copy_of,
        themes=frozenset({"truce"}),
    )
    installation.keep(made)
    return made.id


class Watcher:
    """The part that watches rules, driven by a clock of its own."""

    def __init__(self) -> None:
        self.begin()
        self.now = NOW

    def begin(self) -> None:
        """Start anew, as after a restart."""
        app = App.load()
        self.alerts = Alerts(app, LiveRules(app, is_writable=True))

    def rounds(self, number: int) -> None:
        """Let some minutes pass."""
        for _ in range(number):
            self.now += 2 * MINUTE
            self.alerts.round(self.now)
            assert self.alerts.courier.finish(60)


@pytest.fixture
def watcher(watched: Installation) -> Watcher:
    """Return the part after its first look."""
    made = Watcher()
    made.rounds(3)
    return made


def test_a_new_story_is_told_once(watched: Installation, watcher: Watcher, receiver: Receiver) -> None:
    assert receiver.received == []
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(6)
    assert len(receiver.received) == 1
    assert b"Truce number 2" in receiver.received[0][1]
    assert watched.json("alerts")["rules"][0]["week"] == 1


def test_a_copy_is_not_told(watched: Installation, watcher: Watcher, receiver: Receiver) -> None:
    original = story(watched, 2, watcher.now)
    story(watched, 3, watcher.now + MINUTE / 2, copy_of=original)
    watcher.begin()
    watcher.rounds(3)
    story(watched, 4, watcher.now, copy_of=original)
    watcher.begin()
    watcher.rounds(4)
    assert len(receiver.received) == 1


def test_revised_and_late_articles_of_a_told_story_are_not_told_again(
    watched: Installation, watcher: Watcher, receiver: Receiver
) -> None:
    first = story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    assert len(receiver.received) == 1
    late = article(
        serial=3,
        title="Truce, the original",
        text="The truce holds.",
        published=NOW - 50 * MINUTE,
        collected=watcher.now,
        themes=frozenset({"truce"}),
    )
    told = watcher.alerts.app.engine.get([first])[first]
    watched.keep(late, replace(told, title="Truce, revised", text="The truce holds until noon.", copy_of=late.id))
    watcher.begin()
    watcher.rounds(5)
    assert len(receiver.received) == 1
    watched.keep(replace(late, title="Truce, the original, revised"))
    watcher.begin()
    watcher.rounds(5)
    assert len(receiver.received) == 1


def test_a_rule_that_its_file_pauses_sends_nothing_and_counts_it(
    watched: Installation, watcher: Watcher, receiver: Receiver
) -> None:
    write(watched.config, "alerts/truce.toml", f"{RULE}paused = true\n")
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    assert (receiver.received, watched.json("alerts")["rules"][0]["state"]) == ([], "paused")
    write(watched.config, "alerts/truce.toml", RULE)
    story(watched, 3, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    [(_, body)] = receiver.received
    assert b"Truce number 3" in body
    assert b"1 more was not sent" in body


def test_what_was_recorded_is_sent_after_a_restart_with_the_same_id(
    watched: Installation, watcher: Watcher, receiver: Receiver
) -> None:
    receiver.answers = [500, 0, 503]
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    for _ in range(4):
        watcher.begin()
        watcher.rounds(2)
    assert len(receiver.received) == 4
    assert len(set(receiver.ids)) == 1
    [sent] = watched.json("alerts", "messages")["messages"]
    assert (sent["deliveries"][0]["state"], sent["deliveries"][0]["attempts"]) == ("sent", 4)


def test_a_snoozed_rule_sends_nothing_and_counts_what_it_left_out(
    watched: Installation, watcher: Watcher, receiver: Receiver
) -> None:
    assert watched.run("alerts", "snooze", "truce", "2d")[0] == 0
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(3)
    assert receiver.received == []
    assert watched.json("alerts")["rules"][0]["state"] == "snoozed"
    assert watched.run("alerts", "snooze", "truce", "now")[0] == 0
    story(watched, 3, watcher.now)
    watcher.begin()
    watcher.rounds(3)
    assert b'"left_out":1' in receiver.received[0][1]


@pytest.fixture
def failing(watched: Installation) -> Iterator[outbox.Delivery]:
    """Yield a delivery to a channel, while rules are watched."""
    archive = open_archive(watched.data)
    with archive.database.write() as connection:
        outbox.add(connection, _message(), ["hook"])
        [delivery] = outbox.take_due(connection, NOW)
    archive.close()
    with Reporter(watched.data, "alerts", lambda: (), mark=lambda: 0, limit=600) as report:
        report("watching 1 rule", "")  # is written at once
        yield delivery


def _fail(installation: Installation, delivery: outbox.Delivery, moment: datetime) -> None:
    archive = open_archive(installation.data)
    with archive.database.write() as connection:
        outbox.mark_failed(connection, delivery, moment, "answered with status 500")
    archive.close()


def test_a_channel_that_fails_for_a_day_is_named_in_the_status(watched: Installation, failing: outbox.Delivery) -> None:
    assert watched.run("status", "--check", "alerts")[0] == 0
    _fail(watched, failing, NOW - timedelta(hours=23))
    assert watched.run("status", "--check", "alerts")[0] == 0
    _fail(watched, failing, NOW - timedelta(hours=25))
    status = watched.json("status")
    code, _, err = watched.run("status", "--check", "alerts")
    assert code == 1
    for text in (err, " ".join(status["troubles"])):
        assert "the channel hook fails since" in text
        assert "(answered with status 500), and 1 message waits for it" in text
        assert "hush" not in text


def test_a_channel_that_works_again_is_not_named(watched: Installation, failing: outbox.Delivery) -> None:
    _fail(watched, failing, NOW - timedelta(hours=25))
    archive = open_archive(watched.data)
    with archive.database.write() as connection:
        outbox.mark_sent(connection, failing, NOW)
    archive.close()
    assert watched.run("status", "--check", "alerts")[0] == 0


class Choosy:
    """An engine that answers no question about one word, as a server that takes too long for it."""

    def __init__(self, engine: Engine, word: str) -> None:
        self._engine, self._word, self.is_down = engine, word, False

    def __getattr__(self, name: str) -> Any:
        def asking(*arguments: object, **options: object) -> Any:
            if self.is_down or self._word in repr(arguments):
                raise EngineUnavailable("it takes too long")
            return getattr(self._engine, name)(*arguments, **options)

        return asking


def test_a_rule_that_the_engine_never_answers_stops_no_other(
    watched: Installation, watcher: Watcher, receiver: Receiver
) -> None:
    write(watched.config, "alerts/aaa.toml", RULE.replace('theme = "truce"', 'query = "ceasefire"'))
    story(watched, 2, watcher.now)
    watcher.begin()
    choosy = Choosy(watcher.alerts.app.engine, "ceasefire")
    watcher.alerts.app.__dict__["_engine"] = choosy
    watcher.rounds(2)
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            watcher.rounds(1)
        assert watcher.alerts.courier.finish(60)
    assert [str(problem) for problem in watcher.alerts.problems] == ["rule aaa: cannot be decided: it takes too long"]
    assert b"Truce number 2" in receiver.received[0][1]
    looks, choosy.is_down = watcher.alerts.looks, True
    with pytest.raises(EngineUnavailable):
        watcher.rounds(1)
    assert watcher.alerts.looks == looks


def test_a_rule_with_an_unexpected_error_stops_no_other_and_is_named_with_a_traceback(
    watched: Installation, watcher: Watcher, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    write(watched.config, "alerts/aaa.toml", RULE.replace("story", "spike") + 'timezone = "America/New_York"\n')
    watcher.rounds(3)
    archive = open_archive(watched.data)
    with archive.database.write() as connection:
        fingerprint = outbox.remembered(connection)["aaa"].fingerprint
        outbox.record(connection, "aaa", fingerprint, '{"seen":"0001-01-01T00:00:00Z"}', [], [])  # it was damaged
    archive.close()
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    assert b"Truce number 2" in receiver.received[0][1]
    [problem] = watcher.alerts.problems
    assert str(problem).startswith("rule aaa: cannot be decided: unexpected error: OverflowError")
    assert caplog.text.count("Traceback") == 1
    (watched.config / "alerts/aaa.toml").unlink()
    watcher.rounds(1)
    assert not watcher.alerts.problems


def _message(key: str = "k") -> AlertMessageDocument:
    return AlertMessageDocument(
        type="parley.alert",
        key=key,
        rule="truce",
        title="Truce",
        at=NOW - timedelta(hours=26),
        occasion="event",
        events=(),
        left_out=0,
        remarks=(),
    )


def test_a_channel_that_hangs_holds_up_neither_rounds_nor_other_channels(
    watched: Installation, receiver: Receiver
) -> None:
    archive = open_archive(watched.data)
    with archive.database.write() as connection:
        for number in range(3):
            outbox.add(connection, _message(f"slow {number}"), ["slow"])
        outbox.add(connection, _message(), ["hook"])
    archive.close()
    with dripping(b"HTTP/1.1 200 OK", b"K") as port:
        write(watched.config, "channels/slow.toml", f'title = "Slow"\naddress = "http://127.0.0.1:{port}/"\n')
        watcher = Watcher()
        watcher.alerts.round(NOW)
        until(lambda: _states(watched, "hook") == ["sent"], "the other channel has its message")
        watcher.alerts.round(NOW + MINUTE)
        assert _states(watched, "slow") == ["waiting"] * 3
        assert not watcher.alerts.courier.finish(0)
    assert watcher.alerts.courier.finish(60)
    assert receiver.ids == ["k"]
    assert watched.json("alerts")["channels"][1]["failing_since"]


def _states(installation: Installation, channel: str) -> list[str]:
    made = installation.json("alerts", "messages")["messages"]
    return [one["state"] for sent in made for one in sent["deliveries"] if one["channel"] == channel]


def test_a_rule_that_changed_begins_anew(watched: Installation, watcher: Watcher, receiver: Receiver) -> None:
    write(watched.config, "alerts/truce.toml", RULE.replace('theme = "truce"', 'query = "truce"'))
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    assert receiver.received == []


def test_a_message_killed_between_sending_and_marking_is_sent_again_with_the_same_id(
    watched: Installation, receiver: Receiver
) -> None:
    archive = open_archive(watched.data)
    with archive.database.write() as connection:
        outbox.add(connection, _message(), ["hook"])
    archive.close()
    receiver.answers = [-1]
    first = start(watched)
    try:
        until(receiver.arrived.is_set, "the message has arrived")
        os.kill(first.pid, signal.SIGKILL)
        first.wait(60)
        receiver.release.set()
        second = start(watched)
        try:
            until(lambda: _state(watched.data) == "sent", "the message is marked as sent")
        finally:
            second.terminate()
            second.wait(60)
    finally:
        first.kill()
        first.wait(60)
    assert receiver.ids == ["k", "k"]


def _state(data: Path) -> str:
    archive = open_archive(data)
    try:
        with archive.database.read() as connection:
            [(number, _)] = outbox.newest(connection, 1)
            return "sent" if outbox.progress(connection, [number])[number][0].sent else "waiting"
    finally:
        archive.close()


def start(installation: Installation) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "monitor.cli", "alerts", "run"],
        env={**os.environ, **installation.environment, "PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.DEVNULL,
    )


def test_no_secret_is_shown_or_logged(
    watched: Installation, watcher: Watcher, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [500]
    story(watched, 2, watcher.now)
    watcher.begin()
    watcher.rounds(4)
    shown = [str(watched.run(*words)) for words in (("alerts",), ("alerts", "messages"), ("status",), ("check",))]
    shown += [str(watched.json("alerts")), str(watched.run("alerts", "send-test", "hook")), caplog.text]
    receiver.answers = [500]
    shown.append(str(watched.run("alerts", "send-test", "hook")))
    stored = [path.read_bytes() for path in watched.data.rglob("*") if path.is_file()]
    assert "hush-token" not in "".join(shown)
    assert not any(b"hush-token" in content for content in stored)
