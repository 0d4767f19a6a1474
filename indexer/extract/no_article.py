"""Why a page has no article."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class NoArticle:
    """A page without an article: the outcome it ends with, and a sentence for people about this page."""

    outcome: Outcome
    detail: str
