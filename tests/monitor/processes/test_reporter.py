"""A process goes on reporting what it does, whatever goes wrong in a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from config.errors import Problem
from crawler.presence import last_heartbeat
from monitor.processes import reporter
from monitor.processes.reporter import Reporter
from tests.support.processes import until


def test_an_unexpected_error_in_a_report_does_not_end_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reporter, "INTERVAL", 0.01)
    failures = [RuntimeError("dictionary changed size during iteration")] * 2

    def problems() -> Sequence[Problem]:
        if failures:
            raise failures.pop()
        return [Problem("rule a", "is wrong")]

    with Reporter(tmp_path, "alerts", problems, mark=lambda: 0, limit=600):
        until(lambda: last_heartbeat(tmp_path, "alerts") is not None, "a heartbeat is written")
    assert caplog.text.count("Traceback") == 2
