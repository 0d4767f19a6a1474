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


def test_nothing_is_replaced_while_nothing_changes(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS)
    before = watch.current
    assert not watch.reload()
    assert watch.current is before


def test_a_new_a_changed_and_a_deleted_file_are_seen(tmp_path: Path) -> None:
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


def test_a_mistake_keeps_the_last_good_configuration_and_is_shown_until_mended(tmp_path: Path) -> None:
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


def test_going_back_to_what_was_good_clears_the_problems_and_replaces_nothing(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS)
    write(tmp_path, "themes/harvest.toml", "")
    watch.reload()
    assert watch.problems
    write(tmp_path, "themes/harvest.toml", THEME)
    assert not watch.reload()
    assert watch.problems == ()


def test_a_save_within_the_clocks_resolution_is_seen_by_its_size(tmp_path: Path) -> None:
    path = write(tmp_path, "themes/harvest.toml", THEME) / "themes/harvest.toml"
    watch = Watch(tmp_path, KINDS)
    moment = path.stat().st_mtime_ns
    path.write_text(THEME.replace("Harvest", "The harvest"), encoding="utf-8")
    os.utime(path, ns=(moment, moment))
    assert watch.reload()


def test_a_folder_that_vanishes_keeps_everything_and_says_so(tmp_path: Path) -> None:
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


def test_what_the_caller_finds_wrong_counts_like_any_other_mistake(tmp_path: Path) -> None:
    def examine(configuration: Configuration) -> list[Problem]:
        return [
            Problem(theme.id, "no rye, please") for theme in configuration.themes if "rye" in theme.query.get("en", "")
        ]

    watch = Watch(write(tmp_path, "themes/harvest.toml", THEME), KINDS, examine)
    write(tmp_path, "themes/harvest.toml", THEME.replace('"harvest"', '"rye"'))
    assert not watch.reload()
    assert watch.problems == (Problem("harvest", "no rye, please"),)


def test_a_mistake_at_the_start_is_raised_since_nothing_good_is_there_to_keep(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sources/example\.toml"):
        Watch(write(tmp_path, "sources/example.toml", SOURCE + "x = 1"), KINDS)


def test_only_the_chosen_shipped_sources_are_watched_over(tmp_path: Path) -> None:
    watch = Watch(write(tmp_path, "sources/example.toml", SOURCE), KINDS, shipped=("tass",))
    assert [source.id for source in watch.current.sources] == ["example", "tass"]
    write(tmp_path, "sources/second.toml", SOURCE.replace("/rss", "/second"))
    assert watch.reload()
    assert [source.id for source in watch.current.sources] == ["example", "second", "tass"]


def test_a_spider_file_that_appears_clears_the_complaint_that_it_was_missing(tmp_path: Path) -> None:
    source = SOURCE.replace('kind = "feed"', 'kind = "spider"\noptions = { spider = "talks" }')
    watch = Watch(tmp_path, checks(tmp_path))
    write(tmp_path, "sources/example.toml", source)
    assert not watch.reload()
    assert "talks.py does not exist" in watch.problems[0].message
    write(tmp_path, "spiders/talks.py", "")
    assert watch.reload()
    assert watch.problems == ()
