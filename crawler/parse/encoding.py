"""Decoding of bytes: a declared encoding is used only when the bytes agree with it."""

from __future__ import annotations

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases
from itertools import islice

from w3lib.encoding import resolve_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKS = (  # how a document without a byte order mark begins; longer patterns first
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
# Python's names of the encodings that browsers read (WHATWG Encoding, section 4.2), and UTF-32. Others, such as punycode or
# rot13, are no encodings of pages. Python and w3lib remember every name they are asked for, so only these are looked up.
_READ = frozenset(
    (
        *("ascii", "latin_1", "utf_8", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"),
        *(f"iso8859_{part}" for part in (*range(2, 12), *range(13, 17))),
        *(f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259))),
        *("koi8_r", "koi8_u", "mac_roman", "macintosh", "mac_cyrillic", "tis_620", "windows_874", "windows_31j"),
        *("gb2312", "gb_2312_80", "gbk", "gb18030", "big5", "big5hkscs", "euc_jp", "euc_kr", "iso2022_jp", "shift_jis"),
    )
)
_OTHER_LABELS = {  # which browsers know, unlike Python; and other names of what both read, such as the numbers of code pages
    "cn_big5": "big5",
    "cp950": "big5",
    "cp20866": "koi8_r",
    "cp21866": "koi8_u",
    "dos_874": "cp874",
    "gb_2312": "gbk",
    "koi": "koi8_r",
    "koi8": "koi8_r",
    "koi8_ru": "koi8_u",
    "ks_c_5601_1989": "cp949",
    "ksc_5601": "cp949",
    "mac": "mac_roman",
    "mac_ukrainian": "mac_cyrillic",
    "ucs_2": "utf_16_le",
    "unicode": "utf_16_le",
    "unicode_1_1_utf_8": "utf_8",
    "utf_8_sig": "utf_8",
    "windows_932": "cp932",
    "windows_936": "gbk",
    "windows_949": "cp949",
    "windows_950": "big5",
}
_ISO = re.compile(r"iso_?8859_?(\d+)(?:_(?:[ei]|19\d\d))?$")  # with or without a hyphen, an order of writing and a year
_RUN = re.compile(rb"[\x80-\xff]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_INSIDE = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f](?=[^\W\d_])")
_CYRILLIC = ("windows-1251", "koi8-u", "cp866", "iso8859-5")
_COMMON = frozenset("оеаинтсрвлкмдпуіяьы")  # these make up 90 % of the letters of a Russian or Ukrainian text
_WESTERN, _EASTERN = "windows-1252", ("windows-1250", "iso8859-2")
_WIDE_LOOK = 2_048  # bytes
_SHORTEST_WIDE = 64  # bytes; in fewer, a stray NUL looks like a pattern
_WIDE = (
    0.1  # smallest share of NUL bytes in every second place of a page in UTF-16; in Cyrillic pages it is 0.2 or more
)
_SAMPLE = 20_000  # non-ASCII characters that are examined
_DAMAGED = 0.1  # largest share of broken non-ASCII characters in a page still read as UTF-8
_STRANGE = 0.02  # largest share of characters that do not occur in text
_WORDS = 0.5  # share of non-ASCII bytes in runs of three or more: Cyrillic words form such runs, accented Latin letters do not
_PLAUSIBLE = (
    0.6  # share of common lower-case letters: measured at 0.72 or more for right readings, below 0.5 for wrong ones
)
_CONTROL = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))  # libxml2 stops at the first NUL
_INVISIBLE = dict.fromkeys(_CONTROL)


def wide_encoding(body: bytes, content_type: str = "") -> str | None:
    """Return the encoding of a text in UTF-16 or UTF-32; None when it is in neither.

    It is known by a byte order mark, by a first tag, by the HTTP header, or by NUL bytes that fill every second place, because
    the markup of a page is ASCII.
    """
    for mark, encoding in (*_BOMS[1:], *_MARKS):
        if body.startswith(mark):
            return encoding
    declared = next(iter(_declared(b"", content_type)), "")
    look = body[:_WIDE_LOOK]
    first, second = (look[place::2].count(0) * 2 / (len(look) or 1) for place in (0, 1))
    if declared.startswith(("utf-16", "utf-32")) and first + second > _STRANGE:
        if declared in (
            "utf-16",
            "utf-32",
        ):  # without a byte order mark, Python's codec would assume this machine's order
            declared += "-be" if first > second else "-le"
        return declared
    if len(look) < _SHORTEST_WIDE:
        return None
    if second > _WIDE and first < _STRANGE:
        return "utf-16-le"
    return "utf-16-be" if first > _WIDE and second < _STRANGE else None


def decode(body: bytes, content_type: str = "") -> str | None:
    """Return the text of a response without control characters, or None when no encoding fits.

    In this order: a byte order mark, UTF-16 or UTF-32; UTF-8, if the bytes are valid, as text in other encodings almost never
    is; the encoding that HTTP or the document declares, unless it gives implausible letters; the Cyrillic or Latin encoding
    whose letters are the most plausible.

    Args:
        content_type: the HTTP header, including its charset if it has one.
    """
    if body.startswith(codecs.BOM_UTF8):
        return _clean(body.decode("utf-8-sig", "replace"))
    if encoding := wide_encoding(body, content_type):
        return _clean(body.decode(encoding, "replace"))
    declared = _declared(body, content_type)
    if "iso2022_jp" not in declared and (text := _utf8(body)) is not None:
        return text
    text = _legacy(body, declared)
    return None if text is None else _clean(text)


def _declared(body: bytes, content_type: str) -> list[str]:
    names = _HTTP_CHARSET.findall(content_type)
    for match in _META_CHARSET.finditer(body[:4096]):
        names.append((match[1] or match[2]).decode("ascii", "replace"))
    return [known for name in names if (known := _known(name))]


def _known(name: str) -> str | None:
    plain = _ISO.sub(r"iso8859_\1", normalize_encoding(name.lower().removeprefix("x-")))
    label = aliases.get(plain, plain)
    label = _OTHER_LABELS.get(label, label)
    # w3lib resolves labels as browsers do: Latin-1, for example, means Windows-1252.
    return resolve_encoding(label) if label in _READ else None


def _utf8(body: bytes) -> str | None:
    try:
        return body.translate(None, _CONTROL).decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return _clean(text) if broken <= _DAMAGED * sum(map(len, _FOREIGN.findall(text))) else None


def _legacy(body: bytes, declared: list[str]) -> str | None:
    for encoding in declared:
        if encoding.startswith("utf"):
            continue
        text = _read(body, encoding)
        if text is not None and _believable(text, body):
            return text
    cyrillic = _best_cyrillic(body)
    if cyrillic:
        return body.decode(cyrillic, "replace")
    return _read(body, _best_latin(body))


def _read(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding, "replace")
    except (UnicodeError, ValueError):
        return None
    # In binary data, control characters and bytes without a meaning in the encoding are frequent.
    strange = text.count("\ufffd") + sum(text.count(chr(code)) for code in (*range(1, 9), *range(14, 27)))
    return text if strange <= max(3, _STRANGE * len(text)) else None


def _believable(text: str, body: bytes) -> bool:
    sample = _foreign(text)
    if sum("Ѐ" <= letter <= "ӿ" for letter in sample) * 2 > len(sample) and _commonness(sample) >= _PLAUSIBLE:
        return True
    return _best_cyrillic(body) is None


def _best_cyrillic(body: bytes) -> str | None:
    runs = [len(run[0]) for run in islice(_RUN.finditer(body), _SAMPLE)]
    if sum(length for length in runs if length >= 3) < _WORDS * sum(runs):
        return None
    scores = {name: _commonness(_foreign(body.decode(name, "replace"))) for name in _CYRILLIC}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _PLAUSIBLE else None


def _best_latin(body: bytes) -> str:
    """Return an Eastern encoding if it turns clearly more characters inside words into letters, otherwise the Western one."""
    letters = {name: _letters_inside(body.decode(name, "replace")) for name in (_WESTERN, *_EASTERN)}
    best = max(_EASTERN, key=lambda name: letters[name])
    return best if letters[best] > 1.2 * letters[_WESTERN] + 1 else _WESTERN


def _letters_inside(text: str) -> int:
    return sum(match[0].isalpha() for match in islice(_INSIDE.finditer(text), _SAMPLE))


def _foreign(text: str) -> str:
    return "".join(_FOREIGN.findall(text))[:_SAMPLE]


def _commonness(sample: str) -> float:
    letters = [letter for letter in sample if letter.isalpha()]
    if len(letters) < 20 or len(letters) * 2 < len(sample):
        return 0.0
    return sum(letter in _COMMON for letter in letters) / len(letters)


def _clean(text: str) -> str:
    return text.translate(_INVISIBLE)
