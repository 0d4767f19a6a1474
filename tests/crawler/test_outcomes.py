from __future__ import annotations

import ast
import json
import pickle
import re
from pathlib import Path

import pytest

from crawler.outcomes import Outcome, sentence_of

ROOT = Path(__file__).parent.parent.parent
FILES = [path for package in ("crawler", "indexer") for path in (ROOT / package).rglob("*.py")]
COLLIDING = {"read", "failed", "empty", "collected", "timeout", "entities", "binary", "wanted", "pending", "gone"}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence_of_its_own(outcome: Outcome) -> None:
    assert re.fullmatch(r"[a-z][A-Za-z,. ]+[a-zA-Z]", outcome.sentence)
    assert [other for other in Outcome if other.sentence == outcome.sentence] == [outcome]
    assert sentence_of(str(outcome)) == outcome.sentence


def test_a_stored_name_no_longer_in_use_is_shown_with_spaces() -> None:
    assert sentence_of("refused_by_moon") == "refused by moon"


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_written_as_its_name_everywhere(outcome: Outcome) -> None:
    assert json.loads(json.dumps({outcome: outcome})) == {outcome.value: outcome.value}
    assert f"{outcome}" == outcome.value == outcome.name.lower()
    assert repr(outcome) == f"'{outcome.value}'"
    assert pickle.loads(pickle.dumps(outcome)) is outcome  # noqa: S301


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_refers_to_outcomes_by_the_enumeration(path: Path) -> None:
    if path.name == "outcomes.py" or "migrations" in path.parts:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert strings & (set(map(str, Outcome)) - COLLIDING) == set()


def test_every_outcome_is_used() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [outcome for outcome in Outcome if f"Outcome.{outcome.name}" not in sources] == []
