"""A page that arrives slowly: what is already shown does not move when the rest comes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import accumulate

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.browser import window
from tests.support.processes import until
from tests.support.serving import Serving

_CUTS = re.compile(
    r"(?<=<main id=\"main\">)|(?<=</header>)|(?<=</section>)|(?<=</form>)|(?=<(?:summary|table|h2|svg|p|ul)\b)"
)
_TWO_FRAMES = (
    "() => new Promise(done => setTimeout(done, 34))"  # a frame of its own never comes while a page waits for its rest
)
_MOST = 10  # pieces of one page


class SlowLine(Serving):
    """Passes requests on to a server, and what it responds back: a page in pieces, each when the test wants it.

    Attributes:
        address: of this server.
        marks: the comments that end the pieces of the page that is being sent, but for the last piece.
        begun: the page is being sent.
        wanted: pieces that may follow.
    """

    def __init__(self, origin: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.origin = httpx.Client(base_url=origin, timeout=60)
        self.marks: list[str] = []
        self.begun = threading.Event()
        self.wanted = threading.Semaphore(0)
        self.start()


class _Passing(BaseHTTPRequestHandler):
    server: SlowLine

    def do_GET(self) -> None:
        response = self.server.origin.get(self.path)
        self.send_response(response.status_code)
        for name in ("content-type", "content-security-policy"):
            if value := response.headers.get(name):
                self.send_header(name, value)
        self.end_headers()
        if not response.headers["content-type"].startswith("text/html"):
            self.wfile.write(response.content)
            return
        pieces = _pieces(response.text)
        self.server.marks[:] = [f"<!--piece {number}-->" for number in range(len(pieces) - 1)]
        self.server.begun.set()
        for piece, mark in zip(pieces, self.server.marks, strict=False):
            self.wfile.write(f"{piece}{mark}".encode())
            self.server.wanted.acquire()
        self.wfile.write(pieces[-1].encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _pieces(page: str) -> list[str]:
    pieces = _CUTS.split(page)
    starts = [0, *accumulate(map(len, pieces))]
    step = -(-len(pieces) // _MOST)
    ends = [*starts[step:-1:step], len(page)]
    return [page[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@pytest.fixture
def line(address: str) -> Iterator[SlowLine]:
    line = SlowLine(address)
    yield line
    line.server_close()


@pytest.mark.parametrize(("page", "width"), [("/", 375), ("/alerts", 1_280), ("/sources", 1_280), ("/compare", 1_280)])
def test_a_page_that_arrives_in_pieces_does_not_shift(browser: Browser, line: SlowLine, page: str, width: int) -> None:
    with window(browser, line.address, width=width) as opened:
        opened.page.goto(page, wait_until="commit")
        assert line.begun.wait(60)
        for mark in line.marks:
            until(lambda mark=mark: mark in opened.page.content(), f"{mark} has arrived")  # type: ignore[misc]
            opened.page.evaluate(_TWO_FRAMES)
            assert not opened.shifts(), f"something moved before {mark}"
            line.wanted.release()
        opened.page.wait_for_load_state()
        assert not opened.shifts(), "something moved with the last piece"
