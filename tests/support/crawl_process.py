"""A crawl in a process of its own that a test may kill: `python -m tests.support.crawl_process DATA FEED… [--limit BYTES]`."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path

from config.errors import ArchiveError
from config.settings import Settings
from config.sources import Feed, Source

ROOT = Path(__file__).parent.parent.parent


def start(data: Path, *feeds: str, limit: int | None = None) -> subprocess.Popen[str]:
    """Start collecting from feeds until nothing is due.

    Args:
        limit: bytes that no file may grow beyond, as on a full disk.
    """
    more = [] if limit is None else ["--limit", str(limit)]
    command = [sys.executable, "-m", "tests.support.crawl_process", str(data), *feeds, *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main() -> int:
    """Collect, and print the result on one line."""
    from crawler.archive.archive import open_archive
    from crawler.download.loop import run
    from crawler.run import crawl

    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("feeds", nargs="+")
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    if arguments.limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (arguments.limit, resource.RLIM_INFINITY))
    settings = Settings(
        data=arguments.data, delay=0, allow_private=("127.0.0.0/8",), min_free_disk=0, timeout=60, obey_robots=False
    )
    feeds = tuple(
        Feed(id=f"s/{n}", source="s", url=url, kind="feed", every=900.0) for n, url in enumerate(arguments.feeds)
    )
    source = Source(id="s", name="s", country="DE", language="en", source_class="independent", feeds=feeds)
    try:
        print(run(crawl(settings, [source], open_archive(arguments.data), once=True)))
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
