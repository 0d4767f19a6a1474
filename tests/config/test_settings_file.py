"""While settings.toml contains a mistake, its last good form counts: in the data folder that it names, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError, Problem
from config.settings import Settings, keep_settings, load_settings, mended_settings
from tests.support.overlay import messages, write


@pytest.fixture(autouse=True)
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an overlay folder whose settings.toml names the data folder, which has its last good form."""
    folder = tmp_path / "overlay"
    monkeypatch.delenv("PARLEY_DATA", raising=False)
    monkeypatch.setenv("PARLEY_CONFIG", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    write(folder, "settings.toml", f'data = "{tmp_path}/data"\ndelay = 7\n')
    keep_settings(load_settings())
    return folder


def refused() -> bool:
    with pytest.raises(ConfigError):
        load_settings()
    return True


@pytest.mark.parametrize("mistake", ["dealy = 3\n", "delay = 'x'\n", "[umask]\n"])
def test_what_is_right_is_kept_for_a_check_of_the_other_files(
    overlay: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    monkeypatch.setenv("PARLEY_WORKERS", "many")
    write(overlay, "settings.toml", f'shipped_sources = "none"\n{mistake}')
    with pytest.raises(ConfigError) as raised:
        load_settings()
    settings = mended_settings(raised.value.problems)
    default = Settings.model_fields["delay"].default
    assert (settings.config, settings.shipped_sources, settings.delay) == (overlay, (), default)
    assert [problem.where for problem in settings.report.problems] == ["settings", f"{overlay}/settings.toml: line 2"]


def test_a_good_file_reports_nothing() -> None:
    assert load_settings().report.all_problems == ()


@pytest.mark.parametrize(
    "mistake", ["delay = \n", "dealy = 3\n", "delay = 'x'\n", "delay = -1\n", 'contact = "\n', "[delay]\n"]
)
def test_the_last_good_form_counts_as_a_whole(overlay: Path, tmp_path: Path, mistake: str) -> None:
    write(overlay, "settings.toml", f'copy_days = 3\ndata = "{tmp_path}/data"\n{mistake}')
    settings = load_settings()
    assert (settings.delay, settings.copy_days, settings.data) == (7, 30, tmp_path / "data")
    first, *_ = messages(settings.report.all_problems, overlay)
    assert first.startswith("settings.toml: ")
    assert "line 3" in first
    keep_settings(settings)
    assert load_settings().delay == 7


@pytest.mark.parametrize("key", ["\ufeffdata", '"data"', "'data'", '\ufeff"data"', "  data"])
def test_the_data_folder_is_found_however_its_key_is_written(overlay: Path, tmp_path: Path, key: str) -> None:
    write(overlay, "settings.toml", f'{key} = "{tmp_path}/data"\ndelay = \n')
    assert load_settings().delay == 7


def test_the_environment_still_comes_first(overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(overlay, "settings.toml", f'data = "{tmp_path}/data"\ndelay = \n')
    monkeypatch.setenv("PARLEY_DELAY", "9")
    assert load_settings().delay == 9
    monkeypatch.setenv("PARLEY_DELAY", "fast")
    assert refused()


def test_the_form_of_another_data_folder_does_not_count(overlay: Path, tmp_path: Path) -> None:
    write(overlay, "settings.toml", f'data = "{tmp_path}/other"\ndelay = \n')
    assert refused()
    write(overlay, "settings.toml", f'# data = "{tmp_path}/data"\ndelay = \n')
    assert refused()


def test_the_form_of_another_overlay_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write(tmp_path / "other", "settings.toml", f'data = "{tmp_path}/data"\ndelay = \n')
    monkeypatch.setenv("PARLEY_CONFIG", str(other))
    assert refused()


def test_a_home_folder_that_does_not_exist_is_no_data_folder(overlay: Path) -> None:
    write(overlay, "settings.toml", 'data = "~nobody-of-that-name/x"\ndelay = \n')
    assert refused()


def test_a_deleted_file_is_forgotten(overlay: Path, tmp_path: Path) -> None:
    (overlay / "settings.toml").unlink()
    keep_settings(load_settings(data=tmp_path / "data"))
    write(overlay, "settings.toml", f'data = "{tmp_path}/data"\ndelay = \n')
    assert refused()


def test_a_mistake_that_others_find_counts_as_well(overlay: Path, tmp_path: Path) -> None:
    write(overlay, "settings.toml", f'data = "{tmp_path}/data"\nengine = "nowhere:x"\n')

    def examine(settings: Settings) -> list[Problem]:
        return [Problem("engine", "unknown")] if settings.engine else []

    settings = load_settings(examine=examine)
    assert (settings.engine, settings.delay) == ("", 7)
    assert settings.report.problems == (Problem("engine", "unknown"),)
