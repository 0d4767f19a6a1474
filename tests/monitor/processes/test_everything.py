from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, Timer

import httpx
import pytest

from config.settings import Settings
from crawler.archive.archive import open_archive
from crawler.presence import ROLES, holder, last_heartbeat, only_one
from indexer.morphology import DEFAULT_LANGUAGES
from monitor.app import App
from monitor.processes import everything
from monitor.processes.supervisor import STOP_WITHIN, Supervisor
from monitor.web.server import listen
from tests.support.processes import Parley, until

PATIENCE = 90.0  # seconds, for a loaded machine


def test_a_demonstration_collects_and_indexes_until_it_is_stopped_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor.cli", "demo"]
    environment = os.environ | {"PARLEY_DATA": str(tmp_path), "PARLEY_WEB_PORT": "0"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        archive = None
        try:
            until(lambda: (tmp_path / "demo" / "bodies.db").exists(), "the archive is there")
            archive = open_archive(tmp_path / "demo")
            states = archive.count_pages_by_state
            until(lambda: states().get("indexed", 0) >= 100, "a hundred pages are indexed")
            until(lambda: last_heartbeat(tmp_path / "demo", "server"), "the server is there")
            server = last_heartbeat(tmp_path / "demo", "server")
            assert server is not None
            assert "What moved" in httpx.get(server.doing, timeout=PATIENCE).text
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=STOP_WITHIN + PATIENCE)
        finally:
            process.kill()
            if archive:
                archive.close()
    assert process.returncode == 0
    assert " [info] status [" in errors
    assert "feeds=18 " in errors
    logs = tmp_path / "demo" / "logs"
    assert f"Stopped; everything collected is kept. Logs are in {logs}." in output
    variables = f"PARLEY_DATA={tmp_path}/demo PARLEY_CONFIG={tmp_path}/demo/config"
    assert output.splitlines()[-2:] == [
        f"  {variables} parley search truce",
        f"  {variables} parley trends truce --since 14d",
    ]
    assert "feed failing" in (logs / "crawler.log").read_text()
    assert "part started" in (logs / "parley.log").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_mistake_in_the_settings_is_reported_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_WORKERS", "none")
    command = [sys.executable, "-m", "monitor.cli", "run"]
    done = subprocess.run(
        command, env=os.environ | {"PARLEY_DATA": str(tmp_path / "data")}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "workers" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def started(parley: Parley, at_hangup: signal.Handlers) -> subprocess.Popen[str]:
    """Start an installation that handles SIGHUP or, as under nohup, ignores it, and return it once its parts are running."""
    before = signal.signal(signal.SIGHUP, at_hangup)  # a child inherits it
    try:
        process = parley.start("run")
    finally:
        signal.signal(signal.SIGHUP, before)
    until(lambda: all(parley.heartbeat(role).doing for role in ROLES), "both parts are running")
    return process


def test_a_terminal_that_is_closed_stops_all_parts(tmp_path: Path) -> None:
    parley = Parley(tmp_path)
    parley.use([])
    process = started(parley, signal.SIG_DFL)
    process.send_signal(signal.SIGHUP)
    assert process.wait(STOP_WITHIN + PATIENCE) == 0
    with only_one(parley.data, "crawler"), only_one(parley.data, "indexer"):
        pass


def test_an_installation_started_with_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    parley = Parley(tmp_path)
    parley.use([])
    process = started(parley, signal.SIG_IGN)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    process.terminate()
    assert process.wait(STOP_WITHIN + PATIENCE) == 0


def test_nothing_is_left_when_it_is_killed(tmp_path: Path) -> None:
    parley = Parley(tmp_path)
    parley.use([])
    process = started(parley, signal.SIG_DFL)
    os.kill(parley.heartbeat("indexer").pid, signal.SIGSTOP)
    process.kill()
    process.wait()
    until(lambda: not any(holder(parley.data, role) for role in ROLES), "both parts have ended")


def test_a_taken_port_is_named_and_stops_nothing_else(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        parley = Parley(tmp_path, web_port=taken.getsockname()[1])
        parley.use([])
        process = started(parley, signal.SIG_DFL)
        try:
            until(lambda: "part ended" in parley.output_of("run"), "the server has ended")
            assert "another program listens on 127.0.0.1" in parley.output_of("run")
            assert "Traceback" not in parley.output_of("run")
            assert all(holder(parley.data, role) for role in ROLES)
        finally:
            process.terminate()
            assert process.wait(STOP_WITHIN + PATIENCE) == 0


@pytest.mark.parametrize("word", ["run", "index"])
def test_stopping_while_the_word_tables_are_built_takes_effect_at_once(tmp_path: Path, word: str) -> None:
    environment = os.environ | {"PARLEY_DATA": str(tmp_path / "data"), "PARLEY_CACHE": str(tmp_path / "cache")}
    tables = tmp_path / "cache" / "words"
    tables.mkdir(parents=True)
    open_archive(tmp_path / "data").close()
    with (tmp_path / "errors").open("w+") as errors:
        locks = [(tables / f".{language}.lock").open("w") for language in DEFAULT_LANGUAGES]
        for lock in locks:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as if another process were building them forever
        command = [sys.executable, "-m", "monitor.cli", word]
        process = subprocess.Popen(command, env=environment, stderr=errors, start_new_session=True)
        try:
            until(lambda: "building the word tables" in (tmp_path / "errors").read_text(), "it waits for the tables")
            process.terminate()
            assert process.wait(PATIENCE) == -signal.SIGTERM
        finally:
            with suppress(ProcessLookupError):  # processes still waiting for the lock
                os.killpg(process.pid, signal.SIGKILL)
            for lock in locks:
                lock.close()


def test_an_archive_that_cannot_be_read_is_logged_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(everything, "INTERVAL", 0.01)
    monkeypatch.setattr(everything, "LOG_INTERVAL", 0.02)
    (tmp_path / "parley.db").mkdir()  # so that it cannot be opened
    stop = Event()
    app, supervisor = App(Settings(data=tmp_path)), Supervisor(tmp_path, tmp_path / "logs")
    Timer(0.5, stop.set).start()
    everything._log_status(app, supervisor, stop)
    wrong = f"{tmp_path}/parley.db: cannot be opened; check who may read it and its folder, and the free disk space"
    assert [record.__dict__["detail"] for record in caplog.records] == [wrong]
    assert str(everything._screen(app, supervisor, 80, 24)) == f"! {wrong}"


def test_a_part_that_ends_is_logged_at_once_and_not_only_with_the_next_status_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="monitor")
    monkeypatch.setattr(everything, "INTERVAL", 0.01)
    stop = Event()
    open_archive(tmp_path).close()
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "nonsense")

        def stop_after_trouble() -> None:
            until(lambda: bool(supervisor.troubles), "the part has ended")
            stop.set()

        watcher = Thread(target=stop_after_trouble)
        watcher.start()
        everything._log_status(App(Settings(data=tmp_path)), supervisor, stop)
        watcher.join()
    events = [record.message for record in caplog.records]
    assert "part ended" in events
    assert events.count("status") == 1
