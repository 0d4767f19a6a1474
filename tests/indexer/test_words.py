"""The tokenizer: what a word is, how words are folded, and what holds for any text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.words import MAX_LENGTH, SEPARATOR, joined, spans, tokens

TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("абгийїёєЁЇе\u0301\u0306\u0308'’ʼ`´._,:;-_ \u00ad\u200d\u200b\ufe0f👍🏽❤🇺🇦aäßŁœ123日ไ"),
    )
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop", ["don't", "stop"]),
        ("l’homme, l'homme", ["l'homme", "l'homme"]),
        ("п'ять п’ять пʼять п`ять п´ять", ["п'ять"] * 5),
        ("'quoted' ‘so’ `code`", ["quoted", "so", "code"]),
        ("the U.S. and example.com", ["the", "u.s", "and", "example.com"]),
        ("3.14 and 1,000 and 1,5", ["3.14", "and", "1,000", "and", "1,5"]),
        ("snake_case __bold__ _", ["snake_case", "bold"]),
        ("cease-fire F-16 24/7 12:30", ["cease", "fire", "f", "16", "24", "7", "12", "30"]),
        ("Киев:мир user@example.com", ["киев", "мир", "user", "example.com"]),
        ("Это мир.Россия против. т.е.", ["это", "мир", "россия", "против", "т.е"]),
    ],
)
def test_words_follow_unicode_rules(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Łódź Größe œuvre Ångström", ["lodz", "grosse", "oeuvre", "angstrom"]),
        ("Ёлка подъём", ["елка", "подъем"]),
        ("за\u0301мок замо\u0301к", ["замок", "замок"]),
        ("йод и\u0306од їжак і\u0308жак ї\u0301жак", ["йод", "йод", "їжак", "їжак", "їжак"]),
        ("İstanbul ﬁn", ["istanbul", "fin"]),
        ("пере\u00adговоры ки\u200dй \ufeffмир", ["переговоры", "кий", "мир"]),
    ],
)
def test_spellings_of_one_word_become_one_token(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_every_emoji_is_a_word_without_variation_selectors() -> None:
    assert tokens("мир✌️план ❤️ ❤ 👍🏽 🇺🇦🇷🇺 ©") == ["мир", "✌", "план", "❤", "❤", "👍", "🇺🇦", "🇷🇺"]


def test_a_word_that_is_too_long_is_split_into_adjacent_words() -> None:
    assert tokens("x" * 250) == ["x" * 100, "x" * 100, "x" * 50]


def test_title_and_text_are_separated_by_a_token_that_no_text_contains() -> None:
    assert joined("Peace plan", "Talks go on") == f"peace plan {SEPARATOR} talks go on"
    assert joined(None, "Talks") == f"{SEPARATOR} talks"
    assert tokens(f"a {SEPARATOR} b") == ["a", "b"]


SIMPLE_TEXTS = st.text(alphabet="abXYàßабЁёЙйЇєҐ'’ʼ._-, 1\u0301ꭰς")


@given(SIMPLE_TEXTS)
@example("Don’t’s п’ять ЁЛКА Ґанок")
@example("п`ять Ёлка")
@example("Ёлка" * 40 + " Мир")
@example("Мир " + "Ёлка’" * 40 + "Ёлка")
def test_a_word_is_folded_in_the_same_way_whatever_stands_beside_it(text: str) -> None:
    assert tokens(text) == [word for word, _, _ in spans(text)]
    assert tokens(f"{text} é") == [*tokens(text), "e"]


@given(TEXTS)
def test_a_word_never_contains_a_space_and_is_never_too_long(text: str) -> None:
    for word in tokens(text):
        assert word and word.split() == [word]
        assert len(word) <= MAX_LENGTH
        assert word != SEPARATOR


@given(TEXTS)
@example("x" * 99 + "'" + "x" * 99)
@example("a" * 98 + "ﬃﬃ" + "a" * 120)
def test_tokenizing_a_token_returns_it_unchanged(text: str) -> None:
    for word in tokens(text):
        assert tokens(word) == [word]


@given(TEXTS)
def test_spans_are_the_words_with_their_positions(text: str) -> None:
    result = list(spans(text))
    assert [word for word, _, _ in result] == tokens(text)
    for word, start, end in result:
        assert word in tokens(text[start:end])
    assert all(a[2] <= b[1] or a[1:] == b[1:] for a, b in pairwise(result))


@given(TEXTS)
def test_composed_and_decomposed_texts_have_the_same_words(text: str) -> None:
    assert tokens(unicodedata.normalize("NFC", text)) == tokens(unicodedata.normalize("NFD", text))


@given(st.text(), st.text())
def test_joined_splits_back_into_its_tokens(title: str, text: str) -> None:
    assert joined(title, text).split(" ") == [*tokens(title), SEPARATOR, *tokens(text)]


def test_a_word_has_at_most_thirty_marks_in_a_row() -> None:
    marks = "\u0301\u0323"
    assert tokens(f"ա{marks * 500_000} talks") == tokens(f"ա{marks * 15} talks")
