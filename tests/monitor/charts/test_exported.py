"""Charts that leave carry their finding, their source and their address, in the light colours of the pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import monitor.web
from monitor.charts.draw import png_file, svg_file
from monitor.charts.exported import exported
from monitor.charts.frame import Spec, chart
from monitor.charts.light import LIGHT

SHEET = (Path(next(iter(monitor.web.__path__))) / "static" / "parley.css").read_text("utf-8")


def bar() -> Spec:
    mark = {"type": "rect", "color": "var(--bar)"}
    return chart({"width": 100, "height": 40, "data": {"values": [{"a": 1}]}, "mark": mark, "encoding": {}})


def test_the_colours_are_those_of_the_stylesheet() -> None:
    first = re.search(r":root \{(.*?)\}", SHEET, re.DOTALL)
    assert first
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", first[1]))
    assert {name: colours[name] for name in LIGHT} == LIGHT


@pytest.mark.parametrize(
    "text",
    ["<script>&amp;</script>", "var(--none)", "nul \x00 \x1b[1m", "half \ud83d", "w" * 3_000, "один два " * 300, ""],
)
def test_any_text_can_stand_on_a_picture(text: str) -> None:
    spec = exported(bar(), title=text, subtitle=text, notes=[text, "http://127.0.0.1:8765/themes/truce"])
    picture = svg_file(spec)
    assert "<script>" not in picture
    assert LIGHT["bar"] in picture
    assert "http://127.0.0.1:8765/themes/truce" in picture
    assert "var(--bar)" not in json.dumps(spec)


def test_a_picture_of_dots_is_one() -> None:
    assert png_file(exported(bar(), title="A", subtitle="B", notes=["C"])).startswith(b"\x89PNG\r\n")
