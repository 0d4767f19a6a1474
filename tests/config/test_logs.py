from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from config import logs
from config.logs import get_logger, start_logging
from config.redaction import protect_output
from config.settings import LogFormat

log = get_logger("crawler.example")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Restore logging after the test."""
    root = logging.getLogger()
    before, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    logging.captureWarnings(False)
    root.handlers, root.level, logging.raiseExceptions = before, level, raising
    for package in logs._OURS:
        logging.getLogger(package).setLevel(logging.NOTSET)


def test_a_line_for_people_has_time_level_event_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "text")
    log.warning("feed failing", feed="a/1", status=503, detail="gone for now")
    line = capsys.readouterr().err
    event = r" \[warning\] feed failing \[crawler.example\] feed='a/1' status=503 detail='gone for now'\n"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" + event, line)


def test_a_line_for_programs_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    log.warning("feed failing", feed="газета/1", status=503, path=Path("/x"))
    line = capsys.readouterr().err
    assert "газета" in line
    fields = json.loads(line)
    assert fields.pop("timestamp").endswith("Z")
    assert fields == {
        "event": "feed failing",
        "level": "warning",
        "logger": "crawler.example",
        "feed": "газета/1",
        "status": 503,
        "path": "PosixPath('/x')",
    }


def test_libraries_and_warnings_take_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    logging.getLogger("scrapy.core").warning("%d requests are lost", 3)
    warnings.warn("old call", stacklevel=1)
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["logger"]) == ("3 requests are lost", "scrapy.core")
    assert second["logger"] == "py.warnings"


def test_the_level_is_ours_and_libraries_only_warn(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug", "text")
    log.debug("looked")
    logging.getLogger("apscheduler").info("job executed")
    assert capsys.readouterr().err.count("\n") == 1
    start_logging("error", "text")
    log.warning("feed failing")
    logging.getLogger("scrapy").warning("slow")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_reaches_a_log(capsys: pytest.CaptureFixture[str], form: LogFormat) -> None:
    start_logging("info", form)
    address = "https://ann:s3cret@a.example/feed?access_token=s3cret&page=2&api_key=s3cret"
    log.warning(f"asked {address}", url=address, urls=[address])
    try:
        raise ValueError(f"cannot ask {address}")
    except ValueError:
        log.exception("unexpected error", password="password=s3cret")
    written = capsys.readouterr().err
    assert "s3cret" not in written
    assert "page=2" in written
    assert "ValueError" in written


def test_names_of_files_that_hold_secrets_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "text")
    log.warning("down", engine="elasticsearch://host:9200/parley?password_file=/run/secrets/elastic")
    assert "password_file=/run/secrets/elastic" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_strangers_wrote_makes_neither_lines_nor_colours(
    capsys: pytest.CaptureFixture[str], form: LogFormat
) -> None:
    start_logging("info", form)
    hostile = "gone\n2026-01-01T00:00:00Z [info] all is well \x1b[2J\u202e"
    log.warning(hostile, detail=hostile)
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert not {"\x1b", "\u202e"} & set(written)


def test_a_log_file_outlives_restarts_and_never_grows_without_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 2_000)
    for run in range(40):
        start_logging("info", "text", file=tmp_path / "logs" / "crawler.log", to_stderr=False)
        for number in range(5):
            log.info("poll", run=run, number=number, detail="x" * 100)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == logs.MAX_FILES
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert "run=39 number=4" in files[0].read_text()
    assert "run=38 " in "".join(file.read_text() for file in files)
    assert capsys.readouterr().err == ""


def test_output_to_a_file_leaves_out_secrets_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crawler.out"
    with path.open("w") as output:
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, output)
        protect_output()
        for piece in ("http://ann:s3c", "ret@a.example\nnext: ", "https://b.example/?token=s3c", "ret&page=1\n"):
            sys.stderr.write(piece)
        print("a whole line: password=s3cret")
        try:
            raise ValueError("elasticsearch://ann:s3cret@c.example")
        except ValueError:
            sys.excepthook(*sys.exc_info())
        sys.stdout.write("unfinished: api_key=s3cret")
        sys.stdout.flush()
    written = path.read_text()
    assert "s3cret" not in written
    assert "http://…@a.example\nnext: https://b.example/?token=…&page=1\n" in written
    assert "ValueError: elasticsearch://…@c.example\n" in written
    assert written.endswith("unfinished: api_key=…")


def test_a_full_disk_does_not_stop_parley(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "text", file=Path("/dev/full"), to_stderr=False)
    log.warning("feed failing")
    assert capsys.readouterr().err == ""


def test_whoever_embeds_parley_keeps_their_own_structlog() -> None:
    assert not structlog.is_configured()


def test_a_command_that_logs_nothing_does_not_load_structlog() -> None:
    code = "import sys, monitor.commands.search; sys.exit('structlog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
