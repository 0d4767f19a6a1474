"""The colours of pictures that stand alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#fcfbf9",
    "ink": "#1c1b19",
    "muted": "#5d5a54",
    "rule": "#b3ada2",
    "grid": "#e8e4dc",
    "bar": "#8d877c",
    "accent": "#0f5fa8",
    "accent-soft": "#e2edf7",
    "gap": "#f4ead4",
}
"""The stylesheet's light colours by their names: a picture alone has no stylesheet."""

_COLOUR = re.compile(r"var\(--([a-z-]+)\)")


def with_light_colours(picture: str) -> str:
    """Return a picture, or its specification, with the light colours in place of their names.

    Raises:
        KeyError: it names a colour that the stylesheet does not have.
    """
    return _COLOUR.sub(lambda name: LIGHT[name[1]], picture)
