"""Files that are not evidence, or were made to do harm, are refused by name, in little memory."""

from __future__ import annotations

import io
import json
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.errors import Refused, WrongArgument
from monitor.evidence import opening
from monitor.evidence.opening import open_evidence
from tests.support.evidenced import forged, parts_of

REQUIRED = ("question.json", "answer.json", "state.json", "configuration.json", "articles.jsonl", "pages.jsonl")


def made(path: Path, parts: Mapping[str, bytes], change: Callable[[zipfile.ZipFile], None] = lambda _: None) -> Path:
    """Write a file whose sums are right, after which `change` may add to it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        file.writestr("manifest.json", json.dumps({"format": 1, "parts": _sums(parts)}))
        change(file)
    return path


def _sums(parts: Mapping[str, bytes]) -> list[dict[str, str | int]]:
    return [{"name": name, "sha256": sha256(it).hexdigest(), "size": len(it)} for name, it in parts.items()]


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x" * len(name))
    info.filename = name
    info.external_attr = mode << 16
    return info


PARTS = dict.fromkeys(REQUIRED, b"{}")


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        open_evidence(path)
    assert str(path) in str(refused.value)
    return str(refused.value)


def test_a_file_with_all_parts_and_right_sums_is_opened(tmp_path: Path) -> None:
    file = open_evidence(made(tmp_path / "it.zip", PARTS))
    assert file.names() == [*REQUIRED, "manifest.json"]
    file.close()


@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/passwd", "/etc/passwd", "pages/../../x", "..\\x", "C:\\x", "C:/x", "\\\\server\\x", "pages/.."),
        *(
            "a\x00b",
            "pages/\u202e",
            "pages/./x",
            "Answer.json",
            "README.TXT",
            "notes.json",
            "verdict.json",
            "answer.jsonl",
        ),
        *("pages/" + "A" * 32, "pages/" + "\uff10" * 32, "cafe\u0301.json", "chart-\u0661.svg", "\u017ftate.json"),
    ],
)
def test_a_part_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "it.zip", PARTS, lambda file: file.writestr(entry(name), b"x"))
    assert "leads out of the file" in refusal(path) or "is no part of evidence" in refusal(path)


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK | 0o777, stat.S_IFDIR | 0o755, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644]
)
def test_links_folders_and_devices_are_refused(tmp_path: Path, mode: int) -> None:
    path = made(
        tmp_path / "it.zip", PARTS, lambda file: file.writestr(entry("pages/" + "0" * 32, mode), b"/etc/passwd")
    )
    assert "is a link" in refusal(path) or "is not a plain file" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["answer.json", "manifest.json"])
def test_a_part_that_is_there_twice_is_refused(tmp_path: Path, name: str) -> None:
    assert f"'{name}' is there twice" in refusal(
        made(tmp_path / "it.zip", PARTS, lambda file: file.writestr(name, b"{}"))
    )


@pytest.mark.parametrize("name", ["pages/" + "0" * 32, "lost.json", "chart-7.svg"])
def test_a_part_that_the_manifest_does_not_list_is_refused(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "it.zip", PARTS, lambda file: file.writestr(name, b"{}"))
    assert f"'{name}' is not in manifest.json" in refusal(path)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_part_is_named(truce: Path, tmp_path: Path, name: str) -> None:
    path = forged(truce, lambda parts: (parts.pop(name), None)[1], into=tmp_path / "it.zip", resum=False)
    assert f"'{name}' is missing" in refusal(path)
    path = forged(truce, lambda parts: (parts.pop(name), None)[1], into=tmp_path / "it.zip")
    assert f"'{name}' is missing" in refusal(path)


def test_a_changed_part_is_named(truce: Path, tmp_path: Path) -> None:
    def longer(name: str) -> Callable[[dict[str, bytes]], None]:
        return lambda parts: parts.update({name: parts[name] + b" "})

    for name in parts_of(truce):
        if name != "manifest.json":
            path = forged(truce, longer(name), into=tmp_path / "it.zip", resum=False)
            assert f"{name} is not what manifest.json says" in refusal(path)


MANIFESTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "manifest.json"),
    "a list": (b"[]", "manifest.json"),
    "another format": (b'{"format": 2, "parts": []}', "format 2; this Parley reads format 1"),
    "no parts": (b'{"format": 1, "parts": []}', "is not in manifest.json"),
    "itself": (
        b'{"format": 1, "parts": [{"name": "manifest.json", "sha256": "", "size": 0}]}',
        "'manifest.json' is missing",
    ),
    "a part twice": (
        b'{"format": 1, "parts": [{"name": "a", "sha256": "", "size": 0}, {"name": "a", "sha256": "", "size": 0}]}',
        "lists a part twice",
    ),
    "deep": (b"[" * 100_000, "manifest.json"),
    "text for a number": (b'{"format": "one", "parts": []}', "format"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_is_none_is_refused(truce: Path, tmp_path: Path, name: str) -> None:
    content, words = MANIFESTS[name]
    path = forged(truce, lambda parts: parts.update({"manifest.json": content}), into=tmp_path / "it.zip", resum=False)
    assert words in refusal(path)


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = made(tmp_path / "it.zip", PARTS | {"pages/" + "0" * 32: bytes(50_000_000)})
    tracemalloc.start()
    assert "a bomb" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_many_parts_that_are_a_bomb_only_together_are_refused_before_they_are_read(tmp_path: Path) -> None:
    bodies = {f"pages/{number:032x}": bytes(9_000_000) for number in range(4)}
    assert "its parts grow from" in refusal(made(tmp_path / "it.zip", PARTS | bodies))


def test_parts_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """As in a bomb whose many entries lead to the same compressed data (Fifield 2019)."""
    path = made(tmp_path / "it.zip", PARTS | {"pages/" + "0" * 32: bytes(range(256)) * 40})
    with zipfile.ZipFile(path) as file:
        start = file.start_dir
    content = path.read_bytes()
    directory = content[start:]
    where = directory.index(b"pages/" + b"0" * 32) - 46
    one = directory[where : where + 46 + 38]
    more = b"".join(one.replace(b"0" * 32, f"{number:032x}".encode()) for number in range(1, 200))
    end = bytearray(directory[-22:])
    struct.pack_into("<HH", end, 8, 199 + len(PARTS) + 2, 199 + len(PARTS) + 2)
    struct.pack_into("<I", end, 12, start and len(directory) - 22 + len(more))
    path.write_bytes(content[:start] + directory[:-22] + more + bytes(end))
    assert "bomb" in refusal(path) or "damaged" in refusal(path)


def test_a_directory_of_millions_of_parts_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "it.zip"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 5_000_000, 5_000_000, 10**9, 0)
    path.write_bytes(record + locator + end)
    assert "too many parts (5,000,000)" in refusal(path)


def test_what_stands_around_the_parts_is_refused(truce: Path, tmp_path: Path) -> None:
    content, path = truce.read_bytes(), tmp_path / "it.zip"
    for other in (b"MZ" + content, content + b"<script>", content[:-1], content[: len(content) // 2], b"", b"PK"):
        path.write_bytes(other)
        refusal(path)


@pytest.mark.parametrize("hidden", ["another answer", "junk"])
@pytest.mark.parametrize("place", ["between the parts", "before the directory"])
def test_what_is_hidden_from_the_directory_is_refused(truce: Path, tmp_path: Path, hidden: str, place: str) -> None:
    content = truce.read_bytes()
    inserted = b"<script>alert(1)</script>" * 50
    if hidden == "another answer":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as other:
            other.writestr("answer.json", b"{}")
        inserted = packed.getvalue().partition(b"PK\x01\x02")[0]
    start = int.from_bytes(content[-6:-2], "little")
    with zipfile.ZipFile(truce) as whole:
        offsets = sorted(info.header_offset for info in whole.infolist())
    if place == "between the parts":
        # The last part moves: its place in the directory is rewritten, so that the zip itself is sound.
        last = offsets[-1]
        content = content[:last] + inserted + content[last:]
        before, after = (place.to_bytes(4, "little") + b"manifest.json" for place in (last, last + len(inserted)))
        content = content.replace(before, after)
    else:
        content = content[:start] + inserted + content[start:]
    path = tmp_path / "hidden.zip"
    path.write_bytes(content[:-6] + (start + len(inserted)).to_bytes(4, "little") + content[-2:])
    assert "something stands b" in refusal(path)


@pytest.mark.parametrize("offset", [6, 8, 30], ids=["flags", "method", "name"])
def test_a_part_that_says_something_else_of_itself_than_the_directory_is_refused(
    truce: Path, tmp_path: Path, offset: int
) -> None:
    content = bytearray(truce.read_bytes())
    content[offset] ^= 1
    path = tmp_path / "lying.zip"
    path.write_bytes(bytes(content))
    assert "does not say of itself what the directory says" in refusal(path)


UT = struct.pack("<HHBL", 0x5455, 5, 1, 0)  # the time of a file, as other programs add it
LONG = struct.pack("<HHQQ", 1, 16, 2, 2)


def rewritten(
    path: Path,
    *,
    method: int = zipfile.ZIP_DEFLATED,
    behind: bytes = b"",
    local_extra: bytes = b"",
    extra: bytes = b"",
    comment: bytes = b"",
    change: dict[str, int] | None = None,
) -> Path:
    """Write a file with the parts of PARTS by hand, of which the first one hides something.

    Args:
        behind: stands behind the compressed content, inside the size that is said of it.
        change: what the part says of itself, beside what the directory says.
    """
    parts = PARTS | {"manifest.json": json.dumps({"format": 1, "parts": _sums(PARTS)}).encode()}
    out, directory = io.BytesIO(), b""
    for number, (name, content) in enumerate(parts.items()):
        squeeze = zlib.compressobj(wbits=-15)
        packed = squeeze.compress(content) + squeeze.flush() if method == zipfile.ZIP_DEFLATED else content
        packed += behind if number == 0 else b""
        facts = {"crc": zlib.crc32(content), "packed": len(packed), "size": len(content)}
        own = facts | (change or {} if number == 0 else {})
        inner, outer, note = (local_extra, extra, comment) if number == 0 else (b"", b"", b"")
        start = out.tell()
        head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, method, 0, 33, *own.values(), len(name), len(inner))
        out.write(head + name.encode() + inner + packed)
        sizes = (*facts.values(), len(name), len(outer), len(note))
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, method, 0, 33, *sizes, 0, 0, 0, start)
        directory += name.encode() + outer + note
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), out.tell(), 0)
    path.write_bytes(out.getvalue() + directory + end)
    return path


def test_a_file_written_by_hand_is_opened(tmp_path: Path) -> None:
    for number, method in enumerate((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)):
        open_evidence(rewritten(tmp_path / f"{number}.zip", method=method)).close()


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ({"behind": b"<script>alert(1)</script>"}, "something stands behind its content"),
        ({"behind": b"x" * 3_000_000}, "something stands behind its content"),
        ({"behind": b"\x00"}, "something stands behind its content"),
        ({"behind": b"<script>", "method": zipfile.ZIP_STORED}, "it is longer than the directory says"),
        ({"local_extra": UT}, "does not say of itself"),
        ({"local_extra": struct.pack("<HH", 0x6375, 500) + b"u" * 500}, "does not say of itself"),
        ({"local_extra": LONG + UT}, "does not say of itself"),
        ({"change": {"crc": 7}}, "does not say of itself"),
        ({"change": {"size": 7}}, "does not say of itself"),
        ({"change": {"packed": 7}}, "does not say of itself"),
        ({"extra": UT}, "has something beside its content"),
        ({"comment": b"<script>"}, "has something beside its content"),
    ],
    ids=str,
)
def test_nothing_hides_within_a_part(tmp_path: Path, hidden: dict[str, Any], words: str) -> None:
    assert words in refusal(rewritten(tmp_path / "it.zip", **hidden))


def test_lists_that_are_too_long_for_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "it.zip", PARTS | {"articles.jsonl": b"{}\n" * 1_000})
    monkeypatch.setattr(opening, "LARGEST_LISTS", 3_000)
    assert "its lists are larger than the 3,000 bytes allowed" in refusal(path)


def test_an_end_that_counts_too_few_parts_is_refused(truce: Path, tmp_path: Path) -> None:
    content = bytearray(truce.read_bytes())
    content[-12] -= 1
    path = tmp_path / "few.zip"
    path.write_bytes(bytes(content))
    assert "its end counts" in refusal(path)


def test_no_flipped_byte_goes_unnoticed(truce: Path, tmp_path: Path) -> None:
    content, path = truce.read_bytes(), tmp_path / "it.zip"
    unnoticed = []
    for place in range(0, len(content), max(1, len(content) // 300)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            file = open_evidence(path)
        except Refused:
            continue
        unnoticed += [] if {name: file.read(name) for name in file.names()} == parts_of(truce) else [place]
        file.close()
    assert unnoticed == []


def test_an_encrypted_or_oddly_compressed_part_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "it.zip", PARTS)
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02")
    struct.pack_into("<H", content, start + 8, 1)
    path.write_bytes(bytes(content))
    assert "encrypted" in refusal(path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("manifest.json", b"{}")
    path.write_bytes(buffer.getvalue())
    assert "compressed in an unknown way" in refusal(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.zip", tmp_path):
        with pytest.raises(WrongArgument, match=str(path)):
            open_evidence(path)
