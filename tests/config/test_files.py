from pathlib import Path

import pytest

from config.errors import ConfigError
from config.files import SECTIONS, SHIPPED, find, misnamed, read
from tests.support.overlay import SOURCE, messages, write


def test_files_are_sorted_by_name_and_overlay_files_replace_shipped_ones(tmp_path: Path) -> None:
    shipped = find("sources", None)
    assert shipped == sorted(shipped)
    first = shipped[0].name
    write(tmp_path, f"sources/{first}.toml", SOURCE)
    write(tmp_path, "sources/zzz.toml", SOURCE)
    overlaid = find("sources", tmp_path)
    assert [file.name for file in overlaid] == [*(file.name for file in shipped), "zzz"]
    assert overlaid[0].path == tmp_path / f"sources/{first}.toml"


def test_messages_show_shipped_files_relative_to_config_and_others_by_full_path(tmp_path: Path) -> None:
    first = find("themes", None)[0]
    assert first.label == f"config/themes/{first.name}.toml"
    write(tmp_path, f"themes/{first.name}.toml", "")
    assert find("themes", tmp_path)[0].label == f"{tmp_path}/themes/{first.name}.toml"


def test_a_missing_overlay_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere: PARLEY_CONFIG is set to this folder, but it does not exist"):
        find("sources", tmp_path / "nowhere")


def test_a_file_with_only_removed_is_skipped_and_an_empty_file_is_not(tmp_path: Path) -> None:
    write(tmp_path, "sources/gone.toml", "removed = true\n")
    write(tmp_path, "sources/empty.toml", "")
    contents = {file.name: read(file) for file in find("sources", tmp_path) if file.name in ("gone", "empty")}
    assert contents == {"gone": None, "empty": {}}


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, "sources/marked.toml", "\ufeffname = 'x'")
    assert [read(file) for file in find("sources", tmp_path) if file.name == "marked"] == [{"name": "x"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = 1\nb = \n", "sources/x.toml: not TOML: Invalid value (at line 2, column 5)"),
        (b"a = 1\nb = '\xcf'\n", "sources/x.toml: line 2: not UTF-8; save the file in UTF-8"),
        (b"a = " + b"[" * 50_000, "sources/x.toml: not TOML: nested too deeply"),
    ],
)
def test_an_unreadable_file_is_reported_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, "sources/x.toml", "")
    (tmp_path / "sources/x.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        [read(file) for file in find("sources", tmp_path) if file.name == "x"]
    assert messages(caught.value.problems, tmp_path) == [message]


def test_a_misspelt_folder_name_is_reported_and_unrelated_folders_are_not(tmp_path: Path) -> None:
    for name in ("theme", "Sources", "themes", ".git", "certificates"):
        (tmp_path / name).mkdir()
    assert messages(misnamed(tmp_path), tmp_path) == [
        'Sources: Parley does not read this folder, did you mean "sources"?',
        'theme: Parley does not read this folder, did you mean "themes"?',
    ]
    assert misnamed(None) == []


def test_a_misspelt_settings_file_is_reported(tmp_path: Path) -> None:
    for name in ("setting.toml", "settings.tml", "settings.toml", "notes.toml", "README.md"):
        write(tmp_path, name, "")
    assert messages(misnamed(tmp_path), tmp_path) == [
        'setting.toml: Parley does not read this file, did you mean "settings.toml"?',
        'settings.tml: Parley does not read this file, did you mean "settings.toml"?',
    ]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_file_of_a_section_with_another_ending_is_reported_with_its_right_name(tmp_path: Path, section: str) -> None:
    for name in ("a.toml.txt", "B.TOML", "c.tml", "d.toml", "E.Toml.TXT", "notes.txt", "README", "f.html"):
        write(tmp_path, f"{section}/{name}", "")
    assert messages(misnamed(tmp_path), tmp_path) == [
        f'{section}/{name}: Parley does not read this file, did you mean "{right}.toml"?'
        for name, right in (("B.TOML", "b"), ("E.Toml.TXT", "e"), ("a.toml.txt", "a"), ("c.tml", "c"))
    ]


@pytest.mark.parametrize(
    "copy", ["{}~", ".{}.swp", ".{}", "#{}#", ".#{}", "{}.bak", "{}.orig", "{}.old", "{}.save", "{}.1", "{}.dpkg-old"]
)
def test_copies_that_editors_and_people_keep_are_not_reported(tmp_path: Path, copy: str) -> None:
    for name in ("settings.toml", "sources/a.toml", "themes/A.TOML"):
        folder, _, file = name.rpartition("/")
        write(tmp_path, f"{folder or '.'}/{copy.format(file)}", "")
    (tmp_path / copy.format("sources")).mkdir()
    assert misnamed(tmp_path) == []


def test_every_section_but_those_about_alerts_has_shipped_files() -> None:
    shipped = {section for section in SECTIONS if any((SHIPPED / section).glob("*.toml"))}
    assert shipped == set(SECTIONS) - {"alerts", "channels", "digests"}
