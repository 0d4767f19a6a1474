"""Messages are lines of JSON in a file."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.channels import read_channels
from monitor.alerts.failure import Failed
from tests.monitor.alerts.test_channels import deliver, message
from tests.support.full_disk import files_no_larger_than
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


@pytest.mark.parametrize("room", [0, 1, 40])
def test_a_line_for_which_the_disk_has_no_room_is_taken_back(tmp_path: Path, room: int) -> None:
    path = tmp_path / "alerts.jsonl"
    deliver(path.as_uri())
    before = path.read_bytes()
    with files_no_larger_than(len(before) + room), pytest.raises(Failed, match="the file cannot be written"):
        deliver(path.as_uri(), made=message("Second"))
    assert path.read_bytes() == before
    deliver(path.as_uri(), made=message("Second"))
    assert [json.loads(line)["title"] for line in path.read_text("utf-8").splitlines()] == [message().title, "Second"]


@pytest.mark.parametrize("rest", [b"{", b'{"title":"', b"\r"])
def test_a_line_that_a_kill_has_cut_off_does_not_spoil_the_next(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(rest)
    deliver(path.as_uri())
    assert json.loads(path.read_bytes().split(b"\n")[1])["title"] == message().title


def test_lines_of_several_writers_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: deliver(path.as_uri(), made=message(f"{number} " + "x" * 20_000)), range(40)))
    lines = path.read_text("utf-8").splitlines()
    assert sorted(int(json.loads(line)["title"].split()[0]) for line in lines) == list(range(40))


def test_a_pipe_that_somebody_reads_gets_lines_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        deliver((tmp_path / "pipe").as_uri())
        assert json.loads(os.read(reading, 10_000)) == json.loads(message().model_dump_json())
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    "address", ["file://alerts.jsonl", "file://here/alerts.jsonl", "file:///", "file:///a/", "file:///a?b"]
)
def test_a_file_needs_a_whole_path(tmp_path: Path, address: str) -> None:
    folder = write(tmp_path, "channels/file.toml", f'title = "File"\naddress = "{address}"\n')
    channels, report = read_channels(folder)
    assert channels == ()
    [problem] = report.problems
    assert "a file has an address with its whole path" in problem.message
