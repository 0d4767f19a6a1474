"""The cost of the morphology: `python -m bench.morphology`.

Builds each table into an empty folder (time, size, peak memory), then opens all of them in a fresh process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from indexer.morphology import DEFAULT_LANGUAGES, Morphology
from indexer.morphology.build import build_table, table_folder

_WORDS = {
    "en": "negotiations",
    "ru": "переговоры",
    "uk": "переговори",
    "de": "verhandlungen",
    "fr": "negociations",
    "pl": "negocjacje",
}


def main(arguments: list[str]) -> None:
    """Measure every step in a process of its own; `--open CACHE` and `--build CACHE LANGUAGE` are such steps."""
    if arguments[:1] == ["--open"]:
        _open(Path(arguments[1]))
    elif arguments[:1] == ["--build"]:
        _build(Path(arguments[1]), arguments[2])
    else:
        with tempfile.TemporaryDirectory() as cache:
            for language in DEFAULT_LANGUAGES:
                if language not in ("ru", "uk"):
                    _step("--build", cache, language)
            _step("--open", cache)


def _step(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "bench.morphology", *arguments], check=True)


def _build(cache: Path, language: str) -> None:
    start = time.process_time()
    build_table(cache, language)
    seconds = time.process_time() - start
    size = sum(file.stat().st_size for file in table_folder(cache, language).iterdir())
    print(f"build {language}: {seconds:5.1f} CPU-s  {size / 1e6:5.1f} MB on disk  {_peak():4} MB at most", flush=True)


def _open(cache: Path) -> None:
    start = time.perf_counter()
    words = Morphology(cache)
    for language, word in _WORDS.items():
        first = time.perf_counter()
        count = len(words.forms(word, language))
        print(f"first word {language}: {(time.perf_counter() - first) * 1000:6.1f} ms  {word}: {count} forms")
    print(f"all six opened and asked: {time.perf_counter() - start:.3f} s  {_peak()} MB")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1:])
