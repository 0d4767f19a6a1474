"""Messages are lines of JSON in a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from config.channels import read_channels
from monitor.alerts.failure import Failed
from tests.monitor.alerts.test_channels import deliver, message
from tests.support.overlay import write


def test_every_message_is_a_line_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "what was told.jsonl"
    deliver(path.as_uri())
    deliver(path.as_uri(), made=message("Second\nline"))
    first, second = path.read_text("utf-8").splitlines()
    assert json.loads(first) == json.loads(message().model_dump_json())
    assert json.loads(second)["title"] == "Second\nline"


def test_a_file_that_cannot_be_written_is_a_failure_without_its_path(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hush-pipe")
    for path in (tmp_path / "hush" / "alerts.jsonl", tmp_path, tmp_path / "hush-pipe"):
        with pytest.raises(Failed, match="the file cannot be written: ") as failure:
            deliver(path.as_uri())
        assert "hush" not in failure.value.detail
    assert not (tmp_path / "hush").exists()


@pytest.mark.parametrize(
    "address", ["file://alerts.jsonl", "file://here/alerts.jsonl", "file:///", "file:///a/", "file:///a?b"]
)
def test_a_file_needs_a_whole_path(tmp_path: Path, address: str) -> None:
    folder = write(tmp_path, "channels/file.toml", f'title = "File"\naddress = "{address}"\n')
    channels, report = read_channels(folder)
    assert channels == ()
    [problem] = report.problems
    assert "a file has an address with its whole path" in problem.message
