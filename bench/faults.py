"""What survives when parts of a running Parley are killed: python -m bench.faults [--engine NAME] [--kills N] [--seed N]

On each engine `parley run` collects from the sample site, while articles appear and are revised, and a part of it gets SIGKILL at
sixty random moments: the crawler, the indexer, a worker or the supervisor. Afterwards the articles, their tags and their copies
must be those of an undisturbed run, and `parley verify` must agree. Then come the test suite's tables of damage, of truncated
answers and of processes that do not respond. Everything is in a temporary folder. The exit code is 1 when anything is lost.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from random import Random
from uuid import uuid4

from bench.server import running
from indexer.article import Article
from tests.support.demo_run import RunResult, demo_parley, demo_site, outcome, undisturbed_run
from tests.support.killing import Moment, Supervised, killed

ENGINES = ("tantivy", "elasticsearch")
KILLS = 60
TABLES = {
    "damage": (
        "tests/indexer/jobs/test_damaged_articles.py",
        "tests/indexer/jobs/test_damaged_rows.py",
        "tests/monitor/test_data_folder.py",
        "tests/monitor/test_repair.py",
        "tests/monitor/test_restore.py",
    ),
    "truncation": (
        "tests/crawler/test_cut_off.py",
        "tests/crawler/test_nothing_lost.py",
        "tests/crawler/test_passing_causes.py",
        "tests/crawler/test_unpack.py",
    ),
    "silence": (
        "tests/crawler/test_parser_process.py",
        "tests/crawler/test_presence.py",
        "tests/crawler/test_resources.py",
        "tests/indexer/extract/test_pool.py",
        "tests/monitor/processes/test_supervisor.py",
        "tests/monitor/services/test_status.py",
    ),
}


def main() -> int:
    """Kill, compare and run the tables; return 1 when something is lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, help="only this one (default: both)")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which ends what was started
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="parley-faults-") as name:
        folder = Path(name)
        undisturbed = undisturbed_run(folder / "undisturbed")
        for engine in [arguments.engine] if arguments.engine else ENGINES:
            with _address(engine) as address:
                verdicts.append(_survives(folder / engine, address, undisturbed, arguments.kills, arguments.seed))
    for name, files in TABLES.items():
        print(f"\n{name}:", flush=True)
        verdicts.append(subprocess.run([sys.executable, "-m", "pytest", "-q", *files], check=False).returncode == 0)
    return int(not all(verdicts))


def _survives(folder: Path, engine: str, undisturbed: RunResult, kills: int, seed: int) -> bool:
    """Kill parts of an installation; print and return whether its contents are as if nothing had happened."""
    began = time.monotonic()
    with demo_site() as (site, proxy):
        parley = demo_parley(folder, site, proxy, engine=engine)
        moments = list(killed(parley, site, Supervised(parley, Random(seed)), kills, Random(seed)))
        parley.finish()
    contents = outcome(parley)
    verified = parley.run("verify")
    print(
        f"\n{engine}: {', '.join(_summary(moments))}; {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}"
    )
    differences = list(_differences(contents, undisturbed))
    print(f"{len(contents.articles)} articles are searchable, {len(undisturbed.articles)} were published")
    print("\n".join([*differences, f"verify: exit code {verified.code}", verified.out, verified.err]), flush=True)
    return not differences and verified.code == 0


def _summary(moments: Sequence[Moment]) -> Iterator[str]:
    yield f"{len(moments)} kills"
    victims = Counter(name for moment in moments for name in moment.victims)
    yield from (f"{name} {number}" for name, number in sorted(victims.items()))
    yield f"while pages were fetched {sum(moment.fetching > 0 for moment in moments)}"
    yield f"while pages were extracted {sum(moment.claimed > 0 for moment in moments)}"


def _differences(contents: RunResult, wanted: RunResult) -> Iterator[str]:
    """Yield a line for everything that is not as it is undisturbed."""
    if contents.copies != wanted.copies:
        yield f"copies: {sorted(map(sorted, contents.copies ^ wanted.copies))}"
    for url in sorted(contents.addresses.keys() | wanted.addresses.keys()):
        state, usual = contents.addresses.get(url), wanted.addresses.get(url)
        if state != usual:
            yield f"address {url}: {state} instead of {usual}"
    for id in sorted(contents.articles.keys() | wanted.articles.keys()):
        article, other = contents.articles.get(id), wanted.articles.get(id)
        if article is None or other is None:
            yield f"article {id}: {'missing' if other else 'not published'}"
            continue
        for name in (field.name for field in fields(Article)):
            if getattr(article, name) != getattr(other, name):
                yield f"{name} of {article.url}: {getattr(article, name)!r} instead of {getattr(other, name)!r}"


@contextmanager
def _address(engine: str) -> Iterator[str]:
    """Yield the address of an engine without contents; "" for the embedded one."""
    with ExitStack() as stack:
        if engine == "tantivy":
            yield ""
        else:
            server = stack.enter_context(running())
            name = f"faults-{uuid4().hex}"
            stack.callback(server.remove, name)
            yield server.address(name)


if __name__ == "__main__":
    sys.exit(main())
