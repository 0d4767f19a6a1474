"""Tokens: listing them, making and revoking them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from config.errors import ArchiveError
from crawler.archive.database import check_folder
from crawler.resources import file_error
from monitor.access import FILE, AccessFile, Scope, Token
from monitor.app import App
from monitor.documents.tokens import NewTokenDocument, TokenDocument, TokensDocument


def list_tokens(app: App) -> TokensDocument:
    """Return the tokens that can be used.

    Raises:
        ArchiveError: their file is damaged, or the data folder has neither it nor an archive.
    """
    _check_folder(app)
    return TokensDocument(tokens=tuple(map(_document, AccessFile(app.settings.data).read().tokens)))


def new_token(app: App, name: str, scope: Scope) -> NewTokenDocument:
    """Make a token.

    Raises:
        WrongArgument, Conflict: the name cannot be used.
        ArchiveError: the data folder is missing or cannot be written.
    """
    now = datetime.now(UTC)
    with _explained(app):
        token = AccessFile(app.settings.data).new_token(name, scope, now)
    return NewTokenDocument(name=name, scope=scope, made=now, token=token)


def revoke_token(app: App, name: str) -> TokenDocument:
    """Revoke a token; who signed in with it is signed out.

    Raises:
        NotFound: there is none of that name.
        ArchiveError: the data folder is missing, has neither tokens nor an archive, or cannot be written.
    """
    _check_folder(app)
    with _explained(app):
        return _document(AccessFile(app.settings.data).revoke(name))


def _document(token: Token) -> TokenDocument:
    return TokenDocument(name=token.name, scope=token.scope, made=token.made)


def _check_folder(app: App) -> None:
    """Raise the error that names the data folder where it is none: tokens may be made before anything is collected."""
    data = app.settings.data
    if not os.path.lexists(data / FILE) and not app.has_archive:
        app.archive.check()


@contextmanager
def _explained(app: App) -> Iterator[None]:
    data = app.settings.data
    check_folder(data)
    if not data.is_dir():
        raise ArchiveError(
            f"{data}: there is no such folder yet; `parley run` makes it. "
            "If your data is elsewhere, set PARLEY_DATA to its folder"
        )
    try:
        yield
    except OSError as error:
        raise ArchiveError(file_error(error, data / FILE)) from error
