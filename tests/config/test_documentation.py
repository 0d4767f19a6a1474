import re
from pathlib import Path

import pytest

from config.themes import load_fragments, load_themes
from indexer.themes.compile import compile_themes
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.overlay import write
from tests.support.queries import query_context

PAGE = Path(__file__).parents[2] / "docs/themes.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_shows_two_themes_and_a_fragment() -> None:
    assert [example.splitlines()[0].split()[0] for example in EXAMPLES] == ["title", "title", "description"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_on_the_page_is_valid(tmp_path: Path, example: str) -> None:
    section = "themes" if example.startswith("title") else "fragments"
    folder = write(tmp_path, f"{section}/shown.toml", example)
    loaded = load_themes(folder) if section == "themes" else load_fragments(folder)
    assert "shown" in [one.id for one in loaded]


def test_the_example_texts_match_the_example_theme_as_stated(tmp_path: Path) -> None:
    folder = write(tmp_path, "themes/shown.toml", EXAMPLES[0])
    themes = load_themes(folder)
    [shown] = [theme for theme in themes if theme.id == "shown"]
    context = query_context(themes=themes, fragments=load_fragments(folder))
    [node] = [compiled.node for compiled in compile_themes(themes, context) if compiled.id == "shown"]
    assert shown.matches
    assert shown.misses
    for expected, examples in ((True, shown.matches), (False, shown.misses)):
        for example in examples:
            assert matches(node, article(title=None, text=example.text)) == expected, example.text


def test_the_page_lists_exactly_the_shipped_fragments() -> None:
    names = re.findall(r"^- `([a-z-]+)`:", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(names) == [fragment.id for fragment in load_fragments(None)]
