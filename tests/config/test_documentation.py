import re
from pathlib import Path

import pytest

from config.themes import load_fragments, load_themes
from tests.support.overlay import write

PAGE = Path(__file__).parents[2] / "docs/themes.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_shows_two_themes_and_a_fragment() -> None:
    assert [example.splitlines()[0].split()[0] for example in EXAMPLES] == ["title", "title", "description"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_accepted_as_it_stands(tmp_path: Path, example: str) -> None:
    section = "themes" if example.startswith("title") else "fragments"
    folder = write(tmp_path, f"{section}/shown.toml", example)
    loaded = load_themes(folder) if section == "themes" else load_fragments(folder)
    assert "shown" in [one.id for one in loaded]


def test_the_page_names_every_shipped_fragment_and_no_other() -> None:
    named = re.findall(r"^- `([a-z-]+)`:", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == [fragment.id for fragment in load_fragments(None)]
