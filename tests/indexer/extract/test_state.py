"""The data of scripts may be megabytes long and hostile; it is searched in a time that grows with its length."""

from __future__ import annotations

import json
import time

import pytest

from indexer.extract.state import state_html

WORDS = "many words " * 150_000


@pytest.mark.parametrize(
    ("kind", "script"),
    [
        ("application/json", json.dumps({"text": WORDS})),
        ("application/json", json.dumps({"blocks": [{"text": WORDS}, {"text": WORDS[:900]}]})),
        ("", f"var page = {{id: 7, html: {json.dumps(f'<p>1</p><p>{WORDS}</p>')}}};"),
        ("", 'var page = "' + '\\"' * 800_000),
        ("", 'var page = {id: 7, html: "' + "<p>" * 9 + '\\"a b ' * 300_000 + "\n"),
    ],
    ids=["a text", "a list of blocks", "a string of HTML", "quotes", "a string without an end"],
)
def test_scripts_of_megabytes_without_a_sentence_are_searched_within_two_seconds(kind: str, script: str) -> None:
    start = time.process_time()
    assert state_html([(kind, script)]) is None
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "is_article"),
    [
        ("Two words met at noon. " * 20, True),
        ("! Two words, and only the last sentence ends " * 20 + "here.", True),
        ("No end of a sentence after these words " * 20, False),
        ("An end. Before 1 2 3 4 5 " * 20, True),
        ("1 a. " * 100, False),
        ("... " * 150 + "two words", False),
    ],
)
def test_prose_is_two_words_before_the_end_of_a_sentence(text: str, is_article: bool) -> None:
    assert state_html([("application/json", json.dumps({"text": text}))]) == (text if is_article else None)


def test_a_string_after_one_without_an_end_is_read() -> None:
    html = "<p>One sentence is here.</p>" * 20
    assert state_html([("", f'var a = "not \\"closed\nvar b = {json.dumps(html)};')]) == html
