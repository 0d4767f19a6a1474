"""Reasons and comparisons are the same on every engine."""

from __future__ import annotations

from pathlib import Path

from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node, Value, any_of
from indexer.trends.compare import compare
from indexer.trends.keywords import COSTLY
from indexer.trends.splits import split_parts
from indexer.trends.why import why
from tests.support.engines import fill
from tests.support.planted import DAY, SPIKE, planted
from tests.support.words import morphology

QUESTIONS: dict[str, Node] = {
    "truce": Value("themes", frozenset({"truce"})),
    "negotiations": Value("themes", frozenset({"negotiations"})),
    "winter": Forms("words", frozenset({"winter"})),
}


def test_reasons_and_comparisons_are_the_same_on_every_engine(engine: Engine, tmp_path: Path) -> None:
    reference = open_engine(f"tantivy:{tmp_path / 'reference'}", writable=True)
    for one in (engine, reference):
        fill(one, *planted())
    end = SPIKE + DAY
    many = any_of(QUESTIONS["truce"], *(Forms("words", frozenset({f"nowhere{number}"})) for number in range(COSTLY)))
    for question in (QUESTIONS["truce"], many):
        answers = [why(one, question, start=SPIKE, end=end, words=morphology()) for one in (engine, reference)]
        assert answers[0] == answers[1]
        assert answers[0].words
    beside = [compare(one, QUESTIONS, start=SPIKE, end=end) for one in (engine, reference)]
    assert beside[0] == beside[1]
    reference.close()


def test_a_split_by_author_is_the_same_on_every_engine(crowded: Engine) -> None:
    authors = split_parts(crowded, QUESTIONS["truce"], "author", (), 5)
    assert len(authors) == 6
    tallied = crowded.tally(QUESTIONS["truce"], "author_names")
    assert [tallied[part.value or ""] for part in authors[:5]] == sorted(tallied.values(), reverse=True)[:5]
