"""Sentences for generated sample articles, from grammar/LANGUAGE.toml: a headline, what happened, and what people say about it.

A slot `{n}` stands for a number whose noun has the same form in all six languages (genitive plural in the Slavic ones), `{place}`
for an invented town, `{who}` for somebody, and `{day}` for a weekday.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from random import Random
from typing import Any

_NUMBERS = tuple(number for number in range(5, 50) if number % 10 not in (1, 2, 3, 4) or 10 < number < 20)


@dataclass(frozen=True, slots=True)
class Subject:
    """What articles about one theme say; the titles have their lead in turn."""

    titles: Sequence[str]
    lead: Sequence[str]
    more: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The sentences of one language.

    Attributes:
        copied: ways to republish the text of another outlet.
        subjects: theme → sentences about it; `plain` are those about none.
    """

    days: Sequence[str]
    places: Sequence[str]
    copied: Sequence[str]
    who: Sequence[str]
    says: Sequence[str]
    what: Sequence[str]
    scene: Sequence[str]
    subjects: Mapping[str, Subject]


@dataclass(slots=True)
class Writer:
    """Writes articles in one language; the same sequence of calls gives the same articles.

    Sentences are dealt from shuffled decks, so that articles close to each other share none of them.
    """

    grammar: Grammar
    random: Random
    _decks: dict[str, list[str]] = field(default_factory=dict)
    _titles: set[str] = field(default_factory=set)

    def write(self, theme: str, on: date, *, is_long: bool) -> tuple[str, tuple[str, ...]]:
        """Return the title and paragraphs of an article about a theme, or about none of them (`plain`).

        Args:
            is_long: whether it is as long as a news report, or as short as a message in a channel.
        """
        subject = self.grammar.subjects[theme]
        slots = {"day": self.grammar.days[on.weekday()]}
        title, lead = self._beginning(theme, subject, slots)
        more = self._sentence(f"{theme} more", subject.more, self._slots(slots))
        if not is_long:
            return title, (f"{lead} {self._speech(slots)}", f"{more} {self._scene()}")
        middle = f"{self._speech(slots)} {self._scene()} {self._speech(slots)}"
        return title, (f"{lead} {self._scene()}", middle, f"{more} {self._speech(slots)}")

    def _beginning(self, theme: str, subject: Subject, slots: dict[str, str]) -> tuple[str, str]:
        """Return a title that no other article has and the sentence that says the same, and put their slots into `slots`."""
        while True:
            slots.update(self._slots(slots))
            pattern = self._deal(f"{theme} title", subject.titles)
            title = _capital(pattern.format_map(slots))
            if title not in self._titles:
                self._titles.add(title)
                lead = subject.lead[subject.titles.index(pattern) % len(subject.lead)]
                return title, _capital(lead.format_map(slots))

    def _slots(self, slots: Mapping[str, str]) -> dict[str, str]:
        number, place = self.random.choice(_NUMBERS), self.random.choice(self.grammar.places)
        return {**slots, "n": str(number), "place": place}

    def _speech(self, slots: Mapping[str, str]) -> str:
        slots = self._slots(slots)
        who = self._deal("who", self.grammar.who).format_map(slots)
        what = self._deal("what", self.grammar.what).format_map(slots)
        return _capital(self._deal("says", self.grammar.says).format_map({**slots, "who": who, "what": what}))

    def _scene(self) -> str:
        return self._sentence("scene", self.grammar.scene, self._slots({}))

    def _sentence(self, deck: str, sentences: Sequence[str], slots: Mapping[str, str]) -> str:
        return _capital(self._deal(deck, sentences).format_map(slots))

    def _deal(self, deck: str, sentences: Sequence[str]) -> str:
        left = self._decks.setdefault(deck, [])
        if not left:
            left += self.random.sample(sentences, len(sentences))
        return left.pop()


@cache
def grammar_of(language: str) -> Grammar:
    """Return the sentences of a language."""
    file = resources.files(__package__) / "grammar" / f"{language}.toml"
    table: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    subjects = {name: Subject(**part) for name, part in table.items() if isinstance(part, dict)}
    return Grammar(subjects=subjects, **{name: part for name, part in table.items() if name not in subjects})


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
