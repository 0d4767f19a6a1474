"""The examples of docs/python.md do what the page shows, on the demonstration."""

from __future__ import annotations

import doctest
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import parley
from crawler.archive.archive import open_archive
from tests.support.demonstration import demonstration
from tests.support.installation import Installation

__all__ = ["demonstration"]

FILE = Path(__file__).parents[2] / "docs" / "python.md"
PAGE = FILE.read_text("utf-8")
TEST = doctest.DocTestParser().get_doctest(PAGE.replace("```\n", "\n"), {}, FILE.name, str(FILE), 0)
METHODS = [name for name in vars(parley.Parley) if not name.startswith("_")]


def test_the_examples_do_what_the_page_shows(
    demonstration: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in demonstration.items():
        monkeypatch.setenv(name, value)
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(TEST)
    assert results.failed == 0, capsys.readouterr().out
    assert results.attempted > 25


def test_the_page_shows_everything_that_is_public() -> None:
    assert set(parley.__all__) == {"open", "Parley", "ParleyError"}
    assert [name for name in METHODS if f"p.{name}(" not in PAGE] == []
    assert sorted(METHODS) == sorted(
        [
            "search",
            "show",
            "trend",
            "why",
            "compare",
            "digest",
            "emerging",
            "leads",
            "export",
            "themes",
            "sources",
            "status",
        ]
    )


def test_folders_are_given_or_those_of_the_environment(small: Installation, tmp_path: Path) -> None:
    assert [theme.id for theme in parley.open().themes().themes] == ["truce"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "settings.toml").write_text('timezone = "Europe/Berlin"\n')
    open_archive(tmp_path / "elsewhere").close()
    opened = parley.open(data=tmp_path / "elsewhere", config=str(other))
    assert len(opened.themes().themes) == 14
    assert opened.status().data == str(tmp_path / "elsewhere")
    with pytest.raises(parley.ParleyError, match="does not exist"):
        parley.open(config=tmp_path / "nowhere").themes()


def test_times_are_texts_days_or_moments(small: Installation) -> None:
    small.run("themes", "sweep")
    opened = parley.open()
    noon = datetime(2026, 3, 3, 12, 30, 7, 5, tzinfo=UTC)
    starts = [opened.compare("truce", since=since).start for since in ("2026-03-03", date(2026, 3, 3), noon)]
    assert starts == [datetime(2026, 3, 3, tzinfo=UTC)] * 2 + [noon.replace(microsecond=0)]


def test_without_pandas_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, small: Installation) -> None:
    small.run("themes", "sweep")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(parley.ParleyError, match=r"pip install 'parley\[pandas\]'"):
        parley.open().search("truce").to_frame()
