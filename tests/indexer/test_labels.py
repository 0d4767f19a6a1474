"""The shipped themes against labels assigned by people."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.labels import NAIVE, TOPICS, measure, naive, texts
from config.themes import load_themes


@pytest.mark.parametrize("language", NAIVE)
def test_the_arms_theme_beats_the_naive_query(test_data: Path, language: str) -> None:
    rows = [text for text in texts(test_data) if text["language"] == language]
    themes = load_themes(None)
    theme = next(one for one in themes if one.id == "arms")
    ours = measure(theme, TOPICS["arms"], themes, rows)
    theirs = measure(naive(language), TOPICS["arms"], themes, rows)
    assert ours.labelled >= 20
    assert ours.f1 > theirs.f1
