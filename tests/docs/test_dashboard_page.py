"""The tour of docs/dashboard.md leads to pages that are there and say what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import load_settings
from monitor.app import App
from tests.support.demonstration import demonstration
from tests.support.web import client_of, serving

__all__ = ["demonstration"]

PAGE = Path(__file__).parents[2] / "docs" / "dashboard.md"
TEXT = PAGE.read_text()
STOPS = re.findall(r"http://127\.0\.0\.1:8765(/[^)\s.]*)\)", TEXT)
PROMISES = {
    "/": ("What moved in the last 7 days", "no clear change", "All 14 themes"),
    "/themes/truce": ("Before you quote this", "Everything collected", "Why:"),
    "/search?q=truce+OR+ceasefire": ("<mark>", "Save as a theme"),
    "/sources": ("The Faded Gazette",),
    "/compare": ("Truce",),
    "/help": ("keys-off",),
}


def test_every_stop_of_the_tour_is_known_here() -> None:
    assert sorted(STOPS) == sorted(PROMISES)


def test_every_stop_says_what_the_tour_promises(demonstration: dict[str, str]) -> None:
    settings = load_settings(data=Path(demonstration["PARLEY_DATA"]), config=Path(demonstration["PARLEY_CONFIG"]))
    with serving(App(settings)) as address, client_of(address) as client:
        for path, promises in PROMISES.items():
            answer = client.get(path)
            assert answer.status_code == 200
            assert [one for one in promises if one.lower() not in answer.text.lower()] == []


@pytest.mark.parametrize("picture", sorted(set(re.findall(r"pictures/([a-z-]+\.png)", TEXT))))
def test_every_picture_is_there(picture: str) -> None:
    assert (PAGE.parent / "pictures" / picture).stat().st_size < 300_000
