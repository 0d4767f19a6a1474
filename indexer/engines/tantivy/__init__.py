"""The embedded engine, `tantivy:PATH`: an index in a folder, no server, one writer, any number of reading processes."""

from __future__ import annotations

from indexer.engines.tantivy.engine import check, fresh, open

__all__ = ["check", "fresh", "open"]
