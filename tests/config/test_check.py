from pathlib import Path

from config.check import check
from config.settings import Settings
from config.sources import load_sources
from config.themes import load_themes
from crawler import kinds
from tests.support.overlay import KINDS, messages, write


def test_everything_shipped_is_in_order_for_the_kinds_there_are() -> None:
    assert check(Settings(config=None), kinds.checks(None)) == []


def test_the_mistakes_of_all_sections_are_told_together_and_each_once(tmp_path: Path) -> None:
    write(tmp_path, "sources/a.toml", "a = \n")
    write(tmp_path, "themes/b.toml", "b = \n")
    write(tmp_path, "fragments/c.toml", "c = \n")
    (tmp_path / "fragment").mkdir()
    assert messages(check(Settings(config=tmp_path), KINDS), tmp_path) == [
        'fragment: Parley does not read this folder, did you mean "fragments"?',
        "sources/a.toml: not TOML: Invalid value (at line 1, column 5)",
        "fragments/c.toml: not TOML: Invalid value (at line 1, column 5)",
        "themes/b.toml: not TOML: Invalid value (at line 1, column 5)",
    ]


def test_every_shipped_theme_has_examples_on_both_sides_and_in_every_language_it_speaks() -> None:
    themes = load_themes(None)
    assert len(themes) == 14
    for theme in themes:
        assert (
            set(theme.query) == {example.language for example in theme.matches} == {"en", "ru", "uk", "de", "fr", "pl"}
        )
        assert min(len(theme.matches), len(theme.misses)) >= 6, theme.id
    texts = [example.text for theme in themes for example in (*theme.matches, *theme.misses)]
    assert len(set(texts)) == len(texts)


def test_shipped_feeds_that_are_off_say_why_and_every_source_says_who_vouches_for_it() -> None:
    sources = load_sources(None, KINDS)
    assert len(sources) >= 60
    for source in sources:
        vouched = [feed.verified is not None or not feed.enabled for feed in source.feeds]
        assert all(vouched) or source.note, source.id
