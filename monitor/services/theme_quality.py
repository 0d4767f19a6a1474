"""How good themes are: how well they find what a reader finds, and what they may miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from config.errors import NotFound, WrongArgument
from indexer.themes import evaluation
from indexer.themes.compile import compile_apart
from indexer.themes.evaluation import Mistake, Score, ThemeEvaluation
from indexer.themes.gaps import Resembling, find_gaps
from indexer.themes.labelled import read_labelled
from monitor.app import App
from monitor.documents.theme_quality import (
    AdditionDocument,
    EvaluationDocument,
    GapsDocument,
    LanguageScoreDocument,
    MeanScoreDocument,
    MistakeDocument,
    ResemblingDocument,
    ScoreDocument,
    ThemeScoreDocument,
)
from monitor.services.excerpts import excerpt
from monitor.services.precedence import related
from monitor.services.questions import theme_of

_START = 100  # characters of a document that are shown


def evaluate(app: App, lines: Iterable[bytes], *, label: str = "the labelled documents") -> EvaluationDocument:
    """Return precision, recall and F1 of every theme against documents that a reader has labelled, with every mistake.

    Args:
        lines: one JSON object each, in UTF-8: `text`, `themes` (a list of ids), and optionally `title`, `language` and
            `borderline` (ids that count neither as right nor as wrong).
        label: how messages name them.

    Raises:
        WrongArgument: a line is not such an object, or there is none.
        ConfigError: a theme cannot be compiled.
        QueryTooBroad: a theme's query is too broad for any engine.
    """
    verdict = evaluation.evaluate(app.themes, app.context(), read_labelled(lines, label))
    if not verdict.documents:
        message = f"{label}: no documents; write one JSON object a line, with `text` and `themes`"
        raise WrongArgument(message, field="file")
    scores = [theme.score for theme in verdict.themes]
    return EvaluationDocument(
        documents=verdict.documents,
        micro=ScoreDocument(**_figures(verdict.score)),
        macro=MeanScoreDocument(
            precision=_mean([score.precision for score in scores]),
            recall=_mean([score.recall for score in scores]),
            f1=_mean([score.f1 for score in scores]),
        ),
        themes=tuple(map(_theme, verdict.themes)),
        languages=_languages(verdict.languages),
        unknown=dict(verdict.unknown),
    )


def gaps(app: App, theme: str) -> GapsDocument:
    """Return what a theme may miss: untagged articles most like its tagged ones, and the phrases that would add most.

    Raises:
        NotFound: there is no such theme, or no article carries its tag.
        QueryError: its query cannot be run.
        EngineError: the engine cannot be asked.
    """
    known = theme_of(app, theme)
    missing = find_gaps(app.engine, theme, *compile_apart(known, app.context()), app.morphology)
    if not missing.tagged:
        raise NotFound(f"no article carries {theme} yet; run `parley themes sweep {theme}`", field="theme")
    return GapsDocument(
        theme=theme,
        tagged=missing.tagged,
        untagged=missing.untagged,
        resembling=tuple(map(_resembling, missing.resembling)),
        phrases=tuple(
            AdditionDocument(
                phrase=one.phrase, language=one.language, adds=one.adds, spoils=one.spoils, articles=one.articles
            )
            for one in missing.additions
        ),
    )


def _resembling(one: Resembling) -> ResemblingDocument:
    return ResemblingDocument(**dict(related(one.article)), likeness=one.likeness, words=one.words)


def _theme(theme: ThemeEvaluation) -> ThemeScoreDocument:
    return ThemeScoreDocument(
        **_figures(theme.score),
        id=theme.id,
        languages=_languages(theme.languages),
        misses=tuple(map(_mistake, theme.missed)),
        wrong_hits=tuple(map(_mistake, theme.wrong)),
    )


def _languages(scores: Mapping[str | None, Score]) -> tuple[LanguageScoreDocument, ...]:
    return tuple(LanguageScoreDocument(**_figures(score), language=language) for language, score in scores.items())


def _figures(score: Score) -> dict[str, Any]:
    names = ("precision", "recall", "f1", "right", "wrong", "missed")
    return {name: getattr(score, name) for name in names}


def _mistake(mistake: Mistake) -> MistakeDocument:
    document = mistake.document
    return MistakeDocument(
        line=document.line,
        language=document.language,
        start=excerpt(f"{document.title or ''}\n{document.text}", _START),
        reason=mistake.reason,
        words=mistake.words,
    )


def _mean(figures: Sequence[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return fmean(known) if known else None
