"""Words are folded in batches, and paradigms describe every form of a lemma."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.morphology.edits import Edit
from indexer.morphology.folding import Folder
from indexer.morphology.paradigms import find_paradigm
from indexer.words import tokens

_LETTERS = "abzABZäßŁøœñİıſéÉёЇґЯσςΣ'’-.·7_ \u0301\u00adͅ가ㄱ日ก"


@given(
    st.lists(
        st.text(st.sampled_from(_LETTERS), max_size=8) | st.text(st.sampled_from("aß"), min_size=90),
        min_size=1,
        max_size=9,
    )
)
def test_words_folded_in_a_batch_are_folded_as_if_alone(words: list[str]) -> None:
    alone = [result[0] if len(result := tokens(word)) == 1 else None for word in words]
    assert Folder().fold(words) == alone
    assert Folder().fold([word for word in words for _ in range(2)])[::2] == alone


@given(st.text("abcn", min_size=1, max_size=8), st.sets(st.text("abcn", max_size=8), max_size=8))
def test_a_paradigm_produces_every_form_and_the_lemma_of_every_form(lemma: str, others: set[str]) -> None:
    forms = others | {lemma}
    ordered, paradigm = find_paradigm(lemma, forms)
    assert set(ordered) == forms
    assert {Edit.read(edit).apply(lemma) for edit in paradigm.write_inflections().split("\n")} == forms
    for form, edit in zip(ordered, paradigm.write_lemmatisations(), strict=True):
        assert Edit.read(edit.decode()).apply(form) == lemma


def test_words_that_inflect_alike_share_a_paradigm() -> None:
    _, plan = find_paradigm("plan", {"plan", "planu", "planem", "nieplan"})
    _, dom = find_paradigm("dom", {"dom", "domu", "domem", "niedom"})
    assert plan == dom
    assert not plan.irregular
