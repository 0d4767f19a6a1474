"""Tables are built from whole words at once and say of each what it would say alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.morphology.edits import Edit
from indexer.morphology.folding import Folder
from indexer.morphology.paradigms import paradigm_of
from indexer.words import tokens

_LETTERS = "abzABZäßŁøœñİıſéÉёЇґЯσςΣ'’-.·7_ \u0301\u00adͅ가ㄱ日ก"


@given(
    st.lists(
        st.text(st.sampled_from(_LETTERS), max_size=8) | st.text(st.sampled_from("aß"), min_size=90),
        min_size=1,
        max_size=9,
    )
)
def test_words_folded_together_fold_as_they_do_alone(words: list[str]) -> None:
    alone = [result[0] if len(result := tokens(word)) == 1 else None for word in words]
    assert Folder().fold(words) == alone
    assert Folder().fold([word for word in words for _ in range(2)])[::2] == alone


@given(st.text("abcn", min_size=1, max_size=8), st.sets(st.text("abcn", max_size=8), max_size=8))
def test_a_paradigm_leads_to_every_form_and_back(lemma: str, others: set[str]) -> None:
    forms = others | {lemma}
    ordered, paradigm = paradigm_of(lemma, forms)
    assert set(ordered) == forms
    assert {Edit.read(edit).apply(lemma) for edit in paradigm.forwards().split("\n")} == forms
    for form, edit in zip(ordered, paradigm.backwards(), strict=True):
        assert Edit.read(edit.decode()).apply(form) == lemma


def test_words_that_inflect_alike_share_their_paradigm() -> None:
    _, plan = paradigm_of("plan", {"plan", "planu", "planem", "nieplan"})
    _, dom = paradigm_of("dom", {"dom", "domu", "domem", "niedom"})
    assert plan == dom
    assert not plan.odd
