"""Inflection paradigms, written so that words that inflect alike share one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from indexer.morphology.edits import Edit, shared


class Paradigm(NamedTuple):
    """The forms of a lemma relative to its stem, the characters they share.

    Attributes:
        ending: what the lemma adds to its stem.
        around: before and after the stem, for each form that holds it.
        odd: for each other form the edit that makes it of the lemma, and the one that makes the lemma of it.
    """

    ending: str
    around: tuple[tuple[str, str], ...]
    odd: tuple[tuple[Edit, Edit], ...]

    def forwards(self) -> str:
        """Return the edits that make the forms of the lemma, one on a line."""
        regular = (Edit(0, len(self.ending), before, after) for before, after in self.around)
        return "\n".join(edit.written() for edit in (*regular, *(edit for edit, _ in self.odd)))

    def backwards(self) -> list[bytes]:
        """Return the edits that make the lemma of each form, in the same order."""
        regular = (Edit(len(before), len(after), "", self.ending) for before, after in self.around)
        return [edit.written().encode() for edit in (*regular, *(edit for _, edit in self.odd))]


def paradigm_of(lemma: str, forms: Iterable[str]) -> tuple[list[str], Paradigm]:
    """Return the forms in the paradigm's order, and the paradigm; the lemma is one of the forms."""
    ordered = sorted(forms)
    stem = _stem(lemma, ordered)
    plain = [form for form in ordered if form.startswith(stem)]
    start = len(stem)
    around = [("", form[start:]) for form in plain]
    odd: list[tuple[Edit, Edit]] = []
    if len(plain) == len(ordered):
        return plain, Paradigm(lemma[start:], tuple(around), ())
    strange: list[str] = []
    for form in ordered:
        before, match, after = form.partition(stem)
        if not match:
            edit = Edit.between(lemma, form)
            odd.append((edit, edit.reversed_for(lemma)))
            strange.append(form)
        elif before:
            around.append((before, after))
            plain.append(form)
    return plain + strange, Paradigm(lemma[start:], tuple(around), tuple(odd))


def _stem(lemma: str, ordered: list[str]) -> str:
    """Return what all forms begin with; where that is little, what those begin with that share half of the lemma."""
    half = (len(lemma) + 1) // 2
    length = shared(ordered[0], ordered[-1])
    if length < half:
        like = [form for form in ordered if form.startswith(lemma[:half])]
        length = shared(like[0], like[-1])
    return lemma[:length]
