"""Why a page gives no article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "empty",
    "not_html",
    "undecodable",
    "no_text",
    "consent_page",
    "not_an_article",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that gives no article: the named outcome it ends with, and a sentence for people."""

    outcome: Outcome
    detail: str
