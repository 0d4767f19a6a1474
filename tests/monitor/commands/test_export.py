from __future__ import annotations

import csv
import io
import json
import os
import pty
import tracemalloc
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.support.builders import article
from tests.support.installation import Installation

RunJson = Callable[..., Any]
Run = Callable[..., str]


@pytest.mark.usefixtures("installation")
def test_every_matching_article_is_one_line_of_json(run_command: Run, run_json: RunJson) -> None:
    lines = [json.loads(line) for line in run_command("export", "theme:truce").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == run_json("search", "theme:truce")["total"]
    by_id = {hit["id"]: hit for hit in run_json("search", "theme:truce", "--limit", "1000")["hits"]}
    for line in lines:
        hit = by_id[line["id"]]
        assert line["text"]
        assert {name: line[name] for name in line.keys() & hit.keys()} == {
            name: hit[name] for name in line.keys() & hit.keys()
        }


@pytest.mark.usefixtures("installation")
def test_csv_and_json_contain_the_same_data(run_command: Run) -> None:
    lines = [json.loads(line) for line in run_command("export", "*").splitlines()]
    rows = list(csv.DictReader(io.StringIO(run_command("export", "*", "--format", "csv"))))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert [row["themes"] for row in rows] == ["; ".join(line["themes"]) for line in lines]
    assert [row["published"] for row in rows] == [line["published"] or "" for line in lines]


def test_csv_for_excel_differs_only_in_a_byte_order_mark(small: Installation, run_command: Run) -> None:
    small.keep(article(title="перемирие"))
    assert run_command("export", "*", "--format", "excel") == "\ufeff" + run_command("export", "*", "--format", "csv")


def test_the_columns_of_csv_and_the_fields_of_json_lines_are_fixed(small: Installation, run_command: Run) -> None:
    small.keep(article(title="Мир", authors=("A", "B"), source="bbc-world", themes=frozenset({"truce"})))
    line = run_command("export", "*")
    assert list(json.loads(line)) == [
        *("id", "url", "title", "text", "authors", "published", "published_from", "published_precision"),
        *("updated", "updated_precision", "collected"),
        *("source", "class", "country", "language", "themes", "copy_of", "carries"),
    ]
    assert '"title": "Мир", "text": "A text.", "authors": ["A", "B"], "published": "2026-03-01T09:30:00+00:00"' in line
    assert '"source": "bbc-world", "class": "public", "country": "GB"' in line


@pytest.mark.usefixtures("installation")
def test_a_range_leaves_out_what_was_published_before(run_command: Run, run_json: RunJson) -> None:
    lines = run_command("export", "*", "--since", "10d").splitlines()
    assert len(lines) == run_json("search", "*", "--since", "10d")["total"] > 0


def test_formulas_in_texts_are_made_harmless_in_csv(small: Installation, run_command: Run) -> None:
    titles = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1", "plain, with a comma", 'a "quote"', "two\nlines"]
    small.keep(*(article(serial=serial, title=title, text="-") for serial, title in enumerate(titles, 1)))
    rows = list(csv.DictReader(io.StringIO(run_command("export", "*", "--format", "csv"))))
    assert [row["title"] for row in rows] == [f"'{title}" for title in titles[:5]] + titles[5:]
    assert {row["text"] for row in rows} == {"'-"}


def test_memory_does_not_grow_with_the_number_of_articles(small: Installation, tmp_path: Path) -> None:
    peaks = []
    for first, number in ((1, 2_000), (2_001, 6_000)):
        small.keep(*(article(serial=serial, text="peace " * 200) for serial in range(first, first + number)))
        with (tmp_path / "exported").open("w") as file, redirect_stdout(file):
            tracemalloc.start()
            assert main(["export", "*"]) == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert len((tmp_path / "exported").read_text().splitlines()) == 8_000
    assert peaks[1] < 1.2 * peaks[0]


def written_to(master: int) -> str:
    """Return everything that was written to a terminal whose other end is closed; it may come in pieces."""
    pieces = []
    with suppress(OSError):  # how the end is reported
        while piece := os.read(master, 65_536):
            pieces.append(piece)
    os.close(master)
    return b"".join(pieces).decode()


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_progress_is_shown_while_lines_are_written_to_a_file(
    small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    small.keep(*(article(serial=serial) for serial in range(1, 4)))
    master, slave = pty.openpty()
    exported = tmp_path / "exported"
    with (
        os.fdopen(slave, "w") as terminal,
        exported.open("w") as file,
        redirect_stderr(terminal),
        redirect_stdout(file),
    ):
        assert main(["export", "*", "--format", format]) == 0
    moved = written_to(master)
    assert len(exported.read_text().splitlines()) == (3 if format == "jsonl" else 4)
    assert "3/3" in moved
    assert "news.example" not in moved


def test_progress_is_not_mixed_with_lines_on_a_terminal(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    small.keep(article())
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal, redirect_stderr(terminal), redirect_stdout(terminal):
        assert main(["export", "*"]) == 0
    seen = written_to(master)
    assert "1 of 1" not in seen
    assert json.loads(seen.splitlines()[0])["url"] == "https://news.example/1"
