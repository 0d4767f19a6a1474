"""Real pages and documents served from loopback hosts with feeds, as a small press of the world.

Runs alone too: `python -m tests.support.press FOLDER` serves the pages of FOLDER/extraction and prints the feeds' addresses.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HOSTS = tuple(f"127.0.0.{number}" for number in range(10, 16))
PER_FEED = 50

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one path answers."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """A running press: the addresses of its feeds, and of every page by the row it came from."""

    feeds: tuple[str, ...]
    pages: Mapping[str, Mapping[str, Any]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: Mapping[str, Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        answer = self.server.answers.get(self.path)
        body = answer.body if answer else b"not here"
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", answer.content_type if answer else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def real_pages(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield every page of the extraction sets: its gold row and its HTML."""
    for index in sorted(folder.glob("extraction/*/index.jsonl")):
        for line in index.read_text("utf-8").splitlines():
            row = json.loads(line)
            raw = (index.parent / row["html"]).read_bytes()
            yield row, gzip.decompress(raw) if row["html"].endswith(".gz") else raw


def real_documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield every dated document of the open-licence sets that has a text."""
    for file in sorted(folder.glob("corpus/open-licence/*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from (row for row in map(json.loads, lines) if row["text"])


def _rss(items: Sequence[str]) -> Answer:
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Press</title>'
    feed = f"{head}{''.join(items)}</channel></rss>"
    return Answer("application/rss+xml; charset=utf-8", feed.encode("utf-8", "replace"))


@contextmanager
def pages_press(folder: Path) -> Iterator[Press]:
    """Serve every real page, its links alone in the feeds, until the block ends."""
    answers: dict[str, dict[str, Answer]] = {host: {} for host in HOSTS}
    linked: dict[str, list[str]] = {host: [] for host in HOSTS}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, (row, html) in enumerate(real_pages(folder)):
        host, path = HOSTS[number % len(HOSTS)], f"/page/{number}.html"
        answers[host][path] = Answer("text/html", html)
        linked[host].append(path)
        rows[host, path] = row
    with _serving(answers) as port:
        feeds = []
        pages = {}
        for host, paths in linked.items():
            base = f"http://{host}:{port}"
            pages |= {base + path: rows[host, path] for path in paths}
            for first in range(0, len(paths), PER_FEED):
                items = [f"<item><link>{base}{path}</link></item>" for path in paths[first : first + PER_FEED]]
                answers[host][f"/feed/{first}.xml"] = _rss(items)
                feeds.append(f"{base}/feed/{first}.xml")
        yield Press(tuple(feeds), pages)


@contextmanager
def documents_press(folder: Path) -> Iterator[Press]:
    """Serve every document as a full-text entry whose own page cannot be had, until the block ends."""
    answers: dict[str, dict[str, Answer]] = {HOSTS[0]: {}}
    with _serving(answers) as port:
        base = f"http://{HOSTS[0]}:{port}"
        feeds = []
        pages: dict[str, Mapping[str, Any]] = {}
        documents = real_documents(folder)
        for number in range(1_000_000):
            batch = list(islice(documents, 500))
            if not batch:
                break
            items = []
            for place, row in enumerate(batch):
                url = f"{base}/gone/{number}/{place}"
                pages[url] = row
                items.append(_entry(url, row))
            answers[HOSTS[0]][f"/feed/{number}.xml"] = _rss(items)
            feeds.append(f"{base}/feed/{number}.xml")
        yield Press(tuple(feeds), pages)


def _entry(url: str, row: Mapping[str, Any]) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in row["text"].splitlines() if line.strip())
    date = f"<pubDate>{escape(row['published'])}</pubDate>" if row.get("published") else ""
    title = f"<title>{escape(row['title'])}</title>" if row.get("title") else ""
    return (
        f"<item>{title}<link>{url}</link>{date}"
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{escape(paragraphs)}</content:encoded></item>'
    )


@contextmanager
def _serving(answers: Mapping[str, Mapping[str, Answer]]) -> Iterator[int]:
    servers: list[_Server] = []
    port = 0
    try:
        for host, paths in answers.items():
            server = _Server((host, port), _Handler)
            server.answers = paths
            port = server.server_address[1]
            servers.append(server)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield port
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


if __name__ == "__main__":
    with pages_press(Path(sys.argv[1])) as press:
        print(json.dumps({"feeds": press.feeds, "pages": list(press.pages)}), flush=True)
        sys.stdin.read()
