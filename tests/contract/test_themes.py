"""The shipped themes match their examples on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from config.themes import Example, Theme, load_fragments, load_themes
from indexer.engine import Engine, open_engine
from indexer.themes.compile import compile_theme
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.queries import query_context

THEMES = load_themes(None)
TEXTS = {
    example: serial
    for serial, example in enumerate(
        dict.fromkeys(one for theme in THEMES for one in (*theme.matches, *theme.misses)), 1
    )
}


@pytest.fixture(scope="module")
def shelf(addresses: Callable[[], str]) -> Iterator[Engine]:
    """Return an engine with the examples of all themes."""
    engine = open_engine(addresses(), writable=True)
    fill(engine, *(article(serial=serial, title="", text=example.text) for example, serial in TEXTS.items()))
    yield engine
    engine.close()


@pytest.mark.parametrize("theme", THEMES, ids=[theme.id for theme in THEMES])
def test_a_shipped_theme_matches_its_matches_and_not_its_misses(shelf: Engine, theme: Theme) -> None:
    context = query_context(themes=THEMES, fragments=load_fragments(None))
    matching = set(serials(shelf, compile_theme(theme, context).node))
    assert _texts(matching, theme.matches) == [example.text for example in theme.matches]
    assert _texts(matching, theme.misses) == []


def _texts(matching: set[int], examples: tuple[Example, ...]) -> list[str]:
    return [example.text for example in examples if TEXTS[example] in matching]
