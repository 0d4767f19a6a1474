"""What a collected page says: title, text, date, authors, language. Pure: no clock, network or disk.

`read_page` is what the indexer calls; `extract` is the same for one HTML page, for everybody else.
"""

from __future__ import annotations

from indexer.extract.reading import EXTRACTOR_VERSION, extract, read_page
from indexer.extract.refusal import Refusal

__all__ = ["EXTRACTOR_VERSION", "Refusal", "extract", "read_page"]
