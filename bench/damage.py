"""What survives random damage to a file of an installation: python -m bench.damage [--trials N] [--seed N]

Each trial damages one file of a copy of the demonstration's installation, its databases and its index more often than the others.
Every command must then end with a sentence, and after `parley repair` and `parley index` every article must be there again, with
its tags; a body may be lost, which `parley verify` has to say. The exit code is 1 when a trial fails. Takes ten minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

TRIALS = 60
_ARTICLES = 155  # that the demonstration collects
_PAGE = 4_096  # bytes of a page of a database
_PLACES = ("parley.db",) * 3 + ("bodies.db",) * 2 + ("index",) * 3 + ("others",)
_COMMANDS = (
    ("status",),
    ("verify",),
    ("search", "truce"),
    ("trends", "truce", "--since", "14d"),
    ("index", "--once"),
    ("themes",),
    ("sources",),
)
_PATIENCE = 300  # seconds for one command, on a loaded machine


def flip(random: Random, contents: bytearray) -> None:
    """Flip a few bits."""
    for _ in range(random.choice((1, 1, 4, 32))):
        contents[random.randrange(len(contents))] ^= 1 << random.randrange(8)


def clear(random: Random, contents: bytearray) -> None:
    """Fill a page with zeros."""
    start = random.randrange(len(contents)) // _PAGE * _PAGE
    contents[start : start + _PAGE] = bytes(min(_PAGE, len(contents) - start))


def fill(random: Random, contents: bytearray) -> None:
    """Set a few bytes to ones."""
    start = random.randrange(len(contents))
    contents[start : start + 64] = b"\xff" * min(64, len(contents) - start)


def swap(random: Random, contents: bytearray) -> None:
    """Exchange two stretches."""
    first, second = random.randrange(len(contents)), random.randrange(len(contents))
    contents[first : first + 200], contents[second : second + 200] = (
        contents[second : second + 200],
        contents[first : first + 200],
    )


def cut(random: Random, contents: bytearray) -> None:
    """Cut off the end."""
    del contents[random.randrange(len(contents)) :]


def replace(random: Random, contents: bytearray) -> None:
    """Put something else there."""
    contents[:] = random.randbytes(random.choice((1, 100, 5_000)))


DAMAGES: tuple[Callable[[Random, bytearray], None], ...] = (flip, flip, flip, clear, fill, swap, cut, replace)


def damage(random: Random, data: Path) -> tuple[str, str]:
    """Damage or delete a file of a data folder; return where it is, and what was done."""
    place = random.choice(_PLACES)
    files = sorted(path for path in data.rglob("*") if path.is_file() and _place(path.relative_to(data)) == place)
    path, how = random.choice(files), random.choice(DAMAGES)
    name = path.relative_to(data)
    if random.random() < 0.1:
        path.unlink()
        return place, f"{name} deleted"
    contents = bytearray(path.read_bytes())
    how = how if contents else replace
    how(random, contents)
    path.write_bytes(contents)
    return place, f"{name}: {how.__name__}"


def _place(path: Path) -> str:
    if path.parts[0] in ("index", "config", "parley.db", "bodies.db"):
        return path.parts[0]
    return "others"


def failures(random: Random, environment: Mapping[str, str]) -> Iterator[str]:
    """Run commands over a damaged installation and repair it; yield what goes wrong."""
    for words in (*random.sample(_COMMANDS, 4), ("repair",), ("index", "--once")):
        done = _run(environment, *words)
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            yield f"parley {' '.join(words)}: exit code {done.returncode}\n{done.stderr}"
    done = _run(environment, "verify", "--json")
    try:
        verdict = json.loads(done.stdout)
    except ValueError:
        yield f"parley verify: {done.stderr}"
        return
    if (verdict["kept"], verdict["indexed"], verdict["different"]) != (_ARTICLES, _ARTICLES, 0):
        yield f"parley verify: {done.stdout}"
    if any(tags["missing"] or tags["stale"] for tags in verdict["themes"]):
        yield f"parley verify: {verdict['themes']}"
    yield from (sentence for sentence in verdict["files"] if "a backup may have them" not in sentence)


def _run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False)


def main() -> int:
    """Damage, repair and compare; return 1 when something goes wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began, failed = time.monotonic(), 0
    places: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="parley-damage-") as folder:
        whole, data = Path(folder, "whole"), Path(folder, "damaged")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        _run(environment | {"PARLEY_DATA": str(whole)}, "demo", "--once", "--small").check_returncode()
        environment |= {"PARLEY_DATA": str(data), "PARLEY_CONFIG": str(whole / "demo" / "config")}
        for seed in range(arguments.seed, arguments.seed + arguments.trials):
            random = Random(seed)
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(whole / "demo", data)
            place, done = damage(random, data)
            places[place] += 1
            if wrong := list(failures(random, environment)):
                failed += 1
                print(f"{seed}: {done}", *wrong, sep="\n  ", flush=True)
    counts = ", ".join(f"{place} {number}" for place, number in sorted(places.items()))
    print(f"{arguments.trials} trials ({counts}), {failed} failed; {time.monotonic() - began:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
