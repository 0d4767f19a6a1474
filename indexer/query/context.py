"""The context in which queries are resolved, and the results collected while reading one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from config.sources import Source
from config.themes import Fragment, Theme
from indexer.article import TextField
from indexer.query.diagnostics import MOST_REMARKS, Diagnostic, replaced


class Words(Protocol):
    """The part of `indexer.morphology.Morphology` that queries need."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows."""
        ...

    def forms(self, word: str, language: str) -> frozenset[str]:
        """Return all forms of a word of this language, itself included."""
        ...

    def expand(self, word: str, languages: tuple[str, ...]) -> dict[str, frozenset[str]]:
        """Return language → forms of a word whose language is not known."""
        ...

    def is_function_word(self, word: str, language: str) -> bool:
        """Return whether the word never expands in this language."""
        ...

    def is_dictionary_form(self, word: str, language: str) -> bool:
        """Return whether the word is a dictionary form in this language, and not a function word."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryContext:
    """The configuration and time that determine the meaning of a query.

    Attributes:
        languages: languages in which words without an explicit language are expanded.
        now: UTC; what `now` means.
        zone: where a day begins.
    """

    morphology: Words
    languages: tuple[str, ...]
    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A word of a query and its forms.

    Attributes:
        forms: language → forms including the word; empty when the word is not expanded.
    """

    word: str
    position: int
    forms: Mapping[str, frozenset[str]]

    @property
    def all_forms(self) -> frozenset[str]:
        """The word and its forms in every language."""
        return frozenset({self.word}).union(*self.forms.values())


@dataclass(slots=True)
class Reading:
    """The remarks and words collected while one query is read."""

    text: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    words: list[ExplainedWord] = field(default_factory=list)

    def warn(self, code: str, message: str, position: int, length: int = 0, suggestion: str | None = None) -> None:
        """Add a warning, unless there are many of its kind."""
        self.add(Diagnostic(code, "warning", message, position, length, suggestion))

    def note(self, code: str, message: str, position: int, length: int, suggestion: str) -> None:
        """Add a note on how something is interpreted, unless there are many of its kind."""
        self.add(Diagnostic(code, "note", message, position, length, suggestion))

    def replaced(self, start: int, end: int, text: str) -> str:
        """Return the query with another text from start to end."""
        return replaced(self.text, start, end, text)

    def add(self, remark: Diagnostic) -> None:
        """Add a remark, unless there are many of its kind."""
        if sum(known.code == remark.code for known in self.diagnostics) < MOST_REMARKS:
            self.diagnostics.append(remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The fields and modifiers that apply to a part of a query.

    Attributes:
        field: name of the field as typed; None for the text as a whole.
        language: the language of the words; None when it is unknown.
        exact: whether words are not expanded.
        theme: whether the query belongs to a theme, whose meaning must not depend on the time.
        within: themes and @fragments that are being inlined, outermost first.
    """

    context: QueryContext
    reading: Reading
    field: str | None = None
    language: str | None = None
    exact: bool = False
    theme: bool = False
    within: tuple[str, ...] = ()

    @property
    def text_field(self) -> TextField:
        """The field of the index in which words are searched."""
        return {"title": "title_words", "author": "author_words"}.get(self.field or "", "words")  # type: ignore[return-value]
