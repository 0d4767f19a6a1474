"""Wildcards as regular expressions, and how intricate one may be.

`?` after `*` multiplies what an automaton must keep in mind. tantivy refuses one of more than 1,000 states, Elasticsearch
later; no count of signs tells, so tantivy's own verdict holds for every engine.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from functools import lru_cache

from config.errors import QueryTooBroad
from indexer.stored_form import replace_surrogates

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in r"\.+*?()|[]{}^$"})
_FIELD = "words"


def escaped(text: str) -> str:
    """Return the regular expression that matches this text alone."""
    return replace_surrogates(text).translate(_ESCAPED)


def regex(pattern: str) -> str:
    """Return tantivy's regular expression of a wildcard: `*` any run of characters, `?` exactly one."""
    return "".join({"*": ".*", "?": "."}.get(sign) or escaped(sign) for sign in pattern)


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return whether a text matches the wildcard, as a function of time linear in its length.

    `.*` as tantivy's automaton reads it would take Python's `re` time exponential in the number of `*`.
    """
    whole = re.compile(fnmatch.translate(replace_surrogates(pattern).replace("[", "[[]")))
    return lambda text: whole.match(text) is not None


def check_wildcard(pattern: str) -> None:
    """Do nothing when every engine can ask for the wildcard.

    Raises:
        QueryTooBroad: it is too intricate.
    """
    if not _accepted(pattern):
        shown = pattern if len(pattern) <= 40 else f"{pattern[:40]}…"
        raise QueryTooBroad(f'"{shown}" has too many "?" or "*"; use fewer, or write more of the word')


@lru_cache(maxsize=10_000)
def _accepted(pattern: str) -> bool:
    from tantivy import Query, SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field(_FIELD)
    try:
        Query.regex_query(builder.build(), _FIELD, regex(pattern))
    except ValueError:
        return False
    return True
