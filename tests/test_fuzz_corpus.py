"""Input that once made a reader raise, or is of its kind, is read; `python -m bench.fuzz` looks for more."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.fuzz_targets import TARGETS

CORPUS = tomllib.loads(Path(__file__).with_name("fuzz_corpus.toml").read_text("utf-8"))
LONG = {"{digits}": "1" * 5_000, "{zeros}": "0" * 5_000}


def _filled(text: str) -> str:
    for name, digits in LONG.items():
        text = text.replace(name, digits)
    return text


CASES = [(case["target"], case["name"], _filled(case["input"])) for case in CORPUS["case"]]


@pytest.mark.parametrize(("target", "text"), [pytest.param(t, text, id=f"{t}: {name}") for t, name, text in CASES])
def test_hostile_input_is_read_without_an_error(target: str, text: str) -> None:
    TARGETS[target](text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_input_that_it_survives(target: str) -> None:
    assert any(target == case_target for case_target, _, _ in CASES)
