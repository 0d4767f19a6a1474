from pathlib import Path

from config.check import check
from config.settings import Settings
from config.sources import load_sources
from config.themes import load_themes
from crawler import kinds
from tests.support.overlay import KINDS, messages, write


def test_the_shipped_configuration_has_no_mistakes() -> None:
    assert check(Settings(config=None), kinds.checks(None)) == []


def test_mistakes_in_all_sections_are_reported_together_and_once_each(tmp_path: Path) -> None:
    write(tmp_path, "sources/a.toml", "a = \n")
    write(tmp_path, "themes/b.toml", "b = \n")
    write(tmp_path, "fragments/c.toml", "c = \n")
    assert messages(check(Settings(config=tmp_path), KINDS), tmp_path) == [
        "sources/a.toml: not TOML: Invalid value (at line 1, column 5)",
        "fragments/c.toml: not TOML: Invalid value (at line 1, column 5)",
        "themes/b.toml: not TOML: Invalid value (at line 1, column 5)",
    ]


def test_every_shipped_theme_has_matching_and_non_matching_examples_in_each_of_its_languages() -> None:
    themes = load_themes(None)
    assert len(themes) == 14
    for theme in themes:
        assert (
            set(theme.query) == {example.language for example in theme.matches} == {"en", "ru", "uk", "de", "fr", "pl"}
        )
        assert min(len(theme.matches), len(theme.misses)) >= 6, theme.id
    texts = [example.text for theme in themes for example in (*theme.matches, *theme.misses)]
    assert len(set(texts)) == len(texts)


def test_every_shipped_feed_is_verified_or_disabled_or_its_source_has_a_note() -> None:
    sources = load_sources(None, KINDS)
    assert len(sources) >= 60
    for source in sources:
        vouched = [feed.verified is not None or not feed.enabled for feed in source.feeds]
        assert all(vouched) or source.note, source.id
