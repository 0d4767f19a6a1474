from __future__ import annotations

from pathlib import Path

import pytest

from crawler.encoding import decode

RUSSIAN = "Переговоры о перемирии продолжаются в Женеве, сообщили дипломаты"
GERMAN = "Die Gespräche über eine Waffenruhe dürften länger dauern, hieß es"


@pytest.mark.parametrize(
    ("text", "encoding"), [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (GERMAN, "windows-1252")]
)
@pytest.mark.parametrize("label", ["", "utf-8", "nonsense"])
def test_the_encoding_is_guessed_where_labels_are_missing_or_lie(text: str, encoding: str, label: str) -> None:
    assert decode(text.encode(encoding), f"text/html; charset={label}") == text


@pytest.mark.parametrize("label", ["windows-1251", "iso-8859-1", ""])
def test_valid_utf8_is_utf8_whatever_the_label(label: str) -> None:
    assert decode(RUSSIAN.encode(), f"text/xml; charset={label}") == RUSSIAN


def test_the_documents_own_label_comes_before_the_servers() -> None:
    body = f'<?xml version="1.0" encoding="koi8-r"?><a>{RUSSIAN}</a>'
    assert RUSSIAN in decode(body.encode("koi8-r"), "text/xml; charset=windows-1251")


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_byte_order_is_recognised(encoding: str) -> None:
    assert decode("<a>да</a>".encode(encoding)) == "<a>да</a>"


def test_a_broken_byte_does_not_turn_utf8_into_something_else() -> None:
    assert decode(RUSSIAN.encode() + b"\xd0") == RUSSIAN + "\ufffd"


def test_real_mislabelled_feeds_are_read(test_data: Path, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(test_data / "feeds" / "miniflux-testdata.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    files = [path for path in tmp_path.rglob("encoding_*") if path.is_file()]
    assert files
    for path in files:
        assert "\ufffd" not in decode(path.read_bytes()), path.name
