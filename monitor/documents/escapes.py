"""JSON that no terminal, editor or viewer is driven by, whatever strangers wrote into its texts."""

from __future__ import annotations

import re

# JSON itself escapes the C0 controls. The others, and signs that change the direction or end a line, may stand in it raw.
_RAW = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    r"""Return JSON with the remaining control and direction-changing characters as escapes (`\u202e`), which read the same."""
    return _RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
