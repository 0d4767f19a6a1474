"""One mistake in one file never stops a command; only `parley check` fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.app import App
from monitor.live import LiveThemes
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import SOURCE, THEME, write

TRUCE_FILE = "themes/truce.toml"
COMMANDS = [
    ("search", "truce"),
    ("search", "theme:truce"),
    ("trends", "truce", "--since", "2026-11-01", "--until", "2026-11-03"),
    ("export", "truce"),
    ("themes",),
    ("sources",),
    ("status",),
    ("verify",),
    ("index", "--once"),
    ("themes", "sweep"),
    ("rebuild",),
]
MISTAKES = {
    "not TOML": (TRUCE_FILE, "title = "),
    "no query": (TRUCE_FILE, THEME.split("[query]")[0]),
    "a query that cannot be read": (TRUCE_FILE, THEME.replace('"harvest"', '"(harvest"')),
    "a fragment that does not exist": (TRUCE_FILE, THEME.replace('"harvest"', '"@nowhere"')),
    "a theme that does not exist": (TRUCE_FILE, THEME.replace('"harvest"', '"theme:nothing"')),
    "a fragment": ("fragments/conflict.toml", "query = 3"),
    "a source": ("sources/example.toml", SOURCE.replace("independent", "honest")),
    "the address of another source": ("sources/example.toml", SOURCE + SOURCE[SOURCE.index("[[") :]),
    "a file name": ("sources/Example Two.toml", SOURCE),
}

FOUND_BY_THE_INDEXER = {name for name in MISTAKES if name.startswith("a ") and "that" in name}


@pytest.fixture
def filled(small: Installation) -> Installation:
    """Return an installation whose indexer has seen a good truce theme."""
    small.keep(article(text="The truce holds.", themes={"truce"}))
    LiveThemes(App.load())
    return small


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_command_goes_on_despite_a_mistake_and_check_alone_fails(filled: Installation, mistake: str) -> None:
    name, text = MISTAKES[mistake]
    write(filled.config, name, text)
    assert filled.run("check")[0] == 1
    code, out, err = filled.run("search", "theme:truce")
    assert (code, "1 of 1 article" in out) == (0, True), err
    if not name.startswith("sources/"):
        assert "warning: " in err
    if mistake not in FOUND_BY_THE_INDEXER:
        assert Path(name).stem in str(filled.json("status")["troubles"])


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_goes_on_despite_mistakes_in_several_files(filled: Installation, words: tuple[str, ...]) -> None:
    for name, text in MISTAKES.values():
        write(filled.config, name, text)
    code, _, err = filled.run(*words)
    assert code == 0, err


def test_a_theme_that_was_never_good_is_named_and_the_others_answer(filled: Installation) -> None:
    filled.write_theme("grain", "title = ")
    code, out, err = filled.run("search", "theme:truce")
    assert (code, "1 of 1 article" in out) == (0, True)
    assert "grain.toml: until this is corrected, this file is left out" in err
    code, _, err = filled.run("search", "theme:grain")
    assert (code, "grain" in err) == (2, True)


def test_verify_accepts_the_tags_of_a_theme_that_is_left_out_and_a_sweep_keeps_them(small: Installation) -> None:
    tagged = article(text="The truce holds.", themes={"truce"})
    small.keep(tagged)
    small.write_theme("truce", "title = ")
    code, out, _ = small.run("verify")
    assert (code, "truce: left out because a file contains a mistake; its tags stay" in out) == (0, True)
    assert small.json("verify")["left_out"] == ["truce"]
    assert small.run("themes", "sweep")[0] == 0
    assert small.tags(tagged) == [["truce"]]
    write(small.config, TRUCE_FILE, "removed = true")
    assert "no such theme; run `parley themes sweep`" in small.run("verify")[1]


def test_asking_changes_nothing_in_the_data_folder(filled: Installation) -> None:
    filled.write_theme("truce", "title = ")
    before = {path: path.stat().st_mtime_ns for path in filled.data.rglob("*") if "db" not in path.name}
    for words in (("search", "theme:truce"), ("themes",), ("status",)):
        filled.run(*words)
    assert {path: path.stat().st_mtime_ns for path in filled.data.rglob("*") if "db" not in path.name} == before
