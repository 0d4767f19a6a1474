"""Real pages and documents, served from loopback hosts with feeds and channels like those of real outlets.

Runs alone too: `python -m tests.support.press FOLDER TIMES` serves each page of FOLDER/extraction under so many addresses and
prints the addresses of the feeds, and of each page the first.
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
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from config.sources import Feed, Source
from crawler.kinds.feed import FULL_TEXT_CHARS

HOSTS = tuple(f"127.0.0.{number}" for number in range(10, 16))
PER_FEED = 50
EVERY = 12  # of the documents; test_equal_answers.py reads a third of all
PER_CHANNEL = 500  # messages on one preview
FULL = FULL_TEXT_CHARS + 50  # characters of a text long enough to count as full text

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one path."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """Running outlets: their feeds as a source, and the row each article was made from, by address."""

    source: Source
    rows: dict[str, Row]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: Mapping[str, Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet: else each answer waits 40 ms for an acknowledgement
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
        """Log nothing."""


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
def pages_press(folder: Path, times: int = 1) -> Iterator[Press]:
    """Serve every real page under this many addresses until the block ends; the feeds hold only links."""
    answers: dict[str, dict[str, Answer]] = {host: {} for host in HOSTS}
    linked: dict[str, list[str]] = {host: [] for host in HOSTS}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, (row, html) in enumerate(list(real_pages(folder)) * times):
        host, path = HOSTS[number % len(HOSTS)], f"/page/{number}.html"
        answers[host][path] = Answer("text/html", html)
        linked[host].append(path)
        rows[host, path] = row
    with _serving(answers) as port:
        feeds: list[Feed] = []
        by_address: dict[str, Row] = {}
        for host, paths in linked.items():
            base = f"http://{host}:{port}"
            by_address |= {base + path: rows[host, path] for path in paths}
            for first in range(0, len(paths), PER_FEED):
                items = [f"<item><link>{base}{path}</link></item>" for path in paths[first : first + PER_FEED]]
                feeds.append(_feed("pages", base, f"/{host.rpartition('.')[2]}/{first}.xml"))
                answers[host][feeds[-1].url.removeprefix(base)] = _rss(items)
        yield Press(_source("pages", feeds), by_address)


@contextmanager
def documents_press(folder: Path) -> Iterator[Press]:
    """Serve a sixth of the documents until the block ends: on channels, in full-text feeds or on short pages.

    The own page of a text that a feed gives in full is not there. A text too short to be believed full has a page.
    """
    host = HOSTS[0]
    answers: dict[str, dict[str, Answer]] = {host: {}}
    documents = list(real_documents(folder))[::EVERY]
    messages = [row for row in documents if row["source"].startswith("telegram:")]
    others = [row for row in documents if not row["source"].startswith("telegram:")]
    with _serving(answers) as port:
        base = f"http://{host}:{port}"
        feeds: list[Feed] = []
        by_address: dict[str, Row] = {}
        for number, rows in enumerate(_batches(messages, PER_CHANNEL)):
            by_address |= {f"{base}/channel{number}/{place}": row for place, row in enumerate(rows)}
            feeds.append(_feed("documents", base, f"/s/channel{number}", kind="telegram"))
            answers[host][f"/s/channel{number}"] = _preview(f"channel{number}", rows)
        for number, rows in enumerate(_batches(others, PER_FEED)):
            paths = {f"/{number}/{place}": row for place, row in enumerate(rows)}
            by_address |= {base + path: row for path, row in paths.items()}
            feeds.append(_feed("documents", base, f"/feed/{number}.xml"))
            answers[host] |= {path: _page(row) for path, row in paths.items() if len(row["text"]) < FULL}
            answers[host][f"/feed/{number}.xml"] = _rss([_entry(base + path, row) for path, row in paths.items()])
        yield Press(_source("documents", feeds), by_address)


def _batches(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [rows[first : first + size] for first in range(0, len(rows), size)]


def _feed(source: str, base: str, path: str, kind: str = "feed") -> Feed:
    return Feed(id=f"{source}{path}", source=source, url=base + path, kind=kind, every=3_600.0)


def _source(id: str, feeds: Sequence[Feed]) -> Source:
    return Source(id=id, name=id, country="XX", language="en", source_class="independent", feeds=tuple(feeds))


def _preview(name: str, rows: Sequence[Row]) -> Answer:
    """Return a channel's preview in the markup of t.me/s."""
    messages = (
        f'<div class="tgme_widget_message js-widget_message" data-post="{name}/{place}">'
        f'<div class="tgme_widget_message_text js-message_text">{escape(row["text"]).replace(chr(10), "<br/>")}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="{row["published"] or ""}"></time></a></div>'
        for place, row in enumerate(rows)
    )
    return _html(name, "".join(messages))


def _page(row: Row) -> Answer:
    title = escape(row["title"] or "")
    return _html(title, f"<article><h1>{title}</h1>{_paragraphs(row)}</article>")


def _html(title: str, body: str) -> Answer:
    whole = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return Answer("text/html; charset=utf-8", whole.encode("utf-8", "replace"))


def _paragraphs(row: Row) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in row["text"].splitlines() if line.strip())


def _entry(url: str, row: Row) -> str:
    date = f"<pubDate>{escape(row['published'])}</pubDate>" if row.get("published") else ""
    title = f"<title>{escape(row['title'])}</title>" if row.get("title") else ""
    return (
        f"<item>{title}<link>{url}</link>{date}"
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{escape(_paragraphs(row))}</content:encoded></item>'
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
    with pages_press(Path(sys.argv[1]), int(sys.argv[2])) as press:
        first = {row["url"]: url for url, row in reversed(press.rows.items())}
        addresses = {"feeds": [feed.url for feed in press.source.feeds], "pages": sorted(first.values())}
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()
