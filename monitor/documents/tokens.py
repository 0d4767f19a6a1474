"""Documents about the tokens with which programs and people use the API and the pages."""

from __future__ import annotations

from monitor.access import Scope
from monitor.documents.base import Document, Moment, described


class TokenDocument(Document):
    """A token that can be used. The token itself is nowhere stored."""

    name: str = described("its name", example="notebook")
    scope: Scope = described("what it may do: `read`, or `write`, which includes reading", example="read")
    made: Moment = described("when it was made, UTC", example="2026-11-20T09:41:07+00:00")


class TokensDocument(Document):
    """All tokens that can be used."""

    tokens: tuple[TokenDocument, ...] = described("the tokens, the oldest first", example=[])


class NewTokenDocument(TokenDocument):
    """A token that was made just now."""

    token: str = described("the token, which is never shown again", example="parley_8Zb2…")
