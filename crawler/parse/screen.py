"""What is refused before any parser sees it: bombs, entities, endless nesting, things that are not text.

feedparser alone needs 5 seconds for a billion laughs and 15 for 200,000 nested tags; here both cost milliseconds.
"""

from __future__ import annotations

import re
import zlib

from config.errors import ParleyError
from crawler.page import Answer, Reading
from crawler.parse.encoding import decode

MAX_BYTES = 10_000_000
MAX_DEPTH = 1_000
MAX_TAGS = 300_000  # ten times what a feed of 1,000 full articles has; 10 MB of tags alone take a parser over 1 GB

_GZIP = b"\x1f\x8b"
_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x7fELF", b"7z\xbc\xaf")
_HIDDEN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ENDLESS = re.compile(r"<[A-Za-z_:][^<>]{100000}")
_TAG = re.compile(_HIDDEN.pattern + r"|<(/?)[A-Za-z_:][^<>]*", re.DOTALL)


class Refusal(ParleyError):
    """A body that no parser is given, with the outcome's name and a sentence for people."""

    def __init__(self, outcome: str, detail: str) -> None:
        self.outcome = outcome
        super().__init__(detail)

    def reading(self) -> Reading:
        """Return the refusal as what a feed kind made of the answer."""
        return Reading(outcome=self.outcome, detail=str(self))


def text_of(answer: Answer) -> str:
    """Return the text of an answer that is fit for an XML or JSON parser.

    Raises:
        Refusal: `empty`, `too_large`, `binary`, `too_many_tags`, `entities`, `too_deep` or `endless_tag`.
    """
    text = decoded(answer)
    check_markup(text)
    return text


def decoded(answer: Answer) -> str:
    """Return the text of an answer; lxml's HTML parser stops by itself where tags nest too deep.

    Raises:
        Refusal: `empty`, `too_large`, `binary` or `too_many_tags`.
    """
    body = unpacked(answer.body)
    if not body.strip():
        raise Refusal("empty", "The answer is empty.")
    if body.startswith(_BINARY):
        raise Refusal("binary", "The answer is a file of another kind, not text.")
    text = decode(body, answer.content_type)
    if not text or not text.strip():
        raise Refusal("binary", "The answer is binary data, not text.")
    if text.count("<") > MAX_TAGS:
        raise Refusal("too_many_tags", f"The answer has more than {MAX_TAGS:,} tags; it is refused as unsafe.")
    return text


def unpacked(body: bytes) -> bytes:
    """Return the body, gunzipped where it is a .gz file.

    Raises:
        Refusal: `too_large` when it has more than 10 MB or grows beyond them, `binary` when the file is broken from the start.
    """
    if len(body) > MAX_BYTES:
        raise _too_large()
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise Refusal("binary", "The answer is a .gz file that cannot be unpacked.") from None
    if len(data) > MAX_BYTES:
        raise _too_large()
    return data


def check_markup(text: str) -> None:
    """Let a text pass that a parser can read in time.

    Raises:
        Refusal: `entities` when it declares entities of its own, `too_deep` when its tags nest deeper than 1,000,
            `endless_tag` when one tag has more than 100,000 characters.
    """
    if "<!ENTITY" in text.upper() and "<!ENTITY" in _HIDDEN.sub("", text).upper():
        raise Refusal("entities", "The document declares entities of its own; such documents are refused as unsafe.")
    if len(text) > 100_000 and _ENDLESS.search(text):
        raise Refusal("endless_tag", "The document has a tag of more than 100,000 characters; it is refused as unsafe.")
    if text.count("<") > MAX_DEPTH and _is_deep(text):
        raise Refusal("too_deep", f"The document nests its tags deeper than {MAX_DEPTH:,}; it is refused as unsafe.")


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


def _too_large() -> Refusal:
    return Refusal("too_large", f"The answer has more than {MAX_BYTES // 1_000_000} MB; a feed that large is refused.")
