from pathlib import Path

from config.check import check
from config.settings import Settings
from tests.support.overlay import KINDS, messages, write


def test_everything_shipped_is_in_order() -> None:
    assert check(Settings(config=None), KINDS) == []


def test_the_mistakes_of_all_sections_are_told_together_and_each_once(tmp_path: Path) -> None:
    write(tmp_path, "sources/a.toml", "a = \n")
    write(tmp_path, "themes/b.toml", "b = \n")
    write(tmp_path, "fragments/c.toml", "c = \n")
    (tmp_path / "fragment").mkdir()
    assert messages(check(Settings(config=tmp_path), KINDS), tmp_path) == [
        'fragment: nothing reads this folder; did you mean "fragments"?',
        "sources/a.toml: not TOML: Invalid value (at line 1, column 5)",
        "fragments/c.toml: not TOML: Invalid value (at line 1, column 5)",
        "themes/b.toml: not TOML: Invalid value (at line 1, column 5)",
    ]
