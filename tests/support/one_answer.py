"""A server that gives every request the same answer, to imitate states of Elasticsearch that are hard to reproduce."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler

from tests.support.serving import Serving


class Answers(Serving):
    """Gives every request the same answer and records credentials and bodies."""

    def __init__(self, status: int, body: object, headers: dict[str, str]) -> None:
        self.reply = status, json.dumps(body).encode(), headers
        self.seen: list[str | None] = []
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Answer)
        self.start()


class _Answer(BaseHTTPRequestHandler):
    server: Answers

    def do_GET(self) -> None:
        status, body, headers = self.server.reply
        self.server.seen.append(self.headers["Authorization"])
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"] or 0)))
        self.send_response(status)
        for key, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def answering(status: int, body: object, *, product: str | None = "Elasticsearch") -> Answers:
    """Start a server that always gives the same answer."""
    return Answers(status, body, {} if product is None else {"X-Elastic-Product": product})


def error(kind: str, reason: str) -> dict[str, object]:
    return {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


# How version 8 answers every request of a client of version 9.
OLD = error("media_type_header_exception", "Invalid media-type value on headers [Accept]")
