from __future__ import annotations

import json

import pytest

from config.errors import WrongArgument
from indexer.themes.labelled import Labelled, read_labelled

LONG = "Переговоры в Стамбуле завершились без результата, сообщили обе делегации."


def one(**content: object) -> Labelled:
    (document,) = read_labelled([json.dumps(content).encode()], "file")
    return document


def test_a_line_becomes_a_document_with_its_labels() -> None:
    document = one(title="Truce", text="It holds.", language="en-GB", themes=["truce"], borderline=["arms"], note="x")
    assert (document.line, document.title, document.text, document.language) == (1, "Truce", "It holds.", "en")
    assert [*document.themes, *document.borderline] == ["truce", "arms"]


def test_a_missing_language_is_detected() -> None:
    assert one(text=LONG, themes=[]).language == "ru"
    assert one(text=LONG, themes=[], language=None, borderline=None, title=None).language == "ru"
    assert one(text="?", themes=[]).language is None


def test_blank_lines_are_skipped_and_counted_as_lines() -> None:
    lines = ["\ufeff" + json.dumps({"text": "a", "themes": []}), "", "  \n", json.dumps({"title": "b", "themes": []})]
    assert [document.line for document in read_labelled([line.encode() for line in lines], "file")] == [1, 4]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "line 2: not JSON: Expecting property name enclosed in double quotes at character 2"),
        (b'{"text": "a", "themes": []} {}', "line 2: not JSON: Extra data"),
        (b"[" * 100_000, "line 2: not JSON"),
        (b"1" * 5_000, "line 2: not JSON"),
        (b"\xff\xfe", "line 2: not UTF-8"),
        (b'["truce"]', "line 2: not an object"),
        (b"null", "line 2: not an object"),
        (b'{"themes": []}', "line 2: `text` is missing or empty"),
        (b'{"text": "", "themes": []}', "line 2: `text` is missing or empty"),
        (b'{"text": 5, "themes": []}', "line 2: `text` is not a text"),
        (b'{"text": "a", "title": ["b"], "themes": []}', "line 2: `title` is not a text"),
        (b'{"text": "a", "language": 7, "themes": []}', "line 2: `language` is not a text"),
        (b'{"text": "a"}', "line 2: `themes` is missing; write [] for"),
        (b'{"text": "a", "themes": "truce"}', "line 2: `themes` is not a list of theme ids"),
        (b'{"text": "a", "themes": [1]}', "line 2: `themes` is not a list of theme ids"),
        (b'{"text": "a", "themes": {"truce": 1}}', "line 2: `themes` is not a list of theme ids"),
        (b'{"text": "a", "themes": ["truce"], "borderline": ["truce"]}', 'line 2: "truce" is both in'),
    ],
)
def test_a_broken_line_is_named_by_its_number(line: bytes, says: str) -> None:
    with pytest.raises(WrongArgument) as error:
        list(read_labelled([b'{"text": "a", "themes": []}', line], "gold.jsonl"))
    assert str(error.value).startswith(f"gold.jsonl: {says}")


def test_half_a_character_is_replaced_so_that_the_document_can_be_printed() -> None:
    assert one(text="a \ud800 b", themes=[]).text == "a \ufffd b"
