"""Documents about how good themes are: what they miss, and what they match wrongly."""

from __future__ import annotations

from typing import Literal

from monitor.documents.articles import RelatedArticleDocument
from monitor.documents.base import Document, described

_PRECISION = "share of right hits among all hits, from 0 to 1; null without hits"
_RECALL = "share of right hits among all labels, from 0 to 1; null without labels"
_F1 = "harmonic mean of both, from 0 to 1; null without hits and labels"


class MeanScoreDocument(Document):
    """The mean of the scores of all themes that have a hit or a label."""

    precision: float | None = described("mean precision of the themes with hits; null without any", example=0.86)
    recall: float | None = described("mean recall of the themes with labels; null without any", example=0.82)
    f1: float | None = described("mean F1; null without hits and labels", example=0.84)


class ScoreDocument(Document):
    """How well themes find what a reader finds; pairs of a document and a theme are counted."""

    precision: float | None = described(_PRECISION, example=0.875)
    recall: float | None = described(_RECALL, example=0.7)
    f1: float | None = described(_F1, example=0.778)
    right: int = described("hits that are labelled", example=7)
    wrong: int = described("hits that are not labelled", example=1)
    missed: int = described("labels without a hit", example=3)


class LanguageScoreDocument(ScoreDocument):
    """The same for the documents in one language."""

    language: str | None = described("language of the documents, ISO 639-1; null where it is unclear", example="en")


class MistakeDocument(Document):
    """A document that a theme should match and does not, or the other way round."""

    line: int = described("line of the document in the file, from 1", example=17)
    language: str | None = described("language of the document, ISO 639-1; null where it is unclear", example="en")
    start: str = described("how the document begins", example="Guns fall silent along the river …")
    reason: Literal["query", "context", "excluded", "part", "nothing"] = described(
        "`query`: the query matches; `context`: it does, but not the context; `excluded`: an exclusion applies; "
        "`part`: only a part of a clause matches; `nothing`: no word of the query occurs",
        example="nothing",
    )
    words: tuple[str, ...] = described("words of the document that decided", example=["peace talks"])


class ThemeScoreDocument(ScoreDocument):
    """How well one theme finds what a reader finds."""

    id: str = described("id of the theme", example="truce")
    languages: tuple[LanguageScoreDocument, ...] = described("the same by language of the document", example=[])
    misses: tuple[MistakeDocument, ...] = described("labelled documents that it does not match", example=[])
    wrong_hits: tuple[MistakeDocument, ...] = described("documents that it matches without a label", example=[])


class EvaluationDocument(Document):
    """How well themes find what a reader finds in a file of labelled documents."""

    documents: int = described("documents in the file", example=120)
    micro: ScoreDocument = described(
        "averages in which every pair of a document and a theme has the same weight", example={}
    )
    macro: MeanScoreDocument = described("averages in which every theme has the same weight", example={})
    themes: tuple[ThemeScoreDocument, ...] = described("the themes, by id", example=[])
    languages: tuple[LanguageScoreDocument, ...] = described("all themes by language of the document", example=[])
    unknown: dict[str, int] = described(
        "labels that are no theme → documents that have them; left out of every figure", example={"truces": 2}
    )


class ResemblingDocument(RelatedArticleDocument):
    """An untagged article that is like the tagged ones."""

    likeness: float = described("sum of the log ratios of its key words", example=17.4)
    words: tuple[str, ...] = described(
        "its key words, the weightiest first, ten at most", example=["monitors", "truce"]
    )


class AdditionDocument(Document):
    """A phrase that would add articles to a theme."""

    phrase: str = described("one word or two, as they are most often spelled", example="guns fall")
    language: str | None = described("language whose query would contain it; null where it is unclear", example="en")
    adds: int = described("stories among those read that it would add and that are like the theme", example=9)
    spoils: int = described("stories among those read that it would add and that are not", example=1)
    articles: int = described("all untagged articles in the context that it would add", example=31)


class GapsDocument(Document):
    """What a theme may miss."""

    theme: str = described("id of the theme", example="truce")
    tagged: int = described("newest tagged stories that were read", example=500, unit="stories")
    untagged: int = described("newest untagged stories in the context that were read", example=1000, unit="stories")
    resembling: tuple[ResemblingDocument, ...] = described("untagged articles most like the tagged ones", example=[])
    phrases: tuple[AdditionDocument, ...] = described("phrases that would add most", example=[])
