"""How well themes find what a reader finds: precision, recall and F1 against labelled documents.

The documents are tagged exactly as articles are. Precision is the share of right hits among all hits, recall the share of
right hits among all labels, and F1 their harmonic mean (van Rijsbergen, "Information Retrieval", 1979). The micro average
counts every pair of a document and a theme alike, the macro average every theme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from config.themes import Theme
from indexer.query.context import QueryContext
from indexer.query.tree import Node
from indexer.search.deciding import deciding_words
from indexer.themes.compile import compile_apart, compile_themes
from indexer.themes.examples import text_article
from indexer.themes.labelled import Labelled
from indexer.themes.tagger import Tagger

_AT_ONCE = 500  # documents that are tagged together
Reason = Literal["query", "context", "excluded", "part", "nothing"]


@dataclass(frozen=True, slots=True)
class Score:
    """Numbers of pairs of a document and a theme.

    Attributes:
        right: hits that a reader labelled.
        wrong: hits that no reader labelled.
        missed: labels without a hit.
    """

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of right hits among all hits; None without hits."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of right hits among all labels; None without labels."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None without hits and labels."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A label without a hit, or a hit without a label.

    Attributes:
        reason: `query`: the query matches; `context`: it does, but not the context; `excluded`: an exclusion applies;
            `part`: only a part of a clause matches; `nothing`: no word of the query occurs.
        words: the words of the document that decided, as spelled in it.
    """

    document: Labelled
    reason: Reason
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeEvaluation:
    """How well one theme finds what a reader finds, in all and by language of the document."""

    id: str
    score: Score
    languages: Mapping[str | None, Score]
    missed: tuple[Mistake, ...]
    wrong: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well all themes find what a reader finds.

    Attributes:
        unknown: label that is no theme → number of documents that have it; these labels are left out.
    """

    documents: int
    score: Score
    themes: tuple[ThemeEvaluation, ...]
    languages: Mapping[str | None, Score]
    unknown: Mapping[str, int]


_Tagged = tuple[Labelled, frozenset[str]]  # a document and the themes whose queries it matches


def evaluate(themes: Sequence[Theme], context: QueryContext, documents: Iterable[Labelled]) -> Evaluation:
    """Tag labelled documents and compare the tags with the labels.

    Raises:
        ConfigError: a theme cannot be compiled.
        QueryTooBroad: a theme's query is too broad for any engine.
    """
    tagger = Tagger(compile_themes(themes, context))
    waiting = iter(documents)
    tagged: list[_Tagged] = []
    while batch := list(islice(waiting, _AT_ONCE)):
        tagged += _tagged(tagger, batch)
    evaluations = tuple(_evaluate(theme, context, tagged) for theme in themes)
    known = {theme.id for theme in themes}
    labels = Counter(id for document, _ in tagged for id in document.themes | document.borderline)
    return Evaluation(
        documents=len(tagged),
        score=_sum(one.score for one in evaluations),
        themes=evaluations,
        languages={language: _sum(one.languages[language] for one in evaluations) for language in _languages(tagged)},
        unknown={id: labels[id] for id in sorted(labels) if id not in known},
    )


def _tagged(tagger: Tagger, documents: Sequence[Labelled]) -> Iterator[_Tagged]:
    articles = [text_article(one.text, title=one.title, language=one.language, serial=one.line) for one in documents]
    tags = tagger.tag_all(articles)
    return ((document, tags[str(document.line)]) for document in documents)


def _evaluate(theme: Theme, context: QueryContext, tagged: Sequence[_Tagged]) -> ThemeEvaluation:
    query, needed = compile_apart(theme, context)
    judged = [(document, theme.id in tags) for document, tags in tagged if theme.id not in document.borderline]
    missed = [document for document, is_hit in judged if theme.id in document.themes and not is_hit]
    wrong = [document for document, is_hit in judged if theme.id not in document.themes and is_hit]
    return ThemeEvaluation(
        id=theme.id,
        score=_score(theme.id, judged),
        languages={
            language: _score(theme.id, [one for one in judged if one[0].language == language])
            for language in _languages(tagged)
        },
        missed=tuple(_missed(document, query, needed) for document in missed),
        wrong=tuple(Mistake(document, "query", _wanted(document, query)) for document in wrong),
    )


def _missed(document: Labelled, query: Node, context: Node) -> Mistake:
    deciding = deciding_words(document.title, document.text, query)
    if deciding.matches and not deciding_words(document.title, document.text, context).matches:
        return Mistake(document, "context", deciding.wanted)
    if deciding.excluded:
        return Mistake(document, "excluded", deciding.excluded)
    return Mistake(document, "part" if deciding.wanted else "nothing", deciding.wanted)


def _wanted(document: Labelled, query: Node) -> tuple[str, ...]:
    return deciding_words(document.title, document.text, query).wanted


def _score(theme: str, judged: Sequence[tuple[Labelled, bool]]) -> Score:
    pairs = Counter((theme in document.themes, is_hit) for document, is_hit in judged)
    return Score(right=pairs[True, True], wrong=pairs[False, True], missed=pairs[True, False])


def _sum(scores: Iterable[Score]) -> Score:
    every = list(scores)
    return Score(sum(one.right for one in every), sum(one.wrong for one in every), sum(one.missed for one in every))


def _languages(tagged: Sequence[_Tagged]) -> list[str | None]:
    return sorted({document.language for document, _ in tagged}, key=lambda language: language or "~")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
