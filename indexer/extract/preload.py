"""Imported by the one process from which those that read pages are forked: whatever takes long to load is loaded once."""

from __future__ import annotations

from importlib import import_module

from indexer.extract.language import warm

for _name in ("indexer.extract", "trafilatura", "htmldate"):
    import_module(_name)
warm()
