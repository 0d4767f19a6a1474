"""Inflection paradigms, such that words that inflect alike share one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from indexer.morphology.edits import Edit, count_common_prefix


class Paradigm(NamedTuple):
    """The forms of a lemma relative to its stem.

    Attributes:
        ending: the part of the lemma after the stem.
        affixes: for each form that contains the stem, the parts before and after it.
        irregular: for every other form, the edit from the lemma and the edit back to the lemma.
    """

    ending: str
    affixes: tuple[tuple[str, str], ...]
    irregular: tuple[tuple[Edit, Edit], ...]

    def write_inflections(self) -> str:
        """Return the edits from the lemma to each form, one per line."""
        regular = (Edit(0, len(self.ending), before, after) for before, after in self.affixes)
        return "\n".join(edit.write() for edit in (*regular, *(edit for edit, _ in self.irregular)))

    def write_lemmatisations(self) -> list[bytes]:
        """Return the edit from each form to the lemma, in the same order."""
        regular = (Edit(len(before), len(after), "", self.ending) for before, after in self.affixes)
        return [edit.write().encode() for edit in (*regular, *(edit for _, edit in self.irregular))]


def find_paradigm(lemma: str, forms: Iterable[str]) -> tuple[list[str], Paradigm]:
    """Return the forms in the order of the paradigm, and the paradigm. The forms must include the lemma."""
    ordered = sorted(forms)
    stem = _find_stem(lemma, ordered)
    regular_forms = [form for form in ordered if form.startswith(stem)]
    start = len(stem)
    affixes = [("", form[start:]) for form in regular_forms]
    irregular: list[tuple[Edit, Edit]] = []
    if len(regular_forms) == len(ordered):
        return regular_forms, Paradigm(lemma[start:], tuple(affixes), ())
    irregular_forms: list[str] = []
    for form in ordered:
        before, match, after = form.partition(stem)
        if not match:
            edit = Edit.between(lemma, form)
            irregular.append((edit, edit.reversed_for(lemma)))
            irregular_forms.append(form)
        elif before:
            affixes.append((before, after))
            regular_forms.append(form)
    return regular_forms + irregular_forms, Paradigm(lemma[start:], tuple(affixes), tuple(irregular))


def _find_stem(lemma: str, ordered: list[str]) -> str:
    """Return the common prefix of all forms, or, if it is short, of the forms that begin with half of the lemma."""
    half = (len(lemma) + 1) // 2
    length = count_common_prefix(ordered[0], ordered[-1])
    if length < half:
        similar = [form for form in ordered if form.startswith(lemma[:half])]
        length = count_common_prefix(similar[0], similar[-1])
    return lemma[:length]
