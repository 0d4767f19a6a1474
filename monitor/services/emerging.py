"""What is new: words and phrases whose stories rose, outside all themes or inside one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.errors import WrongArgument
from indexer.query.tree import Has, Node, Not, Value, all_of
from indexer.trends.emerging import LEVEL, Emerging, find_emerging
from indexer.words import tokens
from monitor.app import App
from monitor.documents.emerging import EmergingDocument, EmergingPhraseDocument
from monitor.services.completeness import searchable
from monitor.services.precedence import related
from monitor.services.questions import theme_of
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_span

PERIOD = timedelta(days=7)
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=366)
LARGEST = 20  # phrases


def emerging(
    app: App,
    *,
    theme: str | None = None,
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
    largest: int = LARGEST,
) -> EmergingDocument:
    """Return the words and phrases whose stories rose against their own past.

    Args:
        theme: id of the theme within which; what no theme has without it.
        since: start of the range, as people write it; 7 days before its end without it.
        until: last day or moment of the range; now without it.
        scope: query within which; every article without it.
        largest: number of phrases at most, 1 or more.

    Raises:
        NotFound: there is no such theme.
        QueryError: the scope is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    if largest < 1:
        raise WrongArgument(f"the number of phrases is 1 or more, not {largest}", field="largest")
    start, end = parse_span(since, until, now=datetime.now(UTC), zone=app.zone, default=PERIOD)
    if not SHORTEST <= end - start <= LONGEST:
        raise WrongArgument("the range is at least an hour and at most a year long", field="since")
    within: Node = Not(Has("themes"))
    if theme is not None:
        within = Value("themes", frozenset({theme_of(app, theme).id}))
    if scope:
        within = all_of(within, app.query(scope).node)
    news = find_emerging(app.engine, within, start=start, end=end, words=app.morphology, most=largest)
    return EmergingDocument(
        start=start.astimezone(app.zone),
        end=end.astimezone(app.zone),
        timezone=app.zone.key,
        theme=theme,
        scope=scope,
        stories=news.stories,
        read=news.read,
        past_stories=news.past,
        past_start=news.since.astimezone(app.zone) if news.since else None,
        new_sources=news.new_sources,
        candidates=news.candidates,
        level=LEVEL,
        phrases=tuple(map(_phrase, news.phrases)),
        versions=versions_of(app, within, within, start=news.since or start, end=end),
        searchable=searchable(app),
    )


def _phrase(one: Emerging) -> EmergingPhraseDocument:
    words = tokens(one.phrase)
    return EmergingPhraseDocument(
        phrase=one.phrase,
        language=one.language,
        query=words[0] if len(words) == 1 else f'"{" ".join(words)}"',
        also=one.also,
        stories=one.stories,
        sources=one.sources,
        expected=one.expected,
        times=one.stories / one.expected if one.expected else None,
        chance=one.chance,
        newest=tuple(map(related, one.newest)),
    )
