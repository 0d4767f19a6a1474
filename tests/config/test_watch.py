import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pytest

from config.errors import ConfigError, Problem
from config.last_good import LastGood, Report, Texts
from config.sources import FeedCheck, Source, read_sources
from config.themes import Examine, Fragment, Theme, read_themes
from config.watch import Watch
from crawler.kinds import checks
from tests.support.overlay import KINDS, SOURCE, THEME, messages, write

Read = tuple[tuple[Theme, ...], tuple[Fragment, ...]]


def watch_themes(folder: Path, examine: Examine = lambda *_: {}, last_good: Path | None = None) -> Watch[Read]:
    def read(texts: Texts) -> tuple[Read, Report]:
        themes, fragments, report = read_themes(folder, texts, examine)
        return (themes, fragments), report

    stored = LastGood(last_good or folder / "none", "themes", is_writable=last_good is not None)
    return Watch(folder, ("fragments", "themes"), read, stored)


def watch_sources(
    folder: Path,
    kinds: Mapping[str, FeedCheck] = KINDS,
    shipped: Collection[str] | None = (),
    last_good: Path | None = None,
) -> Watch[tuple[Source, ...]]:
    stored = LastGood(last_good or folder / "none", "sources", is_writable=last_good is not None)
    return Watch(folder, ("sources",), lambda texts: read_sources(folder, kinds, shipped, texts), stored)


def titles(watch: Watch[Read]) -> dict[str, str]:
    return {theme.id: theme.title for theme in watch.current[0]}


def ids(watch: Watch[tuple[Source, ...]]) -> list[str]:
    return [source.id for source in watch.current]


def remedies(watch: Watch[Read] | Watch[tuple[Source, ...]], folder: Path) -> list[str]:
    return messages(watch.remedies, folder)


def test_an_unchanged_configuration_is_not_reloaded(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", THEME))
    before = watch.current
    assert not watch.reload()
    assert watch.current is before


def test_new_changed_and_deleted_files_are_detected(tmp_path: Path) -> None:
    watch = watch_themes(tmp_path)
    write(tmp_path, "themes/harvest.toml", THEME)
    assert watch.reload()
    write(tmp_path, "themes/harvest.toml", THEME.replace("Harvest", "Reaping"))
    assert watch.reload()
    assert titles(watch)["harvest"] == "Reaping"
    (tmp_path / "themes/harvest.toml").unlink()
    assert watch.reload()
    assert "harvest" not in titles(watch)


def test_a_mistake_keeps_the_last_good_form_and_is_reported_until_fixed(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", THEME))
    good = watch.current
    write(tmp_path, "themes/harvest.toml", THEME + "x = \n")
    assert not watch.reload()
    assert not watch.reload()
    assert watch.current == good
    assert messages(watch.problems, tmp_path) == ["themes/harvest.toml: not TOML: Invalid value (at line 8, column 5)"]
    assert remedies(watch, tmp_path) == [
        "themes/harvest.toml: until this is corrected, the last good form of this file is used"
    ]
    write(tmp_path, "themes/harvest.toml", THEME.replace("Harvest", "Reaping"))
    assert watch.reload()
    assert watch.all_problems == ()


def test_a_mistake_in_one_file_does_not_hold_up_changes_of_others(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", THEME))
    write(tmp_path, "themes/harvest.toml", "title = ")
    write(tmp_path, "themes/sowing.toml", THEME.replace("Harvest", "Sowing"))
    assert watch.reload()
    assert {"harvest", "sowing"} < titles(watch).keys()


@pytest.mark.parametrize(
    "text", ["", "x = ", "title = 3", THEME.replace("#00aa00", "green"), THEME + "\n[what]\na = 1"]
)
def test_the_last_good_form_outlives_the_process(tmp_path: Path, text: str) -> None:
    folder, kept = tmp_path / "overlay", tmp_path / "data"
    watch_themes(write(folder, "themes/harvest.toml", THEME), last_good=kept)
    write(folder, "themes/harvest.toml", text)
    for _ in range(2):  # what is used instead is kept, too
        watch = watch_themes(folder, last_good=kept)
        assert titles(watch)["harvest"] == "Harvest"
        assert len(watch.problems) >= 1


def test_a_file_that_was_never_good_is_left_out_by_name(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", "title = "))
    assert "harvest" not in titles(watch)
    assert "harvest" in watch.left_out
    assert remedies(watch, tmp_path) == ["themes/harvest.toml: until this is corrected, this file is left out"]


def test_an_overlay_file_that_was_never_good_leaves_the_shipped_one_in_use(tmp_path: Path) -> None:
    kept = tmp_path / "data"
    shipped = titles(watch_themes(tmp_path, last_good=kept))
    write(tmp_path, "themes/truce.toml", "title = ")
    assert titles(watch_themes(tmp_path, last_good=kept)) == shipped


def test_readers_store_nothing(tmp_path: Path) -> None:
    watch_themes(write(tmp_path, "themes/harvest.toml", THEME))
    assert [path.name for path in tmp_path.iterdir()] == ["themes"]


@pytest.mark.parametrize("content", ["", "[", "[1]", '{"themes/harvest": 3}', '{"themes/harvest": "title = "}'])
def test_a_damaged_record_of_good_forms_counts_as_none(tmp_path: Path, content: str) -> None:
    write(tmp_path, "themes/harvest.toml", "title = ")
    write(tmp_path, "data/configuration/themes.json", content)
    watch = watch_themes(tmp_path, last_good=tmp_path / "data")
    assert "harvest" in watch.left_out


def test_reverting_to_the_valid_state_clears_the_problems_without_reloading(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", THEME))
    write(tmp_path, "themes/harvest.toml", "")
    watch.reload()
    assert watch.problems
    write(tmp_path, "themes/harvest.toml", THEME)
    assert not watch.reload()
    assert watch.problems == ()


def test_a_change_within_the_clock_resolution_is_detected_by_file_size(tmp_path: Path) -> None:
    path = write(tmp_path, "themes/harvest.toml", THEME) / "themes/harvest.toml"
    watch = watch_themes(tmp_path)
    moment = path.stat().st_mtime_ns
    path.write_text(THEME.replace("Harvest", "The harvest"), encoding="utf-8")
    os.utime(path, ns=(moment, moment))
    assert watch.reload()


def test_a_vanished_folder_keeps_the_configuration_and_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path / "overlay", "themes/harvest.toml", THEME)
    watch = watch_themes(folder)
    folder.rename(tmp_path / "elsewhere")
    assert not watch.reload()
    assert "harvest" in titles(watch)
    assert [problem.message for problem in watch.problems] == [
        "PARLEY_CONFIG is set to this folder, but it does not exist"
    ]
    (tmp_path / "elsewhere").rename(folder)
    assert not watch.reload()
    assert watch.problems == ()


def test_a_folder_that_cannot_be_read_is_a_mistake_and_its_files_stay_in_use(tmp_path: Path) -> None:
    folder, kept = tmp_path / "overlay", tmp_path / "data"
    watch_sources(write(folder, "sources/example.toml", SOURCE), last_good=kept)
    (folder / "sources").rename(folder / "moved")
    (folder / "sources").symlink_to("sources")  # a loop: unreadable for every account
    watch = watch_sources(folder, last_good=kept)
    assert ids(watch) == ["example"]
    [problem] = messages(watch.problems, folder)
    assert problem.startswith("sources: this folder cannot be read: ")


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    kept = tmp_path / "data"
    watch_sources(write(tmp_path, "sources/example.toml", SOURCE), last_good=kept)
    (tmp_path / "sources/example.toml").unlink()
    (tmp_path / "sources/example.toml").symlink_to("nowhere")
    os.mkfifo(tmp_path / "sources/pipe.toml")
    (tmp_path / "sources/folder.toml").mkdir()
    watch = watch_sources(tmp_path, last_good=kept)
    assert ids(watch) == ["example"]
    assert messages(watch.problems, tmp_path) == [
        "sources/example.toml: cannot be read: No such file or directory",
        "sources/folder.toml: is not a file",
        "sources/pipe.toml: is not a file",
    ]


def test_of_two_sources_with_the_same_feed_the_one_that_was_there_before_stays(tmp_path: Path) -> None:
    kept = tmp_path / "data"
    watch_sources(write(tmp_path, "sources/example.toml", SOURCE), last_good=kept)
    write(tmp_path, "sources/another.toml", SOURCE)
    watch = watch_sources(tmp_path, last_good=kept)
    assert ids(watch) == ["example"]
    assert remedies(watch, tmp_path) == ["sources/another.toml: until this is corrected, this file is left out"]


def test_a_feed_with_a_mistake_leaves_the_other_feeds_of_a_new_file(tmp_path: Path) -> None:
    second = '\n[[feeds]]\nurl = "https://outlet.example/two"\nkind = "spider"\noptions = { spider = "talks" }\n'
    watch = watch_sources(write(tmp_path, "sources/example.toml", SOURCE + second), checks(tmp_path))
    assert [feed.url for source in watch.current for feed in source.feeds] == ["https://outlet.example/rss"]
    assert "talks.py does not exist" in watch.problems[0].message
    write(tmp_path, "spiders/talks.py", "")
    assert watch.reload()
    assert len(watch.current[0].feeds) == 2
    assert watch.problems == ()


def test_a_missing_overlay_folder_at_startup_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        watch_sources(tmp_path / "nowhere")


def test_only_the_chosen_shipped_sources_are_watched(tmp_path: Path) -> None:
    watch = watch_sources(write(tmp_path, "sources/example.toml", SOURCE), shipped=("tass",))
    assert ids(watch) == ["example", "tass"]
    write(tmp_path, "sources/second.toml", SOURCE.replace("/rss", "/second"))
    assert watch.reload()
    assert ids(watch) == ["example", "second", "tass"]


FIELD = 'query.en = "field OR farm"\n'
NEEDY = THEME.replace('colour = "#00aa00"', 'colour = "#00aa00"\ncontext = "@field"')


def refuse_rye(
    themes: Sequence[Theme], fragments: Sequence[Fragment], suspects: Collection[str]
) -> Mapping[str, Problem]:
    """Play an indexer for which "rye" is a syntax error, in what is named with @ or theme: too."""
    queries = {f"fragments/{one.id}": one.query.get("en", "") for one in fragments}
    queries |= {
        f"themes/{one.id}": " ".join([*one.query.values(), *dict.fromkeys(one.context.values())]) for one in themes
    }

    def is_wrong(key: str) -> bool:
        text = queries.get(key, "rye")
        words = text.split()
        return "rye" in words or any(
            is_wrong(f"fragments/{word[1:]}" if word[0] == "@" else f"themes/{word[6:]}")
            for word in words
            if word.startswith(("@", "theme:"))
        )

    own = {key for key in queries if key.endswith(("/harvest", "/sowing", "/field", "/grain"))}
    return {key: Problem(key, "no rye, please") for key in sorted(own & set(suspects)) if is_wrong(key)}


def test_mistakes_that_only_the_caller_finds_count_too(tmp_path: Path) -> None:
    watch = watch_themes(write(tmp_path, "themes/harvest.toml", THEME), refuse_rye)
    write(tmp_path, "themes/harvest.toml", THEME.replace('"harvest"', '"rye"'))
    assert not watch.reload()
    assert watch.problems == (Problem("themes/harvest", "no rye, please"),)
    assert len(watch.remedies) == 1


@pytest.mark.parametrize("field", [None, "", "query.en = 3", 'query.en = "rye"', "removed = true"])
def test_themes_keep_their_last_good_forms_when_their_fragment_breaks_or_vanishes(
    tmp_path: Path, field: str | None
) -> None:
    folder, kept = tmp_path / "overlay", tmp_path / "data"
    for name in ("grain", "harvest", "sowing"):
        write(folder, f"themes/{name}.toml", NEEDY)
    before = watch_themes(write(folder, "fragments/field.toml", FIELD), refuse_rye, kept).current
    if field is None:
        (folder / "fragments/field.toml").unlink()
    else:
        write(folder, "fragments/field.toml", field)
    for _ in range(2):
        watch = watch_themes(folder, refuse_rye, kept)
        assert watch.current == before
        assert watch.problems
        assert any("fragments/field.toml" in line for line in remedies(watch, folder))


def test_themes_keep_their_last_good_forms_when_a_theme_that_they_contain_vanishes(tmp_path: Path) -> None:
    kept = tmp_path / "data"
    write(tmp_path, "themes/grain.toml", THEME.replace('"harvest"', '"grain"'))
    write(tmp_path, "themes/harvest.toml", THEME.replace('"harvest"', '"theme:grain"'))
    write(tmp_path, "themes/sowing.toml", THEME.replace('"harvest"', '"theme:grain"'))
    before = watch_themes(tmp_path, refuse_rye, kept).current
    (tmp_path / "themes/grain.toml").unlink()
    watch = watch_themes(tmp_path, refuse_rye, kept)
    assert watch.current == before
    assert remedies(watch, tmp_path) == [
        "themes/grain.toml: theme harvest needs the last good form of this file, which is used for now"
    ]


def test_a_new_theme_with_a_new_broken_fragment_is_left_out_with_it(tmp_path: Path) -> None:
    write(tmp_path, "themes/harvest.toml", NEEDY)
    watch = watch_themes(write(tmp_path, "fragments/field.toml", "query.en = 3"), refuse_rye)
    assert {"harvest", "field"} <= watch.left_out
    assert len(watch.problems) == 1
    assert f"until {tmp_path}/fragments/field.toml is corrected, this file is left out" in [
        remedy.message for remedy in watch.remedies
    ]


def test_themes_that_contain_each_other_are_left_out_and_no_others(tmp_path: Path) -> None:
    def refuse(themes: Sequence[Theme], *_: object) -> Mapping[str, Problem]:
        names = {theme.id for theme in themes if "theme:" in "".join(theme.query.values())}
        return {f"themes/{id}": Problem(id, "leads back to itself") for id in names if len(names) == 2}

    write(tmp_path, "themes/a.toml", THEME.replace('"harvest"', '"theme:b"'))
    watch = watch_themes(write(tmp_path, "themes/b.toml", THEME.replace('"harvest"', '"theme:a"')), refuse)
    assert watch.left_out == {"a", "b"}
    assert "truce" in titles(watch)
