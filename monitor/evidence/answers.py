"""The answers to the questions that evidence is for, from a real installation or from the one that a file describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.errors import NotFound
from crawler.archive.archive import KeptPage
from indexer.article import Article
from indexer.query.tree import Between, Everything, Has, Node, Not, Value, all_of, any_of, collect_themes
from indexer.trends.baseline import LEAD
from indexer.trends.calendar import edges_between
from monitor.app import App
from monitor.documents.articles import FullArticleDocument
from monitor.documents.completeness import SearchableDocument
from monitor.documents.evidence import FoundDayDocument, FoundDocument
from monitor.documents.trends import TrendDocument
from monitor.documents.versions import VersionsDocument
from monitor.evidence.records import Question
from monitor.services import trends
from monitor.services.articles import describe
from monitor.services.questions import Questions, resolve

Answer = TrendDocument | FoundDocument | FullArticleDocument

LISTED = "listed elsewhere"  # in a rebuilt index the theme of articles of which only facts are known
MOST_DAYS = 400  # of a search that are counted one by one


@dataclass(frozen=True, slots=True)
class Extent:
    """Which articles an answer rests on.

    Attributes:
        matching: those that match.
        others: those of the scope that do not, but are counted in totals; None where there are none.
        start, end: the whole range of time that counts, with the weeks before a trend; None where it is open.
    """

    matching: Node
    others: Node | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer repeats without a means to compute it again."""

    versions: Mapping[str, VersionsDocument]
    searchable: SearchableDocument | None


def counting_of(question: Question) -> trends.Counting:
    """Return how a trend is counted."""
    if question.start is None or question.end is None:
        raise NotFound("a trend needs a start and an end")
    return trends.Counting(
        question.interval,
        question.start,
        question.end,
        question.now,
        question.split,
        question.largest,
        question.corrected,
        question.sensitivity,
    )


def resolved(app: App, question: Question) -> Questions:
    """Return the themes and queries of a question.

    Raises:
        NotFound, QueryError, WrongArgument: as in `monitor.services.questions.resolve`.
    """
    return resolve(app, question.themes, question.queries, question.scope, every_theme=False)


def span_of(question: Question) -> tuple[datetime, datetime] | None:
    """Return the range of time that counts for a trend, with the weeks before it; None for other questions."""
    if question.kind != "trend":
        return None
    how, zone = counting_of(question), ZoneInfo(question.timezone)
    edges = edges_between(how.start, how.end, how.interval, zone)
    days = edges_between(edges[0] - timedelta(days=LEAD), edges[-1], "day", zone)
    return days[0], max(edges[-1], days[-1])


def extent(app: App, question: Question) -> Extent:
    """Return which articles the answer rests on.

    Raises:
        NotFound, QueryError, WrongArgument: the question cannot be asked.
    """
    if question.kind == "article":
        return Extent(_around(question.article, app), None, None, None)
    questions = resolved(app, question)
    wanted = all_of(any_of(*questions.nodes.values()), questions.scope)
    undated = Not(Has("published"))
    span = span_of(question)
    if span is None:
        if question.start is None and question.end is None:
            return Extent(wanted, None, None, None)
        dated = Between("published", question.start, question.end)
        return Extent(all_of(wanted, any_of(dated, undated)), None, question.start, question.end)
    within = Between("published", *span)
    others = all_of(questions.scope, Not(any_of(*questions.nodes.values())), within)
    return Extent(all_of(wanted, any_of(within, undated)), others, *span)


def themes_of(app: App, question: Question) -> list[str]:
    """Return the ids of the themes whose tags the answer rests on."""
    if question.kind == "article":
        return [theme.id for theme in app.themes]
    questions = resolved(app, question)
    return sorted(set().union(*map(collect_themes, (*questions.nodes.values(), questions.scope))))


def answer(
    app: App, question: Question, known: Callable[[Questions, datetime, datetime], Known], pages: Sequence[KeptPage]
) -> Answer:
    """Return the answer.

    Args:
        known: returns what is not computed, for the questions and the range of a trend.
        pages: of the article, for evidence of one.

    Raises:
        EngineError, NotFound, QueryError, WrongArgument: it cannot be asked.
    """
    if question.kind == "article":
        return describe(app, _article(app, question.article), pages)
    questions = resolved(app, question)
    if question.kind == "search":
        return search_answer(app, question, next(iter(questions.nodes.values())))
    counted = trends.count(app, questions, counting_of(question))
    facts = known(questions, counted.start, counted.end)
    return trends.to_document(app, questions, counted, question.scope, facts.versions, facts.searchable)


def answer_from_listed(app: App, question: Question, facts: Known) -> TrendDocument:
    """Return the answer of a trend from an index in which all articles are of the scope and those tagged LISTED do not match."""
    questions = resolved(app, question)
    matching = Not(Value("themes", frozenset({LISTED})))
    themes = set(question.themes)
    nodes = {name: node if name in themes else all_of(node, matching) for name, node in questions.nodes.items()}
    packed = replace(questions, nodes=nodes, scope=Everything())
    counted = trends.count(app, packed, counting_of(question))
    return trends.to_document(app, questions, counted, question.scope, facts.versions, facts.searchable)


def search_answer(app: App, question: Question, node: Node) -> FoundDocument:
    """Return what a search finds."""
    start, end = question.start, question.end
    inside = all_of(node, Between("published", start, end)) if start or end else node
    edges: Sequence[datetime] = ()
    if start and (end or question.now) > start and (end or question.now) - start <= timedelta(days=MOST_DAYS):
        edges = edges_between(start, end or question.now, "day", app.zone)
    counts = app.engine.histogram(inside, edges)[""] if edges else ()
    return FoundDocument(
        query=next(iter(question.queries.values())),
        start=start,
        end=end,
        timezone=app.zone.key,
        articles=app.engine.count(inside),
        stories=app.engine.count(all_of(inside, Not(Has("copy_of")))),
        undated=app.engine.count(all_of(node, Not(Has("published")))),
        days=tuple(
            FoundDayDocument(start=edge.astimezone(app.zone), articles=count.articles, stories=count.stories)
            for edge, count in zip(edges, counts, strict=False)
        ),
    )


def _article(app: App, id: str) -> Article:
    stored = app.engine.get([id])
    if id not in stored:
        raise NotFound(f"there is no article {id}", field="id")
    return stored[id]


def _around(id: str, app: App) -> Node:
    """Return a query for an article, the stories that it copies or carries, and the articles that copy or carry it."""
    article = _article(app, id)
    related = frozenset(filter(None, (id, article.copy_of, *article.carries)))
    own = frozenset({id})
    return any_of(Value("id", related), Value("copy_of", own), Value("carries", own))
