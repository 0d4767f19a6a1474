"""Documents about themes: current, earlier and possible ones."""

from __future__ import annotations

from monitor.documents.articles import RelatedArticleDocument
from monitor.documents.base import Document, Moment, described
from monitor.documents.queries import DiagnosticDocument

_QUERY = {"en": "truce OR ceasefire", "ru": "перемирие"}
_THEME = "id of the theme"
_ADDED = "articles that the first sweep to it gave the tag; null until it is swept"
_REMOVED = "articles that the first sweep to it took the tag from; null until it is swept"


class ThemeDocument(Document):
    """A theme, in short."""

    id: str = described(_THEME, example="truce")
    title: str = described("title", example="Truce")
    description: str = described("what the theme is about", example="Talk of a truce, an armistice or a ceasefire.")
    languages: tuple[str, ...] = described("languages that have a query, ISO 639-1", example=["en", "ru"])
    version: int | None = described("newest version, from 1; null when it is not indexed yet", example=3)
    recorded: Moment | None = described("when that was recorded, UTC", example="2026-11-03T08:15:00+00:00")
    articles: int | None = described("articles with its tag; null if the engine is unavailable", example=1204)


class ThemesDocument(Document):
    """All themes."""

    themes: tuple[ThemeDocument, ...] = described("the themes, by id", example=[])


class ExampleDocument(Document):
    """A text that must, or must not, match a theme."""

    language: str = described("language of the text, ISO 639-1", example="en")
    text: str = described("the text", example="The truce holds.")


class ThemeDetailDocument(ThemeDocument):
    """A theme in detail."""

    colour: str = described("colour of its line in charts", example="#2a9d8f")
    query: dict[str, str] = described(
        "query by language; an article matches the theme if it matches any of them", example=_QUERY
    )
    context: dict[str, str] = described(
        "query by language, one of which every match must match too; empty where there is no context",
        example={"en": "@conflict"},
    )
    matches: tuple[ExampleDocument, ...] = described("texts that must belong to it", example=[])
    misses: tuple[ExampleDocument, ...] = described("texts that must not belong to it", example=[])
    clauses: int = described("number of clauses of the compiled query", example=86)
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class ThemeVersionDocument(Document):
    """A version of a theme."""

    version: int = described("the version, from 1", example=3)
    recorded: Moment = described("when it was recorded, UTC", example="2026-11-03T08:15:00+00:00")
    query: dict[str, str] = described("query by language", example=_QUERY)
    context: dict[str, str] = described("context by language", example={"en": "@conflict"})
    added: int | None = described(_ADDED, example=412)
    removed: int | None = described(_REMOVED, example=37)
    swept: Moment | None = described("when that sweep ended, UTC; null before", example="2026-11-03T08:16:10+00:00")
    articles: int | None = described("articles with the tag at that time; null before", example=1204)


class ThemeHistoryDocument(Document):
    """Every version of a theme."""

    theme: str = described(_THEME, example="truce")
    history: tuple[ThemeVersionDocument, ...] = described("the versions, oldest first", example=[])


class MatchDocument(Document):
    """A theme that a text belongs to."""

    theme: str = described(_THEME, example="truce")
    words: tuple[str, ...] = described("the words of the text that its query matches", example=["truce", "ceasefire"])


class MatchesDocument(Document):
    """The themes that a text belongs to."""

    themes: tuple[MatchDocument, ...] = described("the themes, by id", example=[])


class FailureOfExampleDocument(ExampleDocument):
    """An example for which the query of its theme gives the wrong result."""

    matched: bool = described("whether the query matches the text, which it should not", example=True)


class ThemeTestDocument(Document):
    """The results of a theme for its examples."""

    theme: str = described(_THEME, example="truce")
    examples: int = described("examples in its file", example=12)
    failures: tuple[FailureOfExampleDocument, ...] = described("examples with the wrong result", example=[])
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class ThemeTestsDocument(Document):
    """The results of themes for their examples."""

    themes: tuple[ThemeTestDocument, ...] = described("the themes that were tested", example=[])


class SampleDocument(RelatedArticleDocument):
    """An article that would gain or lose the tag through a change."""

    start: str = described("the beginning of its text", example="Delegations met in Geneva on Friday …")


class SamplesDocument(Document):
    """The newest articles that a change would add and remove."""

    added: tuple[SampleDocument, ...] = described("articles that would gain the tag, at most five", example=[])
    removed: tuple[SampleDocument, ...] = described("articles that would lose the tag, at most five", example=[])


class PreviewDocument(Document):
    """What a sweep would write after a change of a theme."""

    theme: str = described(_THEME, example="truce")
    added: int = described("articles that would gain the tag", example=412, unit="articles")
    removed: int = described("articles that would lose the tag", example=37, unit="articles")
    samples: SamplesDocument = described("some of them", example={"added": [], "removed": []})
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class SavedDocument(Document):
    """A theme that was saved."""

    theme: str = described(_THEME, example="truce")
    file: str = described("file that was written", example="/etc/parley/themes/truce.toml")
    version: int = described("its version, from 1; unchanged if the meaning of the query is unchanged", example=4)
    recorded: Moment = described("when that was recorded, UTC", example="2026-11-03T08:15:00+00:00")
    added: int | None = described(_ADDED, example=412)
    removed: int | None = described(_REMOVED, example=37)
    articles: int | None = described("articles with the tag; null until it is swept", example=1204)
    differs: bool = described(
        "whether a restored query compiles differently than it did then: a fragment, another theme or a dictionary changed",
        example=False,
    )
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class RemovedDocument(Document):
    """A theme that was removed. The next sweep removes its tag."""

    theme: str = described(_THEME, example="truce")
    file: str = described("file that was written or deleted", example="/etc/parley/themes/truce.toml")
    deleted: bool = described("whether that file was deleted; otherwise it now removes a shipped theme", example=False)


class SweptDocument(Document):
    """Themes whose tags were updated."""

    themes: tuple[str, ...] = described("ids of the themes; empty for all", example=["truce"])
    message: str = described("the result in words", example="The tags of truce are up to date.")
