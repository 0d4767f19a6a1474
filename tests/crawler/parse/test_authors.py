from __future__ import annotations

import pytest

from crawler.parse.authors import clean_authors


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Lee", "Ann Lee"),
        ("By Ann Lee", "Ann Lee"),
        ("Автор: Анна Ли", "Анна Ли"),
        ("desk@news.example (Ann Lee)", "Ann Lee"),
        ("<a href='/ann'>Ann</a> Lee,", "Ann Lee"),
        ("Ann&nbsp;Lee", "Ann Lee"),
        ("Bykov", "Bykov"),
        ("desk@news.example", None),
        ("https://news.example/ann", None),
        ("A", None),
        ("x" * 81, None),
        (None, None),
        (7, None),
    ],
)
def test_a_name_is_cleaned_or_dropped(name: object, expected: str | None) -> None:
    assert clean_authors([name]) == ((expected,) if expected else ())


def test_each_name_stands_once_and_ten_at_most() -> None:
    assert clean_authors(["Ann Lee", "by Ann Lee", *(f"Name {letter}" for letter in "abcdefghijkl")])[:2] == (
        "Ann Lee",
        "Name a",
    )
    assert len(clean_authors([f"Name {letter}" for letter in "abcdefghijkl"])) == 10
