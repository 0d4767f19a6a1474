"""The embedded engine, `tantivy:PATH`: an index in a folder, without a server. One process writes, any number read."""

from __future__ import annotations

from indexer.engines.tantivy.engine import check, fresh, open
from indexer.engines.tantivy.mending import mend, owner, retire, salvage

__all__ = ["check", "fresh", "mend", "open", "owner", "retire", "salvage"]
