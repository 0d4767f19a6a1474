"""Recognises what a page says about itself when it is no article: missing, closed, blocked, checking the browser, a wish for
scripts or a login.

The patterns are in notices.toml. They fit what a page says of itself; a report says the same in the third person and the past
tense. Statements must therefore begin a sentence.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["missing", "closed", "blocked", "checking", "scripts", "login"]

_KINDS: tuple[Kind, ...] = ("missing", "closed", "blocked", "checking", "scripts", "login")
_FILE = Path(__file__).with_name("notices.toml")
_POLITE = (
    r"(?:(?:sorry|oops|извините|к сожалению|на жаль|вибачте|leider|entschuldigung|désolé|hélas|niestety"
    r"|przepraszamy)[,!.…]* )?"
)
_SENTENCE = r"(?:^|[.!?:…\n—–|]\s*)"
_BEGINNING = re.compile(r"(?:^|[.!?:…\n—–|])\s*")
_LONGEST_TITLE = 70  # characters of a title that is a notice as a whole
_EDGES = " .!?…:—–-|»«\"'()[]"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns of all languages.

    Attributes:
        titles, statements: a pattern for every kind.
        any_statement: what a sentence that is a statement of any kind begins with.
        advice: what such pages tell readers to do.
        consent: words about cookies and tracking.
        address: what an outlet that asks for consent says to its readers.
        reader: words that speak to whoever reads the page.
    """

    titles: dict[Kind, re.Pattern[str]]
    statements: dict[Kind, re.Pattern[str]]
    any_statement: re.Pattern[str]
    advice: re.Pattern[str]
    consent: re.Pattern[str]
    address: re.Pattern[str]
    reader: re.Pattern[str]


@functools.cache
def patterns() -> Patterns:
    """Return the patterns, compiled at the first call."""
    languages = list(tomllib.loads(_FILE.read_text("utf-8")).values())
    return Patterns(
        titles={kind: _compiled(_of_kind(languages, "titles", kind), before=_POLITE) for kind in _KINDS},
        statements={
            kind: _compiled(_of_kind(languages, "statements", kind), before=_SENTENCE + _POLITE) for kind in _KINDS
        },
        any_statement=_compiled(
            (item for kind in _KINDS for item in _of_kind(languages, "statements", kind)), before=_POLITE
        ),
        advice=_compiled(item for language in languages for item in language["advice"]),
        consent=_compiled(item for language in languages for item in language["consent"]),
        address=_compiled(item for language in languages for item in language["address"]),
        reader=_compiled((rf"{item}\b" for language in languages for item in language["reader"]), before=r"\b"),
    )


def kind_of_title(title: str) -> Kind | None:
    """Return the kind of notice that a title is as a whole, such as "404" or "Access denied"; None for a headline."""
    bare = " ".join(title.split()).strip(_EDGES)
    if len(bare) > _LONGEST_TITLE:
        return None
    return next((kind for kind, pattern in patterns().titles.items() if pattern.fullmatch(bare)), None)


def statements(text: str) -> dict[Kind, int]:
    """Return how many sentences of a text are statements of each kind of notice."""
    # One test at the beginning of each sentence takes half of the time of five patterns that look for beginnings.
    any_statement = patterns().any_statement
    if not any(any_statement.match(text, beginning.end()) for beginning in _BEGINNING.finditer(text)):
        return {}
    counts = {kind: len(pattern.findall(text)) for kind, pattern in patterns().statements.items()}
    return {kind: count for kind, count in counts.items() if count}


def notices_in(sentence: str) -> Iterator[re.Match[str]]:
    """Yield the statements and the advice in a sentence."""
    for pattern in (*patterns().statements.values(), patterns().advice):
        if match := pattern.search(sentence):
            yield match


def _of_kind(languages: Iterable[dict[str, Any]], table: str, kind: Kind) -> Iterator[str]:
    for language in languages:
        yield from (item.replace("PAGE", language["page"]) for item in language[table][kind])


def _compiled(items: Iterable[str], *, before: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(items)})", re.IGNORECASE)
