"""Speed and completeness of the feed kind: `python -m bench.feeds [FOLDER_WITH_FEEDS]`.

Prints feeds of 50 entries per CPU-second and, for the archives and files of a folder, the slowest, the largest use of memory
and how many of them give fewer entries than feedparser.
"""

from __future__ import annotations

import io
import resource
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser

from config.sources import Feed
from crawler.kinds.feed import read
from crawler.page import FeedResponse
from crawler.parse.screen import RejectedInput, text_of
from crawler.parse.xml_feed import read_xml

FEED = Feed(id="bench/1", source="bench", url="https://example.org/feed.xml", kind="feed")
SECONDS = 2.0

ITEM = """<item><title>Talks on a truce, round {n}</title><link>https://example.org/world/{run}/talks-{n}</link>
<guid isPermaLink="false">{run}-{n}</guid><pubDate>Mon, 23 Nov 2026 10:{m:02d}:00 +0300</pubDate>
<dc:creator>A. Writer</dc:creator>
<description><![CDATA[<p>Delegations met again &amp; agreed on little. {pad}</p>]]></description>
<category>World</category></item>
"""


def made(run: int) -> bytes:
    """Return a feed of 50 entries, 22 KB, with addresses unique to this run."""
    items = "".join(ITEM.format(n=n, m=n, run=run, pad="They will meet again. " * 3) for n in range(50))
    head = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title>'
    )
    return f"{head}<language>en</language>{items}</channel></rss>".encode()


def rate(parse: Callable[[bytes], object], *, fresh: bool) -> float:
    """Return feeds per CPU-second; `fresh` gives every poll new addresses."""
    bodies = [made(run) for run in range(400 if fresh else 1)]
    start, count = time.process_time(), 0
    while time.process_time() - start < SECONDS:
        parse(bodies[count % len(bodies)])
        count += 1
    return count / (time.process_time() - start)


def _answer(body: bytes) -> FeedResponse:
    return FeedResponse(url=FEED.url, status=200, content_type="", body=body, max_bytes=10 * len(body) + 1_000)


def read_body(body: bytes) -> object:
    """Read one body as the feed kind does."""
    return read(FEED, _answer(body))


def bodies(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every feed in a folder, including those in .tar.gz archives."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive.getmembers():
                    file = archive.extractfile(member)
                    if file is not None:
                        yield member.name, file.read()
        elif path.suffix in (".xml", ".rss", ".atom", ".json", ".gz"):
            yield path.name, path.read_bytes()


def entries(body: bytes) -> int:
    """Return how many entries we find; -1 for a refusal."""
    try:
        feed = read_xml(text_of(_answer(body)), FEED.url)
    except RejectedInput:
        return -1
    return len(feed.entries) if feed else 0


def survey(folder: Path) -> None:
    """Print the slowest feeds of a folder, the outcomes and the feeds with fewer entries than feedparser's."""
    slowest: list[tuple[float, str]] = []
    outcomes: Counter[str] = Counter()
    fewer: list[str] = []
    files = list(bodies(folder))
    for name, body in files:
        start = time.perf_counter()
        result = read(FEED, _answer(body))
        slowest.append((time.perf_counter() - start, name))
        outcomes[result.outcome] += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, body in files:
        if not name.endswith(".json") and entries(body) < len(feedparser.parse(io.BytesIO(body)).entries):
            fewer.append(name)
    print(f"{len(files):,} files: {dict(outcomes)}; at most {memory:.0f} MB")
    print(f"fewer entries than feedparser: {len(fewer)} {fewer}")
    for seconds, name in sorted(slowest, reverse=True)[:5]:
        print(f"{seconds * 1000:8.1f} ms  {name}")


def main() -> None:
    """Print all figures."""
    print(f"{rate(read_body, fresh=False):,.0f} feeds of 50 entries per CPU-second, polled again")
    print(f"{rate(read_body, fresh=True):,.0f} feeds of 50 entries per CPU-second, all addresses new")
    print(f"{rate(feedparser.parse, fresh=True):,.0f} with feedparser alone")
    if len(sys.argv) > 1:
        survey(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
