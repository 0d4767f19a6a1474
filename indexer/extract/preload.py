"""Imported by the process from which the workers fork, so that slow imports happen once."""

from __future__ import annotations

from importlib import import_module

from indexer.extract.language import warm

for _name in ("indexer.extract", "trafilatura", "htmldate"):
    import_module(_name)
warm()
