from pathlib import Path

import pytest

from config.errors import ConfigError
from config.themes import Example, Theme, load_fragments, load_themes
from tests.support.overlay import THEME, messages, write

FRAGMENT = '[query]\nen = "field OR farm"\npl = "pole"\n'


def one(folder: Path, name: str = "harvest") -> Theme:
    return next(theme for theme in load_themes(folder) if theme.id == name)


def refusal(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_themes(folder)
    return messages(caught.value.problems, folder)


def test_a_file_becomes_a_theme_with_its_examples(tmp_path: Path) -> None:
    examples = '[matches]\nen = ["A good harvest.", "No harvest."]\npl = ["Dobre żniwa."]\n[misses]\nen = ["Winter."]\n'
    theme = one(write(tmp_path, "themes/harvest.toml", THEME + examples))
    assert (theme.title, theme.description, theme.colour) == ("Harvest", "Talk of the harvest", "#00aa00")
    assert (theme.query, theme.context) == ({"en": "harvest"}, {})
    assert theme.matches == (
        Example("en", "A good harvest."),
        Example("en", "No harvest."),
        Example("pl", "Dobre żniwa."),
    )
    assert theme.misses == (Example("en", "Winter."),)


def test_a_context_may_be_a_query_per_language(tmp_path: Path) -> None:
    folder = write(tmp_path, "themes/harvest.toml", THEME + '[context]\nen = "field OR @farming"\n')
    assert one(folder).context == {"en": "field OR @farming"}


def test_a_fragment_used_as_context_applies_to_all_its_languages(tmp_path: Path) -> None:
    write(tmp_path, "fragments/farming.toml", FRAGMENT)
    write(tmp_path, "themes/harvest.toml", 'context = "@farming"\n' + THEME)
    assert one(tmp_path).context == {"en": "@farming", "pl": "@farming"}
    assert {"en": "field OR farm", "pl": "pole"} in [fragment.query for fragment in load_fragments(tmp_path)]


def test_an_unknown_fragment_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "fragments/farming.toml", FRAGMENT)
    (problem,) = refusal(write(tmp_path, "themes/harvest.toml", 'context = "@farmin"\n' + THEME))
    assert problem.startswith('themes/harvest.toml: context: unknown fragment "@farmin", did you mean "farming"? (')


def test_a_mistake_in_a_fragment_is_not_reported_for_the_theme(tmp_path: Path) -> None:
    write(tmp_path, "fragments/farming.toml", "[query]\nen = 3\n")
    write(tmp_path, "themes/harvest.toml", 'context = "@farming"\n' + THEME)
    assert refusal(tmp_path) == ["fragments/farming.toml: query: en: must be text in quotes, not 3"]


def test_all_mistakes_in_a_theme_are_reported_at_once(tmp_path: Path) -> None:
    text = """
titel = "Harvest"
description = " "
colour = "green"
context = "harvest"
[query]
ua = "жнива"
[matches]
en = "A good harvest."
[misses]
en = ["Winter.", 3]
"""
    assert refusal(write(tmp_path, "themes/harvest.toml", text)) == [
        'themes/harvest.toml: "title" is missing',
        "themes/harvest.toml: description: must not be empty",
        'themes/harvest.toml: colour: "green" is not a colour such as "#1f77b4"',
        'themes/harvest.toml: query: ua: "ua" is not a language code, did you mean "uk"? (ISO 639-1: en, ru, uk, de, fr, pl, …)',
        'themes/harvest.toml: context: "harvest" is not a fragment; write context = "@conflict", or a query per language',
        "themes/harvest.toml: matches: en: must be a list, not 'A good harvest.'",
        "themes/harvest.toml: misses: en 2: must be text in quotes, not 3",
        'themes/harvest.toml: unknown key "titel", did you mean "title"? '
        "(allowed: title, description, colour, query, context, matches, misses)",
    ]


def test_a_removed_theme_disappears_and_an_empty_file_is_an_error(tmp_path: Path) -> None:
    first = load_themes(None)[0].id
    write(tmp_path, f"themes/{first}.toml", "removed = true\n")
    assert first not in [theme.id for theme in load_themes(tmp_path)]
    write(tmp_path, f"themes/{first}.toml", "")
    assert f'themes/{first}.toml: "title" is missing' in refusal(tmp_path)
