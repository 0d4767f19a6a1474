from __future__ import annotations

import csv
import io

import pytest

from monitor.csv_rows import cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", " '=1+1"),
        ("\x00=1+1", "'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("talks; +41 22", "talks; '+41 22"),
        ("talks;@SUM(A1)", "talks;'@SUM(A1)"),
        ("talks\t-1", "talks\t'-1"),
        ('talks\n"=1', "talks\n\"'=1"),
        ("\ttalks", "'\ttalks"),
        ("cease-fire = peace; talks", "cease-fire = peace; talks"),
        ("bell\x07 escape\x1b[31m delete\x7f", "bell escape[31m delete"),
        ("csi \x9b31m", "csi \\u009b31m"),
        ("\u202eecaep\u2066", "\\u202eecaep\\u2066"),
        ("двое\r\nпереговоров", "двое\nпереговоров"),
    ],
)
def test_a_cell_contains_nothing_that_a_spreadsheet_or_a_viewer_acts_on(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text", ["=1", "a;=1", "a\t=1", "a\n=1", ";\t=1", '";=1', "a, b;=1", 'a";"=1', "a;\x01=1", "\r=1"]
)
def test_no_cell_is_a_formula_whatever_separates_the_cells_of_the_reader(text: str, delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(["1", cell(text)])
    for line in csv.reader(io.StringIO(written.getvalue()), delimiter=delimiter):
        assert not any(value.strip(' "').startswith(("=", "+", "-", "@")) for value in line)
