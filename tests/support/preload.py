"""Imported by the process from which the workers of one test process fork: what those of the crawler and the indexer need."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from crawler import kinds
from indexer.extract import preload

__all__ = ["preload"]

for _name in ("crawler.parser_process", *(f"{kinds.__name__}.{kind.name}" for kind in iter_modules(kinds.__path__))):
    import_module(_name)
