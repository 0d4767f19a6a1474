from __future__ import annotations

from tests.support.installation import Installation


def test_an_error_is_shown_with_its_position_and_cure_and_fails(small: Installation) -> None:
    (remark,) = small.json("lint", "'peace plan'", code=1)["diagnostics"]
    assert {key: remark[key] for key in ("code", "severity", "position", "suggestion")} == {
        "code": "single-quotes",
        "severity": "error",
        "position": 0,
        "suggestion": '"peace plan"',
    }
    code, out, _ = small.run("lint", "peace and plan")
    assert code == 1
    assert "  peace and plan\n        ^^^\n  try: peace AND plan" in out


def test_a_warning_is_shown_and_does_not_fail(small: Installation) -> None:
    assert [remark["severity"] for remark in small.json("lint", "*ация")["diagnostics"]] == ["warning"]


def test_a_note_is_shown_with_the_usual_form_and_does_not_fail(small: Installation) -> None:
    code, out, _ = small.run("lint", "«peace plan»")
    assert code == 0
    assert out.startswith("note: ")
    assert 'try: "peace plan"' in out


def test_a_correct_query_has_no_remarks(small: Installation) -> None:
    assert small.json("lint", "truce") == {"query": "truce", "diagnostics": []}
    assert small.run("lint", "truce") == (0, "No problems found.\n", "")


def test_a_query_may_begin_with_a_minus(small: Installation) -> None:
    assert [remark["code"] for remark in small.json("lint", "-Gaza")["diagnostics"]] == ["only-not"]
