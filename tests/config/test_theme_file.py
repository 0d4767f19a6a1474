from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.own_files import write_own
from config.theme_file import theme_toml
from config.themes import Example, Fragment, Theme, load_fragments, load_themes, theme_from

FRAGMENTS = load_fragments(None)
_TEXTS = st.text(st.sampled_from("ab \"'\\\n\t\x00\x7f\r#=[]é🕊"), min_size=1).filter(
    lambda text: text.strip() == text and "\r" not in text
)


def read_back(theme: Theme) -> Theme:
    return theme_from(tomllib.loads(theme_toml(theme, FRAGMENTS)), theme.id, "x.toml", FRAGMENTS)


@pytest.mark.parametrize("theme", load_themes(None), ids=lambda theme: theme.id)
def test_a_saved_theme_loads_unchanged(theme: Theme) -> None:
    assert read_back(theme) == theme


@given(st.lists(_TEXTS, min_size=3, max_size=3))
def test_any_text_survives_saving(texts: list[str]) -> None:
    theme = Theme(
        id="x",
        title=texts[0],
        description=texts[1],
        colour="#00aa00",
        query={"en": texts[2], "uk": texts[0]},
        context={"de": texts[1]},
        matches=(Example("en", texts[0]), Example("en", texts[1])),
        misses=(Example("uk", texts[2]),),
    )
    assert read_back(theme) == theme


def test_a_context_equal_to_a_fragment_is_saved_as_the_name_of_the_fragment() -> None:
    (conflict,) = (fragment for fragment in FRAGMENTS if fragment.id == "conflict")
    whole = Theme(
        id="x",
        title="x",
        description="x",
        colour="#00aa00",
        query={"en": "truce"},
        context=dict.fromkeys(conflict.query, "@conflict"),
        matches=(),
        misses=(),
    )
    assert 'context = "@conflict"' in theme_toml(whole, FRAGMENTS)
    assert "[context]" in theme_toml(whole, [Fragment(id="conflict", query={"en": "Ukraine"})])


def test_a_file_is_replaced_atomically_without_leftovers(tmp_path: Path) -> None:
    for text in ("first", "second"):
        path = write_own("themes", tmp_path / "config", "truce", text)
    assert path.read_text() == "second"
    assert [entry.name for entry in path.parent.iterdir()] == ["truce.toml"]


def test_a_theme_cannot_be_saved_without_an_overlay_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="set PARLEY_CONFIG"):
        write_own("themes", None, "truce", "")
    (tmp_path / "themes").write_text("a file")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_own("themes", tmp_path, "truce", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"title": "x"}, '"description" is missing'),
        ({"context": "@nowhere"}, 'unknown fragment "@nowhere"'),
        ({"query": {}}, "query: must not be empty"),
        ({"query": {"ua": "x"}}, 'did you mean "uk"'),
    ],
)
def test_an_invalid_theme_is_refused(content: dict[str, object], says: str) -> None:
    right = {"title": "x", "description": "x", "colour": "#00aa00", "query": {"en": "truce"}}
    with pytest.raises(ConfigError, match=says):
        theme_from(content if "title" in content else right | content, "x", "x.toml", FRAGMENTS)
    with pytest.raises(ConfigError, match="is not a valid name"):
        theme_from(right, "Not a name", "x.toml", FRAGMENTS)


EXISTING = """# Watched since spring.
colour = "#00aa00"  # green
title = "Truce"
description = "Talk of a truce"

[query]
# Ask in Russian first.
ru = "перемирие"
en = '''
truce OR ceasefire
'''
de = "Waffenruhe"

[matches]
en = [
    "The truce holds.",  # from a wire
]
"""


def changed(**fields: object) -> Theme:
    return replace(theme_from(tomllib.loads(EXISTING), "truce", "x.toml", FRAGMENTS), **fields)  # type: ignore[arg-type]


def test_what_is_not_changed_stays_as_people_wrote_it() -> None:
    assert theme_toml(changed(), FRAGMENTS, existing=EXISTING) == EXISTING


def test_comments_and_the_order_of_keys_survive_a_change() -> None:
    theme = changed(title="A truce", query={"en": "truce", "ru": "перемирие", "uk": "перемир'я"})
    written = theme_toml(theme, FRAGMENTS, existing=EXISTING)
    assert theme_from(tomllib.loads(written), "truce", "x.toml", FRAGMENTS) == theme
    for kept in ("# Watched since spring.", '"#00aa00"  # green', "# Ask in Russian first.", "# from a wire"):
        assert kept in written
    assert "de =" not in written
    assert written.index("colour") < written.index("title") < written.index("[query]") < written.index("ru =")


@pytest.mark.parametrize(
    "existing",
    [
        "",
        "removed = true\n",
        EXISTING,
        EXISTING.replace("\n", "\r\n"),
        'title = "x"\nquery.en = "x"  # dotted\ndescription = "x"\ncolour = "#00aa00"\n',
        'title = "x"\ndescription = "x"\ncolour = "#00aa00"\nquery = { en = "x" }\ncontext = "@conflict"\n',
        'title = "x"\ndescription = "x"\ncolour = "#00aa00"\n[query]\nen = "x"\n[context]\nen = "@conflict"\n',
        'title = "x"\ndescription = "x"\ncolour = "#00aa00"\nmisses = {}\n[query]\nen = "x"\n[matches]\nde = []\n',
    ],
)
def test_any_file_reads_as_the_theme_after_saving(existing: str) -> None:
    (conflict,) = (fragment for fragment in FRAGMENTS if fragment.id == "conflict")
    contexts: list[dict[str, str]] = [{}, {"en": "war"}, dict.fromkeys(conflict.query, "@conflict")]
    for context, query in product(contexts, ({"en": "a\nb"}, {"uk": 'say "x"', "en": "it's"})):
        theme = changed(context=context, query=query, misses=(Example("uk", "no\nyes"), Example("en", "x")))
        written = theme_toml(theme, FRAGMENTS, existing=existing)
        assert theme_from(tomllib.loads(written), "truce", "x.toml", FRAGMENTS) == theme
        assert theme_toml(theme, FRAGMENTS, existing=written) == written
