"""Chooses the form of each fragment and theme that is used, so that all that are used can be run together.

They refer to each other: a mistake in one, or its removal, is a mistake in each that contains it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from config.errors import Problem
from config.files import SHIPPED
from config.forms import LEFT_OUT, Choices, Form
from config.last_good import KEPT, Report, Texts
from config.shape import ShapeT

_REFERENCE = re.compile(r"""(?:(@)|\btheme:\s*"?)([a-z0-9][a-z0-9-]*)""", re.IGNORECASE)

Contents = Mapping[str, Any]  # "themes/truce" → the content of its file
# Takes the contents in use and the keys that may contain mistakes, and returns the mistake of each that has one.
FindMistakes = Callable[[Contents, Collection[str]], Mapping[str, Problem]]


@dataclass(slots=True)
class Selection(Generic[ShapeT]):
    """The forms in use, which change until no mistake is left.

    Attributes:
        choices: every file by key.
        earlier: returns the last good form of the file of a key, which may have been deleted.
    """

    choices: Mapping[str, Choices[ShapeT]]
    last_good: Texts
    earlier: Callable[[str], Choices[ShapeT] | None]
    find_mistakes: FindMistakes
    _forms: dict[str, Sequence[Form[ShapeT]]] = field(default_factory=dict)
    _problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    _remedies: dict[str, Problem] = field(default_factory=dict)
    _restored: set[str] = field(default_factory=set)

    def run(self) -> tuple[Contents, Report]:
        """Return the contents to use, and how their files were read."""
        for key, choices in self.choices.items():
            self._forms[key] = choices.forms
            if choices.problems:
                self._problems[key] = choices.problems
                self._remedy(key, KEPT if choices.forms else LEFT_OUT)
        while mistakes := self.find_mistakes(self._contents(), self._suspects()):
            for key in _causes(mistakes, self._contents()):
                if self._replace(key, mistakes[key]):
                    break  # others may be without a mistake now
        report = Report(
            problems=tuple(problem for problems in self._problems.values() for problem in problems),
            remedies=tuple(self._remedies.values()),
            texts={key: forms[0].text for key, forms in self._forms.items() if forms},
            left_out=frozenset(key.partition("/")[2] for key, forms in self._forms.items() if not forms),
        )
        return self._contents(), report

    def _replace(self, key: str, mistake: Problem) -> bool:
        """Use another form of a file with a mistake: its last good one, or the last good ones of what it refers to.

        Returns whether files were restored, which happens once to each; otherwise this one has a form less.
        """
        needed = references(self._forms[key][0].content)
        faulty = [other for other in sorted(needed) if other in self._problems]
        if key not in self._problems and not faulty:
            self._problems[key] = (mistake,)
        if len(self._forms[key]) > 1:
            self._forms[key] = self._forms[key][1:]
            self._remedy(key, KEPT)
            return False
        if self._restore(key, needed):
            return True
        self._forms[key] = ()
        cause = self.choices[faulty[0]].file.label if faulty and faulty[0] in self.choices else "this"
        self._remedy(key, LEFT_OUT if cause == "this" else f"until {cause} is corrected, this file is left out")
        return False

    def _restore(self, key: str, needed: Iterable[str]) -> bool:
        """Use the last good form of everything that a file needs, and return whether that changed anything."""
        changed, queue = False, list(needed)
        while queue:
            other = queue.pop()
            if other in self._restored or other == key:
                continue
            self._restored.add(other)
            earlier = self.earlier(other)
            if earlier is None or not earlier.forms:
                continue
            form = earlier.forms[0]
            queue += references(form.content)
            if [used.text for used in self._forms.get(other, ())[:1]] != [form.text]:
                self._forms[other], changed = (form,), True
                text = f"{_spoken(key)} needs the last good form of this file, which is used for now"
                self._remedies.setdefault(other, Problem(earlier.file.label, text))
        return changed

    def _remedy(self, key: str, text: str) -> None:
        self._remedies[key] = (
            Problem(self.choices[key].file.label, text) if key in self.choices else self._remedies[key]
        )

    def _contents(self) -> Contents:
        return {key: forms[0].content for key, forms in self._forms.items() if forms and forms[0].content is not None}

    def _suspects(self) -> Collection[str]:
        """Return the files that nobody has seen without a mistake, with everything that refers to one or to none."""
        contents = self._contents()
        needed = {key: references(content) for key, content in contents.items()}
        suspects = {key for key in contents if not self._is_trusted(key)}
        while more := {key for key in contents.keys() - suspects if needed[key] - (contents.keys() - suspects)}:
            suspects |= more
        return suspects

    def _is_trusted(self, key: str) -> bool:
        choices = self.choices.get(key)
        is_shipped = choices is not None and choices.file.path.is_relative_to(SHIPPED)
        return is_shipped or self.last_good.get(key) == self._forms[key][0].text


def references(content: object) -> set[str]:
    """Return the keys of the fragments and themes that a theme or fragment contains."""
    texts = [*getattr(content, "query", {}).values(), *getattr(content, "context", {}).values()]
    hits = (hit for text in texts for hit in _REFERENCE.finditer(text))
    return {f"{'fragments' if hit[1] else 'themes'}/{hit[2].lower()}" for hit in hits}


def _causes(mistakes: Mapping[str, Problem], contents: Contents) -> list[str]:
    """Return the files that contain none of the others with a mistake; all of them where they contain each other."""
    first = [key for key in mistakes if not references(contents[key]) & (mistakes.keys() - {key})]
    return first or list(mistakes)


def _spoken(key: str) -> str:
    section, _, name = key.partition("/")
    return f"{section.removesuffix('s')} {name}"
