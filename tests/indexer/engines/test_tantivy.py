"""Failures specific to an index in a folder: kills, full disks, damage, two writers, other versions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from config.errors import EngineMisconfigured, EngineUnavailable
from indexer.engine import Engine, mend_engine, open_engine, open_fresh
from indexer.engines.tantivy import generations
from indexer.engines.tantivy.checksums import find_damaged_files
from indexer.query.tree import Everything, Forms, Phrase
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.full_disk import files_no_larger_than
from tests.support.trees import random_article

WRITER = """
import sys
from indexer.engine import open_engine
from tests.support.builders import article
engine = open_engine(sys.argv[1], writable=True)
serial = int(sys.argv[2])
while True:
    engine.add([article(serial=serial + number) for number in range(10)])
    serial += 10
    print(serial, flush=True)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"tantivy:{tmp_path / 'index'}"


@pytest.fixture
def writer(url: str) -> Iterator[Engine]:
    engine = open_engine(url, writable=True)
    yield engine
    engine.close()


def live(url: str) -> Path:
    root = Path(url.removeprefix("tantivy:"))
    return root / (root / "CURRENT").read_text()


def segments(url: str) -> int:
    return len(list(live(url).glob("*.store")))


def test_a_killed_writer_loses_no_acknowledged_article(url: str) -> None:
    random = Random(1)
    acknowledged = 1
    for _ in range(6):
        command = [sys.executable, "-c", WRITER, url, str(acknowledged)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(random.randint(1, 6)):
                acknowledged = int(child.stdout.readline())
            child.kill()
            acknowledged = int((child.stdout.read().split() or [str(acknowledged)])[-1])
        reader = open_engine(url)
        result = serials(reader)
        assert result[: acknowledged - 1] == list(range(1, acknowledged))
        assert len(result) in {acknowledged - 1, acknowledged + 9}
        reader.close()


def test_a_second_writer_is_rejected_but_readers_are_not(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1))
    with pytest.raises(EngineUnavailable, match="another process writes"):
        open_engine(url, writable=True)
    reader = open_engine(url)
    assert serials(reader) == [1]
    reader.close()
    writer.close()
    open_engine(url, writable=True).close()


def test_a_write_that_fails_is_unavailable_and_succeeds_later(url: str, writer: Engine) -> None:
    random = Random(2)
    many = [random_article(random, serial) for serial in range(2, 400)]
    fill(writer, article(serial=1))
    for _ in range(3):
        with files_no_larger_than(4_000):
            try:
                writer.add(many)
            except EngineUnavailable as error:
                assert "will try again" in str(error)
                with pytest.raises(EngineUnavailable):
                    writer.add(many)  # as when the pipeline retries at once
            else:
                pytest.fail("the write did not fail")
            assert serials(writer) == [1]
    writer.add(many)
    reader = open_engine(url)
    assert serials(reader) == serials(writer) == list(range(1, 400))
    reader.close()


def test_many_small_commits_leave_few_segments(url: str, writer: Engine) -> None:
    for serial in range(1, 121):
        writer.add([article(serial=serial)])
    assert serials(writer) == list(range(1, 121))
    assert segments(url) < 30


def test_many_short_lived_writers_leave_few_segments(url: str) -> None:
    for serial in range(1, 61):
        engine = open_engine(url, writable=True)
        engine.add([article(serial=serial)])
        engine.close()
    assert serials(open_engine(url)) == list(range(1, 61))
    assert segments(url) < 30


def test_a_truncated_segment_is_reported_as_damage(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1))
    writer.close()
    for ending in ("term", "store", "fast"):
        file = next(live(url).glob(f"*.{ending}"))
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(EngineMisconfigured, match="parley repair"):
            serials(open_engine(url))
        file.write_bytes(whole)
    assert serials(open_engine(url)) == [1]


def test_a_missing_segment_is_reported_as_damage(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1, text="peace plan"))
    writer.close()
    next(live(url).glob("*.pos")).unlink()
    with pytest.raises(EngineMisconfigured, match="parley repair"):
        open_engine(url).count(
            Phrase("words", (Forms("words", frozenset({"peace"})), Forms("words", frozenset({"plan"}))))
        )


@pytest.mark.parametrize("name", ["meta.json", "parley.json"])
@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"fields": 0, "tokenizer": 1}'])
@pytest.mark.parametrize("writable", [False, True])
def test_an_index_of_another_or_unknown_version_is_reported(url: str, name: str, content: str, writable: bool) -> None:
    open_engine(url, writable=True).close()
    (live(url) / name).write_text(content)
    cure = "rebuild" if name == "parley.json" and "fields" in content else "repair"
    with pytest.raises(EngineMisconfigured, match=f"parley {cure}"):
        open_engine(url, writable=writable)


@pytest.mark.parametrize("content", ["", "..", "/etc", "generation-x", "generation-7"])
def test_a_damaged_pointer_is_reported(url: str, content: str) -> None:
    open_engine(url, writable=True).close()
    Path(url.removeprefix("tantivy:"), "CURRENT").write_text(content)
    with pytest.raises(EngineMisconfigured, match=r"parley (repair|rebuild)"):
        open_engine(url)


def test_a_damaged_index_can_be_rebuilt(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1))
    writer.close()
    (live(url) / "meta.json").write_text("nonsense")
    fresh = open_fresh(url)
    fill(fresh, article(serial=2))
    fresh.promote()
    assert serials(open_engine(url)) == [2]
    fresh.close()


@pytest.mark.parametrize("part", ["idx", "pos", "term", "store", "fast", "fieldnorm", "del"])
def test_any_changed_byte_of_a_segment_is_found(url: str, writer: Engine, part: str) -> None:
    fill(writer, *(article(serial=serial) for serial in range(1, 20)))
    writer.delete([article(serial=3).id])
    writer.close()
    folder = live(url)
    assert find_damaged_files(folder) == []
    (path,) = folder.glob(f"*.{part}")
    whole = path.read_bytes()
    end = len(whole) - 8  # the length of the footer and a number
    for at in {*Random(part).sample(range(end), 20), 0, end, len(whole) - 1}:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert find_damaged_files(folder) == [path.name] or _is_unread(whole, at)
    path.write_bytes(whole[: len(whole) // 2])
    assert find_damaged_files(folder) == [path.name]
    path.unlink()
    assert find_damaged_files(folder) == [path.name]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"segments": 1}', '{"segments": [1]}', '{"segments": [{}]}'])
def test_a_damaged_list_of_segments_is_named(url: str, writer: Engine, content: str) -> None:
    fill(writer, article(serial=1))
    (live(url) / "meta.json").write_text(content)
    with pytest.raises(EngineMisconfigured, match=r"meta.json.*parley repair"):
        writer.find_damage()


def _is_unread(whole: bytes, at: int) -> bool:
    """Return whether a byte belongs to the version in the footer, which has no checksum."""
    return whole.rindex(b'{"version"') <= at < whole.rindex(b'"crc"')


def test_a_killed_promotion_never_leaves_an_index_that_counts_as_lost(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(url.removeprefix("tantivy:"))
    with monkeypatch.context() as patch:
        patch.setattr(generations, "note_promotion", kill)
        with pytest.raises(KeyboardInterrupt):
            open_engine(url, writable=True)
    assert serials(open_engine(url)) == []
    writer = open_engine(url, writable=True)
    fill(writer, article(serial=1))
    writer.close()
    (root / "CURRENT").unlink()
    assert "names generation-1 now" in mend_engine(url)
    assert serials(open_engine(url)) == [1]


def kill(_: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("content", ["", "generation-9"])
def test_an_index_that_was_never_live_does_not_prevent_a_rebuild(url: str, content: str) -> None:
    open_fresh(url).close()
    Path(url.removeprefix("tantivy:"), "CURRENT").write_text(content)
    fresh = open_fresh(url)
    fresh.promote()
    fresh.close()
    assert serials(open_engine(url)) == []


def test_a_promoted_rebuild_leaves_one_generation(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1))
    writer.close()
    for serial in (2, 3):
        fresh = open_fresh(url)
        fill(fresh, article(serial=serial))
        fresh.promote()
        fresh.close()
    root = Path(url.removeprefix("tantivy:"))
    assert [path.name for path in root.glob("generation-*")] == [(root / "CURRENT").read_text()]


def test_a_scan_continues_across_a_promotion(url: str, writer: Engine) -> None:
    fill(writer, *(article(serial=serial) for serial in range(1, 2_500)))
    reader = open_engine(url)
    scan = reader.scan(Everything())
    seen = [next(scan).serial]
    fresh = open_fresh(url)
    fill(fresh, article(serial=1))
    writer.close()
    fresh.promote()
    seen += [result.serial for result in scan]
    assert seen == list(range(1, 2_500))
    assert serials(reader) == [1]
    fresh.close()


def test_readers_never_fail_during_a_promotion(url: str, writer: Engine) -> None:
    fill(writer, article(serial=1))
    writer.close()

    def rebuild() -> None:
        for _ in range(12):
            fresh = open_fresh(url)
            fill(fresh, article(serial=1))
            fresh.promote()
            fresh.close()

    reader = open_engine(url)
    with ThreadPoolExecutor(1) as pool:
        rebuilding = pool.submit(rebuild)
        while not rebuilding.done():
            assert serials(reader) == [1]
            assert serials(open_engine(url)) == [1]
        rebuilding.result()


def test_a_folder_that_only_has_the_name_of_a_generation_is_left_alone(url: str, writer: Engine) -> None:
    own = live(url).parent / "generation-7"
    own.mkdir()
    (own / "backup.json").write_text("{}")
    writer.close()
    open_engine(url, writable=True).close()
    fresh = open_fresh(url)
    fresh.promote()
    fresh.close()
    assert (own / "backup.json").exists()
    assert live(url).name == "generation-8"


def test_a_writer_keeps_an_unfinished_generation_for_the_next_rebuild_and_removes_older_ones(
    url: str, writer: Engine
) -> None:
    fill(writer, article(serial=1))
    left = open_fresh(url)
    left.close()
    writer.close()
    (live(url).parent / "generation-0").mkdir()
    open_engine(url, writable=True).close()
    assert {path.name for path in live(url).parent.glob("generation-*")} == {"generation-1", "generation-2"}


@pytest.mark.parametrize("name", ["with blank", "with#hash", "with?question", "with%20percent", "папка"])
def test_any_folder_name_can_be_used(tmp_path: Path, name: str) -> None:
    engine = open_engine(f"tantivy:{tmp_path / name}", writable=True)
    fill(engine, article(serial=1))
    assert (tmp_path / name / "CURRENT").exists()
    engine.close()


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    open_engine("tantivy:~/index", writable=True).close()
    assert (tmp_path / "index" / "CURRENT").exists()


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineMisconfigured, match="file"):
        open_engine(f"tantivy:{tmp_path / 'file' / 'index'}", writable=True)
    with pytest.raises(EngineMisconfigured, match="file"):
        open_engine(f"tantivy:{tmp_path / 'file' / 'index'}")
