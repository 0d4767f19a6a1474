"""Rejects dangerous input before it reaches a parser: bombs, entities, deep nesting, binary data.

These checks take milliseconds; a parser may take seconds, or memory without end.
"""

from __future__ import annotations

import re

from config.errors import ParleyError
from crawler.limits import most_tags
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult
from crawler.parse.encoding import decode
from crawler.parse.sniff import file_format
from crawler.unpack import GZIP, TooLarge, Unpacked, unpack

MAX_DEPTH = 1_000

_HIDDEN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
# What comes first outside comments and instructions: the document type or the root element.
_BEGINNING = re.compile(r"(<!--.*?(?:-->|\Z)|<\?.*?\?>)|<!(DOCTYPE)\b|<\?.*|<[^\W\d]", re.DOTALL | re.IGNORECASE)
_SUBSET = re.compile(r"""(?:"[^"]*"|'[^']*'|[^"'\[\]<>]+)*+\[""")
# A comment, an instruction, a reference or a declaration of anything but an entity; what a literal contains is no comment.
_DECLARED = re.compile(
    r"""\s+|<!--.*?-->|<\?.*?\?>|%[\w.:-]+;|<!(?!ENTITY)[A-Z]+(?:"[^"]*"|'[^']*'|[^"'<>]+)*+>""",
    re.DOTALL | re.IGNORECASE,
)
_ENDLESS = re.compile(r"<[A-Za-z_:][^<>]{100000}")
_TAG = re.compile(_HIDDEN.pattern + r"|<(/?)[A-Za-z_:][^<>]*", re.DOTALL)


class RejectedInput(ParleyError):
    """A rejected body, with the outcome and a sentence that says why."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        super().__init__(detail)

    def result(self) -> FeedResult:
        """Return the result of a poll whose response was rejected."""
        return FeedResult(outcome=self.outcome, detail=str(self))


def read_text(response: FeedResponse, most: int | None = None) -> str:
    """Return the text of a response once it is safe for an XML or JSON parser.

    Args:
        most: number of tags it may have; None for the number that fits in memory as a tree.

    Raises:
        RejectedInput: `empty`, `cut_off`, `too_large`, `binary`, `too_many_tags`, `entities`, `too_deep` or `endless_tag`.
    """
    text = decode_response(response, most)
    check_markup(text)
    return text


def decode_response(response: FeedResponse, most: int | None = None) -> str:
    """Return the text of a response. Nesting is not checked, since lxml's HTML parser limits it itself.

    Args:
        most: as for `read_text`.

    Raises:
        RejectedInput: `empty`, `cut_off`, `too_large`, `binary` or `too_many_tags`.
    """
    body, flaw = unpack_body(response.body, response.max_bytes)
    if flaw and not body.strip():
        raise RejectedInput(Outcome.CUT_OFF, f"The response is a .gz file that {flaw}; nothing of it can be read.")
    if not body.strip():
        raise RejectedInput(Outcome.EMPTY, "The response is empty.")
    if format := file_format(body, response.content_type):
        raise RejectedInput(Outcome.BINARY, f"The response is {format}, not text.")
    text = decode(body, response.content_type)
    if not text or not text.strip():
        raise RejectedInput(Outcome.BINARY, "The response is binary data, not text.")
    if text.count("<") > (most := most or most_tags(response.max_bytes)):
        raise RejectedInput(
            Outcome.TOO_MANY_TAGS, f"The response has more than {most:,} tags; it is rejected as unsafe."
        )
    return text


def unpack_body(body: bytes, max_bytes: int) -> Unpacked:
    """Return the body, decompressed if it is a .gz file.

    Raises:
        RejectedInput: `too_large` when it has more than `max_bytes`, packed or unpacked.
    """
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    if not body.startswith(GZIP):
        return Unpacked(body)
    try:
        return unpack(body, "gzip", max_bytes)
    except TooLarge:
        raise _too_large(max_bytes) from None


def check_markup(text: str) -> None:
    """Check that a parser can read the text in reasonable time.

    Raises:
        RejectedInput: `entities` when it declares its own entities, `too_deep` when its tags nest deeper than 1,000,
            `endless_tag` when one tag has more than 100,000 characters.
    """
    if "<!ENTITY" in (upper := text.upper()) and (
        "<!ENTITY" in _HIDDEN.sub("", upper) or "<!ENTITY" in _beyond_declarations(upper)
    ):
        raise RejectedInput(
            Outcome.ENTITIES, "The document declares its own entities; such documents are rejected as unsafe."
        )
    if len(text) > 100_000 and _ENDLESS.search(text):
        raise RejectedInput(
            Outcome.ENDLESS_TAG, "The document has a tag of more than 100,000 characters; it is rejected as unsafe."
        )
    if text.count("<") > MAX_DEPTH and _is_deep(text):
        raise RejectedInput(
            Outcome.TOO_DEEP, f"The document nests its tags deeper than {MAX_DEPTH:,}; it is rejected as unsafe."
        )


def _beyond_declarations(text: str) -> str:
    """Return the document from the first place on that a parser may read as the declaration of an entity; empty without one.

    Every part of the document type that is not well-formed is such a place, since parsers read it differently.
    """
    beginning = next((match for match in _BEGINNING.finditer(text) if not match[1]), None)
    if beginning and beginning[0].startswith("<?"):
        return beginning[0]  # an instruction without an end
    subset = _SUBSET.match(text, beginning.end()) if beginning and beginning[2] else None
    if subset is None:
        return ""
    place = subset.end()
    while declared := _DECLARED.match(text, place):
        place = declared.end()
    return "" if text.startswith("]", place) else text[place:]


def _is_deep(text: str) -> bool:
    depth = 0
    for match in _TAG.finditer(text):
        closing = match[1]
        if closing is None:
            continue
        if closing:
            depth -= 1
        elif text[match.end() - 1] != "/":
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _too_large(max_bytes: int) -> RejectedInput:
    return RejectedInput(
        Outcome.TOO_LARGE, f"The response has more than {max_bytes:,} bytes; the setting max_bytes allows more."
    )
