"""The library that draws charts in the browser, once somebody points at one; it comes from an installed package."""

from __future__ import annotations

import gzip
from contextlib import suppress
from importlib.metadata import version
from threading import Lock
from typing import Final

import vl_convert
from fastapi import APIRouter, Response

from config.errors import NotFound
from config.replacing import replace_bytes
from monitor.app import App
from monitor.charts.draw import VEGA_LITE
from monitor.web.parameters import Installation

VERSION: Final = version("vl-convert-python")
PATH: Final = f"/static/vega-{VERSION}.js"

_EXPOSE = "window.vegaEmbed = vegaEmbed;"
_FOREVER = "public, max-age=31536000, immutable"
_lock = Lock()

router = APIRouter(include_in_schema=False)


@router.get("/static/vega-{wanted}.js")
def send(app: Installation, wanted: str) -> Response:
    """Return the library, compressed; an address is one version of it."""
    if wanted != VERSION:
        raise NotFound(f"the library is at {PATH}")
    headers = {"Content-Encoding": "gzip", "Cache-Control": _FOREVER}
    return Response(_library(app), media_type="text/javascript", headers=headers)


def _library(app: App) -> bytes:
    """Return Vega-Embed, Vega-Lite and Vega in one file, which takes seconds to make and is kept in the cache folder."""
    file = app.settings.cache / f"vega-{VERSION}.js.gz"
    with _lock:
        if file.exists():
            return file.read_bytes()
        library = gzip.compress(str(vl_convert.javascript_bundle(_EXPOSE, VEGA_LITE)).encode(), 9, mtime=0)
        with suppress(OSError):  # a cache that cannot be written costs time, and nothing else
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_bytes(file, library)
        return library
