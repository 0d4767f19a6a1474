"""Bytes become text by evidence, not by label."""

from __future__ import annotations

import encodings
from pathlib import Path

import pytest

from crawler.parse.encoding import decode

RUSSIAN = "Переговоры о перемирии возобновились в четверг, сообщили участники встречи. Следующий раунд намечен на март."
UKRAINIAN = (
    "Переговори про перемир'я поновилися у четвер, повідомили учасники зустрічі. Її наступний етап очікують у березні."
)
POLISH = "Rozmowy o zawieszeniu broni wznowiono w czwartek, twierdzą źródła. Część żądań spełniono, następna runda już wkrótce."
GERMAN = "Die Gespräche über eine Waffenruhe wurden fortgesetzt, hieß es. Die nächste Runde könnte früher beginnen als geplant."
FRENCH = (
    "Les négociations sur une trêve ont repris jeudi à Genève, où les délégations s'étaient déjà réunies l'été passé."
)
ENCODINGS = [
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
    (RUSSIAN, "cp866"),
    (RUSSIAN, "iso8859-5"),
    (UKRAINIAN, "windows-1251"),
    (UKRAINIAN, "koi8-u"),
    (POLISH, "iso-8859-2"),
    (POLISH, "windows-1250"),
    (GERMAN, "windows-1252"),
    (FRENCH, "windows-1252"),
]


def html(text: str, charset: str | None = None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
@pytest.mark.parametrize("label", ["", "utf-8", "nonsense", "base64", "utf-16"])
@pytest.mark.parametrize("times", [1, 30])
def test_the_encoding_is_detected_when_labels_are_missing_or_wrong(
    text: str, encoding: str, label: str, times: int
) -> None:
    assert decode((times * text).encode(encoding), f"text/html; charset={label}") == times * text


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
@pytest.mark.parametrize("times", [1, 30])
def test_a_correct_label_is_used(text: str, encoding: str, times: int) -> None:
    assert decode(html(times * text, encoding).encode(encoding)) == html(times * text, encoding)
    assert decode(html(times * text).encode(encoding), f"text/html; charset={encoding}") == html(times * text)


@pytest.mark.parametrize("label", ["utf-8", "koi8-r", "iso-8859-1", "nonsense", None])
@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN])
def test_windows_1251_is_read_under_any_label(text: str, label: str | None) -> None:
    assert text in (decode(html(text, label).encode("windows-1251")) or "")


@pytest.mark.parametrize("label", ["windows-1251", "iso-8859-1", "nonsense", None])
@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN, POLISH, GERMAN])
def test_utf8_is_read_under_any_label(text: str, label: str | None) -> None:
    assert text in (decode(html(text, label).encode(), f"text/html; charset={label}") or "")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Да", "windows-1251"), ("公式発表", "shift_jis"), ("停战谈判继续进行", "gb2312"), ("Ναι", "iso-8859-7")],
)
def test_the_label_is_used_when_the_text_is_too_short_or_unusual_to_judge(text: str, encoding: str) -> None:
    assert decode(html(text).encode(encoding), f"text/html; charset={encoding}") == html(text)


def test_one_of_two_contradictory_labels_is_used() -> None:
    body = f'<?xml version="1.0" encoding="koi8-r"?><a>{RUSSIAN}</a>'
    assert RUSSIAN in (decode(body.encode("koi8-r"), "text/xml; charset=windows-1251") or "")


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "base64", "rot13", "hz"]
)
def test_what_no_browser_reads_is_no_encoding(label: str) -> None:
    body = html("+ADw-b+AD4- \\u0416 Gur gnyxf", label).encode() + b"\xe9"
    assert decode(body, f"text/html; charset={label}") == body.decode("cp1252")


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("x-cp1251", "cp1251"),
        ("WINDOWS_1251", "cp1251"),
        ("csibm866", "cp866"),
        ("koi8-ru", "koi8-u"),
        ("cp20866", "koi8-r"),
        ("windows-936", "gbk"),
        ("x-mac-ukrainian", "mac-cyrillic"),
        ("iso88595", "iso8859-5"),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, encoding: str) -> None:
    assert decode(html("Мир").encode(encoding), f"text/html; charset={label}") == html("Мир")


@pytest.mark.parametrize("label", ["big5", "cp950", "ms950", "windows-950", "x-windows-950"])
def test_other_names_of_big5_are_known(label: str) -> None:
    assert decode("日內瓦會談重新開始".encode("big5"), f"text/html; charset={label}") == "日內瓦會談重新開始"


def test_labels_without_a_meaning_are_not_remembered() -> None:
    decode(b"\xe9", "text/html; charset=known-1251")
    before = len(vars(encodings)["_cache"])
    for number in range(100):
        decode(f'<meta charset="no-{number}">\xe9'.encode("latin-1"), f"text/html; charset=none-{number}")
    assert len(vars(encodings)["_cache"]) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_takes_precedence(encoding: str) -> None:
    assert decode(html(RUSSIAN).encode(encoding), "text/html; charset=windows-1251") == html(RUSSIAN)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_byte_order_is_detected_without_a_mark(encoding: str) -> None:
    assert decode("<a>да</a>".encode(encoding)) == "<a>да</a>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_markup_or_its_header(encoding: str) -> None:
    page = "\r\n<html><body><p>Переговоры возобновились</p></body></html>"
    assert decode(page.encode(encoding)) == page
    bare = "Переговоры возобновились"
    assert decode(bare.encode(encoding), f"text/html; charset={encoding}") == bare
    assert decode(bare.encode(encoding), "text/html; charset=utf-16") == bare


def test_ascii_escaped_text_is_read() -> None:
    assert decode("停戦".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp") == "停戦"


@pytest.mark.parametrize("teasers", [1, 10_000])
def test_text_cut_inside_a_character_is_still_recognised_as_utf8(teasers: int) -> None:
    cut = "Переговоры о перемирии".encode()[:-1]
    assert decode(teasers * cut + b".") == teasers * "Переговоры о перемири\ufffd" + "."


def test_binary_data_is_not_text() -> None:
    assert decode(bytes(range(256)) * 100) is None


def test_control_characters_are_dropped() -> None:
    assert decode(b"Talks\x00 resume\x1b now\nand here") == "Talks resume now\nand here"


def test_a_line_of_any_length_is_read() -> None:
    line = b"\xe4\xfc\xe4\xfc \xe4\xfc <p>" + b"a" * 2_000_000
    assert decode(line) == line.decode("windows-1252")  # a regular expression with two open ends would take days


def test_real_mislabelled_feeds_are_read(test_data: Path, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(test_data / "feeds" / "miniflux-testdata.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    files = [path for path in tmp_path.rglob("encoding_*") if path.is_file()]
    assert files
    for path in files:
        assert "\ufffd" not in (decode(path.read_bytes()) or "\ufffd"), path.name
