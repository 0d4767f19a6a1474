"""Whatever stands in the place of a configuration file, commands go on with its last good form, and `check` alone fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.live import LiveSources, LiveThemes
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import SOURCE, THEME, write

FILES = {
    "settings.toml": 'shipped_sources = []\ncontact = "me@parley.example"\nworkers = 1\n',
    "sources/example.toml": SOURCE,
    "fragments/grain.toml": '[query]\nen = "grain OR wheat"\n',
    "themes/harvest.toml": THEME.replace('"harvest"', '"harvest AND @grain"'),
    "alerts/desk.toml": 'title = "Desk"\ntheme = "truce"\non = "spike"\nto = ["desk"]\n',
    "digests/week.toml": 'title = "Week"\nevery = "week"\nat = "08:00"\nto = ["desk"]\n',
    "channels/desk.toml": 'title = "Desk"\naddress = "json://127.0.0.1:9/"\n',
}
COMMANDS = [
    ("search", "theme:truce"),
    ("trends", "truce", "--since", "2026-11-01", "--until", "2026-11-03"),
    ("themes",),
    ("sources",),
    ("alerts",),
    ("index", "--once"),
]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def circular_link(path: Path) -> None:
    path.symlink_to(path)


def link_to_a_folder(path: Path) -> None:
    path.symlink_to(path.parent)


def content(*, settings: bytes, other: bytes) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.write_bytes(settings if path.name == "settings.toml" else other)

    return put


ODD: Mapping[str, Callable[[Path], None]] = {
    "TOML syntax": content(settings=b'workers = 1\ncontact = "', other=b'title = "T"\nname = '),
    "an unknown key": content(settings=b"wrokers = 1\n", other=b'tilte = "x"\n'),
    "a wrong type": content(settings=b"workers = [1, {}]\nshipped_sources = 3\n", other=b"title = [1, {}]\nname = 7\n"),
    "out of range": content(settings=b"workers = 0\ndelay = -1\n", other=b"every = 1e400\nmore_than = -1\n"),
    "a number of 5,000 digits": content(settings=b"workers = " + b"9" * 5_000, other=b"every = " + b"9" * 5_000),
    "NUL in a text": content(settings=b'web_password_file = "a\\u0000b"', other=b'title = "\\u0000"\nname = "\\u0000"'),
    "not UTF-8": content(settings=b'contact = "\xff"\n', other=b'title = "\xff\xfe"\n'),
    "UTF-16": content(settings="workers = 1".encode("utf-16"), other="title = 'T'".encode("utf-16")),
    "nested deeply": content(settings=b"workers = " + b"[" * 50_000, other=b"title = " + b"[" * 50_000),
    "names of options of a library": content(settings=b"_env_file = 'x'\nself = 1", other=b"self = 1\n_a = 2"),
    "a folder": Path.mkdir,
    "a dangling link": dangling_link,
    "a circular link": circular_link,
    "a link to a folder": link_to_a_folder,
    "a pipe": pipe,
}


@pytest.fixture
def installed(small: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Return an installation with every kind of configuration file, none of them seen by a process that collects."""
    monkeypatch.delenv("PARLEY_WORKERS")
    small.keep(article(text="The truce holds.", themes={"truce"}))
    for name, text in FILES.items():
        write(small.config, name, text)
    return small


def put_everywhere(folder: Path, odd: str) -> None:
    for name in FILES:
        (folder / name).unlink()
        ODD[odd](folder / name)


def missing_names(text: str, *, settings: bool = True) -> list[str]:
    """Return the files that a text does not name."""
    return [name for name in FILES if name not in text and (settings or name != "settings.toml")]


@pytest.mark.parametrize("odd", ODD)
def test_commands_go_on_with_the_last_good_forms(installed: Installation, odd: str) -> None:
    app = App.load()
    LiveSources(app), LiveThemes(app), LiveRules(app, is_writable=True)
    put_everywhere(installed.config, odd)
    assert missing_names(installed.run("status")[1]) == []  # before an indexer has run
    for command in COMMANDS:
        code, _, err = installed.run(*command)
        assert code == 0, (command, err)
        assert "settings.toml: until this is corrected, the last good form of this file is used" in err
    assert App.load().settings.contact == "me@parley.example"
    assert [source.id for source in App.load().sources] == ["example"]
    assert [theme.id for theme in App.load().themes] == ["harvest", "truce"]
    assert missing_names(installed.run("status")[1]) == []
    code, _, err = installed.run("check")
    assert (code, missing_names(err)) == (1, [])


@pytest.mark.parametrize("odd", ODD)
def test_files_never_seen_good_are_left_out_by_name(installed: Installation, odd: str) -> None:
    put_everywhere(installed.config, odd)
    (installed.config / "settings.toml").rmdir() if odd == "a folder" else (installed.config / "settings.toml").unlink()
    write(installed.config, "settings.toml", FILES["settings.toml"])
    for command in (*COMMANDS, ("status",)):
        code, _, err = installed.run(*command)
        assert code == 0, (command, err)
    assert [theme.id for theme in App.load().themes] == ["truce"]
    assert missing_names(installed.run("status")[1], settings=False) == []


@pytest.mark.parametrize("odd", ODD)
def test_settings_never_seen_good_are_refused_by_name(installed: Installation, odd: str) -> None:
    (installed.config / "settings.toml").unlink()
    ODD[odd](installed.config / "settings.toml")
    for command in (*COMMANDS, ("status",), ("check",)):
        code, out, err = installed.run(*command)
        assert (code, "settings.toml" in err) == (1, True), (command, out, err)
