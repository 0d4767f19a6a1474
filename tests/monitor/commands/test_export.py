from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.support.builders import article
from tests.support.installation import Installation

Document = Callable[..., Any]
Said = Callable[..., str]


@pytest.mark.usefixtures("installation")
def test_every_matching_article_is_one_line_of_json(said: Said, document: Document) -> None:
    lines = [json.loads(line) for line in said("export", "theme:truce").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == document("search", "theme:truce")["total"]
    by_id = {hit["id"]: hit for hit in document("search", "theme:truce", "--limit", "1000")["hits"]}
    for line in lines:
        hit = by_id[line["id"]]
        assert line["text"]
        assert {name: line[name] for name in line.keys() & hit.keys()} == {
            name: hit[name] for name in line.keys() & hit.keys()
        }


@pytest.mark.usefixtures("installation")
def test_csv_holds_what_json_holds(said: Said) -> None:
    lines = [json.loads(line) for line in said("export", "*").splitlines()]
    rows = list(csv.DictReader(io.StringIO(said("export", "*", "--format", "csv"))))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert [row["themes"] for row in rows] == ["; ".join(line["themes"]) for line in lines]
    assert [row["published"] for row in rows] == [line["published"] or "" for line in lines]


@pytest.mark.usefixtures("installation")
def test_a_range_leaves_out_what_was_published_before(said: Said, document: Document) -> None:
    lines = said("export", "*", "--since", "10d").splitlines()
    assert len(lines) == document("search", "*", "--since", "10d")["total"] > 0


def test_formulas_in_texts_are_made_harmless_in_csv(small: Installation, said: Said) -> None:
    titles = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "plain, with a comma", 'a "quote"', "two\nlines"]
    small.keep(*(article(serial=serial, title=title, text="-") for serial, title in enumerate(titles, 1)))
    rows = list(csv.DictReader(io.StringIO(said("export", "*", "--format", "csv"))))
    assert [row["title"] for row in rows] == [f"'{title}" for title in titles[:5]] + titles[5:]
    assert {row["text"] for row in rows} == {"'-"}


def test_any_number_of_articles_takes_the_same_memory(small: Installation, tmp_path: Path) -> None:
    peaks = []
    for first, number in ((1, 2_000), (2_001, 6_000)):
        small.keep(*(article(serial=serial, text="peace " * 600) for serial in range(first, first + number)))
        with (tmp_path / "exported").open("w") as file, redirect_stdout(file):
            tracemalloc.start()
            assert main(["export", "*"]) == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert len((tmp_path / "exported").read_text().splitlines()) == 8_000
    assert peaks[1] < 1.2 * peaks[0]
