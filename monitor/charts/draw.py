"""Draws charts on the server, as pictures that stand in a page."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape
from typing import Any

import vl_convert

from monitor.charts.frame import Spec

VEGA_LITE = "6.4"  # version
_KEPT = 200  # pictures
_BOXES = re.compile(r'<path class="(?:background|foreground)"[^>]*/>')
_NOT_NEEDED = re.compile(r' (?:aria-[a-z]+|role|class|font-family|pointer-events|xmlns|xmlns:xlink|version)="[^"]*"')
_DIGITS = re.compile(r"(-?\d+\.\d\d)\d+")
_EMPTY = re.compile(r"<g[^>]*>\s*</g>")


def svg(spec: Spec, says: str) -> str:
    """Return the picture of a chart as SVG that needs no styles of its own.

    Args:
        says: what it shows, a sentence for those who do not see it.
    """
    return _drawn(_text(spec)).replace("<svg", f'<svg role="img" aria-label="{escape(says)}"', 1)


def svg_file(spec: Spec) -> str:
    """Return the picture of a chart that has its own colours, as an SVG file."""
    return str(vl_convert.vegalite_to_svg(_text(spec), vl_version=VEGA_LITE, allowed_base_urls=[]))


def png_file(spec: Spec) -> bytes:
    """Return the picture of a chart that has its own colours, as a PNG file with two dots to a pixel."""
    return bytes(vl_convert.vegalite_to_png(_text(spec), vl_version=VEGA_LITE, scale=2, allowed_base_urls=[]))


@lru_cache(_KEPT)
def _drawn(spec: str) -> str:
    drawn: Any = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return _tidied(str(drawn))


def _text(spec: Spec) -> str:
    return json.dumps(spec, ensure_ascii=False)


def _tidied(picture: str) -> str:
    """Return a picture without roles, fonts and empty boxes, which are more than half of it."""
    picture = _DIGITS.sub(r"\1", _NOT_NEEDED.sub("", _BOXES.sub("", picture)))
    while (smaller := _EMPTY.sub("", picture)) != picture:
        picture = smaller
    return picture
