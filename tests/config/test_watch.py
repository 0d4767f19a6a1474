import os
from pathlib import Path

import pytest

from config.configuration import Configuration
from config.errors import ConfigError, Problem
from config.watch import Watch
from crawler.kinds import checks
from tests.support.overlay import KINDS, SOURCE, THEME, messages, write


def theme_ids(watch: Watch) -> list[str]:
    return [theme.id for theme in watch.current.themes]


def test_an_unchanged_configuration_is_not_reloaded(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS)
    before = watch.current
    assert not watch.reload()
    assert watch.current is before


def test_new_changed_and_deleted_files_are_detected(tmp_path: Path) -> None:
    watch = Watch(tmp_path, KINDS)
    write(tmp_path, "themes/harvest.toml", THEME)
    assert watch.reload()
    assert "harvest" in theme_ids(watch)
    write(tmp_path, "themes/harvest.toml", THEME.replace("Harvest", "Reaping"))
    assert watch.reload()
    assert "Reaping" in [theme.title for theme in watch.current.themes]
    (tmp_path / "themes/harvest.toml").unlink()
    assert watch.reload()
    assert "harvest" not in theme_ids(watch)


def test_a_mistake_keeps_the_last_valid_configuration_and_is_reported_until_fixed(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS)
    good = watch.current
    write(tmp_path, "themes/harvest.toml", THEME + "x = \n")
    assert not watch.reload()
    assert not watch.reload()
    assert watch.current is good
    assert messages(watch.problems, tmp_path) == ["themes/harvest.toml: not TOML: Invalid value (at line 8, column 5)"]
    write(tmp_path, "themes/harvest.toml", THEME.replace("Harvest", "Reaping"))
    assert watch.reload()
    assert watch.problems == ()


def test_reverting_to_the_valid_state_clears_the_problems_without_reloading(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS)
    write(tmp_path, "themes/harvest.toml", "")
    watch.reload()
    assert watch.problems
    write(tmp_path, "themes/harvest.toml", THEME)
    assert not watch.reload()
    assert watch.problems == ()


def test_a_change_within_the_clock_resolution_is_detected_by_file_size(tmp_path: Path) -> None:
    path = write(tmp_path, "themes/harvest.toml", THEME) / "themes/harvest.toml"
    watch = Watch(tmp_path, KINDS)
    moment = path.stat().st_mtime_ns
    path.write_text(THEME.replace("Harvest", "The harvest"), encoding="utf-8")
    os.utime(path, ns=(moment, moment))
    assert watch.reload()


def test_a_vanished_folder_keeps_the_configuration_and_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path / "overlay", "themes/harvest.toml", THEME)
    watch = Watch(folder, KINDS)
    folder.rename(tmp_path / "elsewhere")
    assert not watch.reload()
    assert "harvest" in theme_ids(watch)
    assert [problem.message for problem in watch.problems] == [
        "PARLEY_CONFIG is set to this folder, but it does not exist"
    ]
    (tmp_path / "elsewhere").rename(folder)
    assert not watch.reload()
    assert watch.problems == ()


def test_problems_reported_by_the_caller_count_as_mistakes(tmp_path: Path) -> None:
    def examine(configuration: Configuration) -> list[Problem]:
        return [
            Problem(theme.id, "no rye, please") for theme in configuration.themes if "rye" in theme.query.get("en", "")
        ]

    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS, examine)
    write(tmp_path, "themes/harvest.toml", THEME.replace('"harvest"', '"rye"'))
    assert not watch.reload()
    assert watch.problems == (Problem("harvest", "no rye, please"),)


def test_a_mistake_at_startup_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sources/example\.toml"):
        Watch(write(tmp_path, "sources/example.toml", SOURCE + "x = 1"), KINDS)


def test_only_the_chosen_shipped_sources_are_watched(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "sources/example.toml", SOURCE), KINDS, shipped=("tass",))
    assert [source.id for source in watch.current.sources] == ["example", "tass"]
    write(tmp_path, "sources/second.toml", SOURCE.replace("/rss", "/second"))
    assert watch.reload()
    assert [source.id for source in watch.current.sources] == ["example", "second", "tass"]


def test_creating_a_missing_spider_file_clears_the_problem(tmp_path: Path) -> None:
    source = SOURCE.replace('kind = "feed"', 'kind = "spider"\noptions = { spider = "talks" }')
    watch = Watch(tmp_path, checks(tmp_path))
    write(tmp_path, "sources/example.toml", source)
    assert not watch.reload()
    assert "talks.py does not exist" in watch.problems[0].message
    write(tmp_path, "spiders/talks.py", "")
    assert watch.reload()
    assert watch.problems == ()
