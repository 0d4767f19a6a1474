"""Bytes to text where labels lie: a byte order mark, then what the bytes can be, then what document and server claim."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD = 2048
_SAMPLE = 4_096
_UTF8 = ("utf-8", "ascii")
_MARKS = (  # the first characters of a document without a byte order mark; the longer ones first
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
# What the outlets of our languages use; a wider choice makes short texts look Greek or Chinese.
_CANDIDATES = ["cp1251", "koi8_r", "cp1252", "cp1250", "cp866", "iso8859_5", "big5", "gb18030", "shift_jis", "euc_kr"]


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a document, whatever its labels claim; bytes that mean nothing become U+FFFD.

    Valid UTF-8 is UTF-8: text in another encoding practically never is. Otherwise the document's own declaration comes
    before the server's, and where both say UTF-8 although most letters are not, the encoding is guessed from the bytes.
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _MARKS:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode(_other_encoding(body, content_type), "replace")


def _other_encoding(body: bytes, content_type: str) -> str:
    declared = _DECLARED.search(body[:_HEAD])
    labels = (declared and resolve_encoding(declared[1].decode("ascii")), http_content_type_encoding(content_type))
    for label in labels:
        if label and label not in _UTF8 and not label.startswith(("utf-16", "utf-32")):
            return label
    return "utf-8" if _mostly_utf8(body) else _guess(body)


def _mostly_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 <= sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))


def _guess(body: bytes) -> str:
    sample = b" ".join(re.findall(rb"[^<>\n]*[\x80-\xff][^<>\n]*", body)[:400])[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return best.encoding if best else "cp1252"
