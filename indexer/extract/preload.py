"""Imported by the process from which the workers fork, so that slow imports and first uses happen once."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from importlib import import_module

from crawler.page import Hints
from indexer.extract import read_page
from indexer.extract.language import warm

for _name in ("trafilatura", "htmldate"):
    import_module(_name)
warm()
_TEXT = "<p>The first page compiles expressions and loads rules. It takes thirty times as long as the next.</p>"
_PAGE = f"<html><head><title>A page</title></head><body><article><h1>A page</h1>{_TEXT * 9}</article></body></html>"
read_page("document", _PAGE.encode(), "text/html", "https://outlet.example/1", Hints(), datetime.now(UTC))
gc.freeze()  # or every full collection in a worker goes through all the modules, and unshares their memory
