"""How large evidence may be: what is too large is refused, and what is not is read in little memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import pytest

from config.errors import Refused, WrongArgument
from config.settings import Settings
from monitor.app import App
from monitor.evidence import parts, rebuilding
from monitor.evidence.asking import trend_evidence
from monitor.evidence.verdicts import verify
from tests.support.evidenced import SINCE, UNTIL, forged


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Return the settings of a Parley that has no data."""
    return Settings(data=tmp_path / "no data", workers=1)


@pytest.mark.parametrize(
    ("limit", "size", "pages", "what"),
    [
        ("LARGEST_JSON", 5_000, "matching", "answer.json would have"),
        ("LARGEST_JSON", 8_000, "all", "manifest.json would have"),
        ("LARGEST_LISTS", 10_000, "matching", "its lists of articles and pages would have"),
        ("LARGEST_LISTS", 10_000, "none", "its lists of articles and pages would have"),
    ],
)
def test_what_would_be_too_large_to_verify_is_refused_before_it_is_written(
    app: App, monkeypatch: pytest.MonkeyPatch, limit: str, size: int, pages: Any, what: str
) -> None:
    monkeypatch.setattr(parts, limit, size)
    with pytest.raises(WrongArgument, match=f"{what} .*; choose a shorter range") as refusal:
        trend_evidence(app, themes=["truce"], since=SINCE, until=UNTIL, pages=pages)
    assert refusal.value.field == "since"


def test_long_texts_are_read_a_few_at_once(truce: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = verify(truce, elsewhere)
    monkeypatch.setattr(rebuilding, "_ENOUGH", 1)
    assert verify(truce, elsewhere) == whole


@pytest.mark.parametrize(
    "name", ["question.json", "answer.json", "configuration.json", "articles.jsonl", "manifest.json"]
)
def test_json_that_takes_a_hundred_times_its_size_is_refused_before_it_is_read(
    truce: Path, elsewhere: Settings, tmp_path: Path, name: str
) -> None:
    random = Random(7)
    tiny = b"[%s0]" % b"".join(random.choices((b"[],", b"{},", b"[[]],", b"0,"), k=500_000))
    path = forged(
        truce, lambda it: it.update({name: tiny}), into=tmp_path / "forged.zip", resum=name != "manifest.json"
    )
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="too many values for its size"):
            verify(path, elsewhere)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
