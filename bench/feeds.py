"""Speed and completeness of the feed kind: `python -m bench.feeds [FOLDER_WITH_FEEDS]`.

Prints feeds of 50 entries per CPU-second beside feedparser's, measured in turn in one run, and, for the archives and files of a
folder, the slowest, the largest use of memory and the fields that feedparser reads differently.
"""

from __future__ import annotations

import resource
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import feedparser

from bench.feed_differences import differences
from config.sources import Feed
from crawler.kinds.feed import read
from crawler.page import FeedResponse

FEED = Feed(id="bench/1", source="bench", url="https://example.org/feed.xml", kind="feed")
ROUNDS = 5

HEAD = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title><language>en</language>'
)
ITEM = """<item><title>Talks on a truce, round {n}</title><link>https://example.org/world/{run}/talks-{n}</link>
<guid isPermaLink="false">{run}-{n}</guid><pubDate>Mon, 23 Nov 2026 10:{n:02d}:00 +0300</pubDate>
<dc:creator>A. Writer</dc:creator>
<description><![CDATA[<p>Delegations met again &amp; agreed on little. They will meet again. They will.</p>]]></description>
<category>World</category>{more}</item>
"""
ENTRY = """<entry><title>Talks on a truce, round {n}</title><link rel="alternate" href="https://example.org/{run}/talks-{n}"/>
<id>tag:example.org,2026:{run}-{n}</id><published>2026-11-23T10:{n:02d}:00+03:00</published>
<updated>2026-11-23T10:{n:02d}:00Z</updated>
<author><name>A. Writer</name></author>
<summary type="html">&lt;p&gt;Delegations met again. They will meet again.&lt;/p&gt;</summary></entry>
"""
PARAGRAPH = "<p>Delegations met again &amp; agreed on little, and will meet again.</p>"
FULL = f"<content:encoded><![CDATA[{PARAGRAPH * 40}]]></content:encoded>"


def teasers(run: int) -> bytes:
    """Return an RSS feed of 50 entries, 22 KB, with addresses unique to this run."""
    return f"{HEAD}{''.join(ITEM.format(n=n, run=run, more='') for n in range(50))}</channel></rss>".encode()


def full_texts(run: int) -> bytes:
    """Return an RSS feed of 50 entries with full texts, 170 KB."""
    return f"{HEAD}{''.join(ITEM.format(n=n, run=run, more=FULL) for n in range(50))}</channel></rss>".encode()


def atom(run: int) -> bytes:
    """Return an Atom feed of 50 entries."""
    inside = "".join(ENTRY.format(n=n, run=run) for n in range(50))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{inside}</feed>'.encode()


def broken(run: int) -> bytes:
    """Return an RSS feed of 50 entries with an undeclared prefix, a stray tag and an unknown entity in each."""
    return teasers(run).replace(b"<category>", b"<media:title>x &nbsp;</b></media:title><category>")


def rates(parsers: Sequence[Callable[[bytes], object]], bodies: Sequence[bytes]) -> list[float]:
    """Return feeds per CPU-second of each parser, which take turns."""
    seconds = [0.0] * len(parsers)
    for _ in range(ROUNDS):
        for number, parse in enumerate(parsers):
            start = time.process_time()
            for body in bodies:
                parse(body)
            seconds[number] += time.process_time() - start
    return [ROUNDS * len(bodies) / spent for spent in seconds]


def _response(body: bytes) -> FeedResponse:
    return FeedResponse(url=FEED.url, status=200, content_type="", body=body, max_bytes=10 * len(body) + 1_000)


def read_body(body: bytes) -> object:
    """Read one body as the feed kind does."""
    return read(FEED, _response(body))


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


def survey(folder: Path) -> None:
    """Print the slowest feeds of a folder, the outcomes and the fields that feedparser reads differently."""
    slowest: list[tuple[float, str]] = []
    outcomes: Counter[str] = Counter()
    files = list(bodies(folder))
    for name, body in files:
        start = time.perf_counter()
        result = read(FEED, _response(body))
        slowest.append((time.perf_counter() - start, name))
        outcomes[result.outcome] += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(files):,} files: {dict(outcomes)}; at most {memory:.0f} MB")
    for seconds, name in sorted(slowest, reverse=True)[:5]:
        print(f"{seconds * 1000:8.1f} ms  {name}")
    compared = {name: fields for name, body in files if (fields := differences(body)) is not None}
    different = {name: sorted({one.field for one in fields}) for name, fields in compared.items() if fields}
    print(f"{len(different)} of {len(compared):,} XML feeds are read differently by feedparser:")
    for name, names in different.items():
        print(f"  {', '.join(names):12}  {name}")


def main() -> None:
    """Print all figures."""
    print("feeds of 50 entries per CPU-second: Parley, feedparser, ratio")
    for make in (teasers, full_texts, atom, broken):
        made = [make(run) for run in range(20)]
        ours, theirs = rates((read_body, feedparser.parse), made)
        print(f"{make.__name__:12} {ours:7,.0f} {theirs:7,.0f} {ours / theirs:6.1f}")
    if len(sys.argv) > 1:
        survey(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
