from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.markup import TITLE_CHARS, clean_title, paragraphs, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("tru<b>ce</b>", "truce"),
        ("One &amp;amp; two", "One & two"),
        ("&lt;i&gt;One&lt;/i&gt;", "One"),
        ("I <3 peace, 5 < 6 > 4", "I <3 peace, 5 < 6 > 4"),
        ("<<b>script>One</script>", ""),
        ("One<script>two</script> three", "One three"),
        ("One<!-- two > -->", "One"),
        ("One<img src=x onerror=two", "One"),
        ("One\x00\u202etwo\u200b", "One two"),
        (" One\n\ttwo\u00a0three ", "One two three"),
        ("Q&A at 5&6", "Q&A at 5&6"),
        ("Heli\u00adcopters\u200b land", "Helicopters land"),
        ("Talks <script>alert(1)</script>resume", "Talks resume"),
        ("Talks&nbsp;resume\n in   Geneva", "Talks resume in Geneva"),
    ],
)
def test_markup_is_reduced_to_its_words(text: str, words: str) -> None:
    assert plain(text) == words


@given(
    st.lists(
        st.sampled_from(["<", "<b>", "</b>", "&lt;", "&gt;", "&amp;", "b", ">", "<!--", "script", " x=y"]), max_size=25
    )
)
def test_markup_never_survives(pieces: list[str]) -> None:
    assert not re.search(r"</?[a-z][^<>]*>", plain("".join(pieces)))


def test_a_long_title_is_truncated_and_an_empty_one_is_none() -> None:
    assert len(clean_title("word " * 5_000) or "") in (TITLE_CHARS, TITLE_CHARS - 1)
    assert clean_title("<br> ") is None
    assert clean_title(None) is None
    assert clean_title(3) is None


def test_plain_text_becomes_escaped_paragraphs() -> None:
    assert paragraphs("A < B\n\n\nC & D") == "<p>A &lt; B</p>\n<p>C &amp; D</p>"
