from __future__ import annotations

import pytest

from indexer.themes.evaluation import Evaluation, Mistake, Score, evaluate
from indexer.themes.labelled import Labelled
from tests.support.queries import query_context, theme

THEMES = (
    theme("arms", en="weapon AND NOT toy"),
    theme("truce", context={"en": "Ukraine"}, en='"winter truce" OR ceasefire'),
)


def document(line: int, text: str, *themes: str, borderline: str = "", language: str | None = "en") -> Labelled:
    labels = frozenset({borderline} - {""})
    return Labelled(line=line, title=None, text=text, language=language, themes=frozenset(themes), borderline=labels)


def evaluated(*documents: Labelled) -> Evaluation:
    return evaluate(THEMES, query_context(themes=THEMES), documents)


def test_hits_and_labels_are_compared() -> None:
    evaluation = evaluated(
        document(1, "Weapons for Ukraine", "arms"),
        document(2, "Weapons and a ceasefire in Ukraine", "truce"),
        document(3, "Guns", "arms", language=None),
        document(4, "Rain"),
    )
    arms, truce = evaluation.themes
    assert (arms.score, truce.score) == (Score(1, 1, 1), Score(1, 0, 0))
    assert (evaluation.documents, evaluation.score) == (4, Score(2, 1, 1))
    assert evaluation.languages == {"en": Score(2, 1, 0), None: Score(0, 0, 1)}
    assert arms.languages == {"en": Score(1, 1, 0), None: Score(0, 0, 1)}


def test_a_borderline_label_counts_neither_way() -> None:
    evaluation = evaluated(document(1, "Weapons", borderline="arms"), document(2, "Guns", borderline="arms"))
    assert evaluation.score == Score(0, 0, 0)


def test_figures_follow_from_the_numbers_and_are_unknown_without_any() -> None:
    score = Score(right=6, wrong=2, missed=4)
    assert [score.precision, score.recall, score.f1] == pytest.approx([0.75, 0.6, 2 / 3])
    assert (Score(0, 0, 3).precision, Score(0, 0, 3).recall, Score(0, 0, 3).f1) == (None, 0, 0)
    assert (Score(0, 0, 0).recall, Score(0, 0, 0).f1) == (None, None)


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("Rain in Ukraine", "nothing", ()),
        ("A ceasefire in Sudan", "context", ("ceasefire",)),
        ("Winter: a truce in Ukraine", "nothing", ()),
    ],
)
def test_a_miss_has_its_reason(text: str, reason: str, words: tuple[str, ...]) -> None:
    missed = document(1, text, "truce")
    assert evaluated(missed).themes[1].missed == (Mistake(missed, reason, words),)  # type: ignore[arg-type]


def test_a_miss_names_the_exclusion_and_a_wrong_hit_its_words() -> None:
    toys, guns = document(1, "Toy weapons", "arms"), document(2, "Weapons, weapons")
    arms = evaluated(toys, guns).themes[0]
    assert arms.missed == (Mistake(toys, "excluded", ("Toy",)),)
    assert arms.wrong == (Mistake(guns, "query", ("Weapons", "weapons")),)


def test_labels_that_are_not_themes_are_left_out_and_counted() -> None:
    evaluation = evaluated(document(1, "Rain", "weather"), document(2, "Rain", borderline="weather"))
    assert (evaluation.score, evaluation.unknown) == (Score(0, 0, 0), {"weather": 2})


def test_more_documents_than_are_tagged_at_once_are_all_counted() -> None:
    documents = [document(line, "Weapons", "arms") for line in range(1, 1_002)]
    assert evaluated(*documents).score == Score(1_001, 0, 0)
