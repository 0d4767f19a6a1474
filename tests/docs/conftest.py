from __future__ import annotations

from tests.support.installation import small

__all__ = ["small"]
