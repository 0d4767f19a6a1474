from __future__ import annotations

import pytest

from config.languages import language_code, mistaken


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("uk-UA", "uk"),
        ("en_US", "en"),
        ("en-GB", "en"),
        ("RU", "ru"),
        (" de ", "de"),
        ("ua", "uk"),
        ("by", "be"),
        ("eng", "en"),
        ("ukr-Cyrl", "uk"),
        ("ger", "de"),
        ("German", "de"),
        ("nb-NO", "no"),
        ("zh-Hans-CN", "zh"),
        ("klingon", None),
        ("x-default", None),
        ("enx", None),
        ("en1", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_tags_of_the_web_become_two_letters(tag: object, code: str | None) -> None:
    assert language_code(tag) == code


def test_the_code_of_a_language_is_never_a_mistake_for_another() -> None:
    assert [mistaken(code) for code in ("uk", "be", "cs", "sl", "et", "nb")] == [None] * 6
    assert [mistaken(name) for name in ("UA", "eng", "Ukrainian", "klingon")] == ["uk", "en", "uk", None]
