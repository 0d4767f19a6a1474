"""Processes start and go on although no configuration file can be read: each has a last good form."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from crawler.presence import last_heartbeat
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.live import LiveSources, LiveThemes
from tests.support.accounts import as_reader, give_away, needs_accounts
from tests.support.overlay import SOURCE, THEME, write
from tests.support.processes import PATIENCE, Parley, until

KEPT = "settings.toml: until this is corrected, the last good form of this file is used"
FILES = {
    "settings.toml": "shipped_sources = []\ncopy_days = 12\n",
    "sources/example.toml": SOURCE,
    "themes/harvest.toml": THEME,
    "alerts/desk.toml": 'title = "Desk"\ntheme = "harvest"\non = "spike"\n',
}


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parley:
    """Return an installation whose files were good when its processes last ran."""
    parley = Parley(tmp_path)
    parley.archive().close()
    for name, text in FILES.items():
        write(parley.config, name, text)
    with monkeypatch.context() as patch:
        for name, value in parley.environment.items():
            patch.setenv(name, value)
        app = App.load()
        LiveSources(app), LiveThemes(app), LiveRules(app, is_writable=True)
    return parley


def test_everything_starts_although_every_file_is_a_pipe(seen: Parley) -> None:
    for name in FILES:
        (seen.config / name).unlink()
        os.mkfifo(seen.config / name)
    running = seen.start("run", PARLEY_OBEY_ROBOTS="false")
    try:
        until(lambda: KEPT in str(seen.heartbeat("crawler").problems), "the crawler runs")
        until(lambda: KEPT in str(seen.heartbeat("indexer").problems), "the indexer runs")
        until(lambda: last_heartbeat(seen.data, "server"), "the server runs")
        server = last_heartbeat(seen.data, "server")
        assert server is not None
        assert httpx.get(server.doing, timeout=PATIENCE).status_code == 200
        running.terminate()
        assert running.wait(PATIENCE) == 0
    finally:
        running.kill()
        running.wait()


@needs_accounts()
def test_commands_go_on_although_the_whole_folder_may_not_be_read(seen: Parley) -> None:
    give_away(seen.config)
    seen.config.chmod(0o700)
    seen.before = as_reader()
    for words in (("sources",), ("index", "--once"), ("status",)):
        done = seen.run(*words)
        assert (done.code, KEPT in done.err) == (0, True), (words, done)
    assert "example" in seen.run("sources").out
    done = seen.run("check")
    assert (done.code, "settings.toml: cannot be read: Permission denied" in done.err) == (1, True), done
