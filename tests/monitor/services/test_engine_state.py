"""The status does not wait for an engine that hangs, and shows the processes that run meanwhile."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from config.settings import Settings
from crawler.archive.archive import open_archive
from crawler.presence import Heartbeat, write_heartbeat
from monitor.app import App
from monitor.services import engine_state
from monitor.services.status import look
from tests.support.proxy import Proxy


def test_a_hanging_engine_delays_the_status_only_briefly_and_hides_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_state, "ENGINE_SECONDS", 0.3)
    now = datetime.now(UTC)
    with Proxy("127.0.0.1:1") as proxy:
        proxy.decide = lambda request: "hang"
        app = App(Settings(data=tmp_path, engine=f"elasticsearch://{proxy.address}/parley"))
        open_archive(tmp_path).close()
        app.archive.oldest_pending()
        beat = Heartbeat(pid=os.getpid(), at=now, doing="indexing", trouble="", under_way=0)
        write_heartbeat(tmp_path, "indexer", beat)
        start = monotonic()
        for _ in range(3):  # a live view looks again and again
            status = look(app, datetime.now(UTC))
        assert monotonic() - start < 30
        assert status.indexer == beat
        assert status.articles is None
        assert "does not respond within" in status.engine_trouble
        proxy.released.set()
