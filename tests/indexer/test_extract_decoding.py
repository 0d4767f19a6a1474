"""Bytes become text by evidence, not by label."""

from __future__ import annotations

import pytest

from indexer.extract.decoding import decode

RUSSIAN = "Переговоры о перемирии возобновились в четверг, сообщили участники встречи. Следующий раунд намечен на март."
UKRAINIAN = (
    "Переговори про перемир'я поновилися у четвер, повідомили учасники зустрічі. Її наступний етап очікують у березні."
)
POLISH = "Rozmowy o zawieszeniu broni wznowiono w czwartek, twierdzą źródła. Część żądań spełniono, następna runda już wkrótce."
GERMAN = "Die Gespräche über eine Waffenruhe wurden fortgesetzt, hieß es. Die nächste Runde könnte früher beginnen als geplant."


def html(text: str, charset: str | None = None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


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
    [
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        (POLISH, "iso-8859-2"),
        (POLISH, "windows-1250"),
        (GERMAN, "iso-8859-1"),
    ],
)
def test_a_right_label_is_believed(text: str, encoding: str) -> None:
    assert text in (decode(html(text).encode(encoding), f"text/html; charset={encoding}") or "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(html(RUSSIAN).encode(encoding), "text/html; charset=windows-1251") == html(RUSSIAN)


def test_a_few_broken_bytes_do_not_spoil_utf8() -> None:
    broken = html(RUSSIAN * 5).encode().replace("раунд".encode(), "раунд".encode()[:-1], 1)
    assert "перемирии" in (decode(broken) or "")


def test_binary_data_is_not_text() -> None:
    assert decode(bytes(range(256)) * 100) is None


def test_control_characters_are_dropped() -> None:
    assert decode(b"Talks\x00 resume\x1b now\nand here") == "Talks resume now\nand here"
