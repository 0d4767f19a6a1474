from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.support.builders import article
from tests.support.installation import Installation

LABELLED = (
    {"text": "The ceasefire holds.", "language": "en", "themes": ["truce"]},
    {"text": "Guns fall silent.", "language": "en", "themes": ["truce"]},
    {"text": "Без перемирия.", "language": "ru", "themes": [], "borderline": ["weather"]},
)


def written(folder: Path, *documents: object) -> str:
    file = folder / "labelled.jsonl"
    file.write_text("".join(f"{json.dumps(document)}\n" for document in documents), "utf-8")
    return str(file)


def test_an_evaluation_gives_figures_per_theme_and_language(small: Installation, tmp_path: Path) -> None:
    document = small.json("themes", "evaluate", written(tmp_path, *LABELLED))
    half = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "right": 1, "wrong": 1, "missed": 1}
    assert document["micro"] == half
    assert document["macro"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert (document["documents"], document["unknown"]) == (3, {"weather": 1})
    (truce,) = document["themes"]
    assert truce["id"] == "truce"
    assert {name: truce[name] for name in half} == half
    assert [(one["language"], one["precision"], one["recall"]) for one in document["languages"]] == [
        ("en", 1.0, 0.5),
        ("ru", 0.0, None),
    ]
    assert [(one["line"], one["reason"], one["words"]) for one in (*truce["misses"], *truce["wrong_hits"])] == [
        (2, "nothing", []),
        (3, "query", ["перемирия"]),
    ]


def test_the_output_of_an_evaluation_lists_every_mistake(small: Installation, tmp_path: Path) -> None:
    code, out, _ = small.run("themes", "evaluate", written(tmp_path, *LABELLED))
    assert code == 0
    assert "  missed line 2 (en) Guns fall silent.\n    no word of the query occurs\n" in out
    assert "  wrong line 3 (ru) Без перемирия.\n    because of: перемирия\n" in out
    assert "Left out, because there is no such theme: weather (1)" in out


def test_labelled_documents_can_come_from_standard_input(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps(LABELLED[0]).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert small.json("themes", "evaluate", "-")["micro"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no documents; write one JSON object a line"),
        (b'{"text": "a", "themes": []}\n{"text"', "line 2: not JSON"),
        (b'{"text": "a", "themes": []}\n' + b"x" * 101, "line 2: longer than 100 bytes"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_cannot_be_evaluated_is_reported(
    small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, says: str
) -> None:
    monkeypatch.setenv("PARLEY_MAX_BYTES", "100")
    file = tmp_path / "labelled.jsonl"
    if content is not None:
        file.write_bytes(content)
    code, out, err = small.run("themes", "evaluate", str(file))
    assert (code, out) == (2, "")
    assert err.startswith(f"{file}: {says}")


def test_gaps_are_shown_with_the_phrases_that_would_add_articles(small: Installation) -> None:
    about_truce = [(serial, "The truce holds, monitors walk the line.", "truce") for serial in range(1, 9)]
    like = [(serial, "Guns are silent, monitors walk the line.", "") for serial in range(10, 13)]
    other = [(serial, "The choir sang in the rain again.", "") for serial in range(20, 40)]
    small.keep(
        *(
            article(serial=serial, title=f"Story {serial}", text=text, language="en", themes=frozenset({theme} - {""}))
            for serial, text, theme in [*about_truce, *like, *other]
        )
    )
    document = small.json("themes", "gaps", "truce")
    assert (document["theme"], document["tagged"], document["untagged"]) == ("truce", 8, 23)
    assert {one["title"] for one in document["resembling"]} == {"Story 10", "Story 11", "Story 12"}
    assert {one["published_precision"] for one in document["resembling"]} == {"second"}
    assert {(one["adds"], one["spoils"], one["articles"]) for one in document["phrases"]} == {(3, 0, 3)}
    _, out, _ = small.run("themes", "gaps", "truce")
    assert '"monitors walk"' in out


def test_gaps_need_a_theme_with_articles(small: Installation) -> None:
    small.keep(article(serial=1, text="Rain"))
    code, _, err = small.run("themes", "gaps", "truce")
    assert (code, err) == (1, "no article carries truce yet; run `parley themes sweep truce`\n")
    code, _, err = small.run("themes", "gaps", "nothing")
    assert (code, err) == (1, 'there is no theme "nothing" (truce)\n')
