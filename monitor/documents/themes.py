"""Documents about themes: as they stand, as they were, and as they would be."""

from __future__ import annotations

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
    articles: int | None = described("articles that carry its tag; null when the engine cannot be asked", example=1204)


class ThemesDocument(Document):
    """All themes."""

    themes: tuple[ThemeDocument, ...] = described("the themes, by id", example=[])


class ExampleDocument(Document):
    """A text that must, or must not, belong to a theme."""

    language: str = described("language of the text, ISO 639-1", example="en")
    text: str = described("the text", example="The truce holds.")


class ThemeDetailDocument(ThemeDocument):
    """All that is known of one theme."""

    colour: str = described("colour of its line in charts", example="#2a9d8f")
    query: dict[str, str] = described("query by language; the theme is any of them", example=_QUERY)
    context: dict[str, str] = described(
        "query by language, one of which every match must match too; empty where there is no context",
        example={"en": "@conflict"},
    )
    matches: tuple[ExampleDocument, ...] = described("texts that must belong to it", example=[])
    misses: tuple[ExampleDocument, ...] = described("texts that must not belong to it", example=[])
    clauses: int = described("clauses that an engine is asked", example=86)
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
    articles: int | None = described("articles that carried the tag then; null before", example=1204)


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
    """An example that its theme treats otherwise than the file says."""

    matched: bool = described("whether the query matches the text, which it should not", example=True)


class ThemeTestDocument(Document):
    """How a theme treats its examples."""

    theme: str = described(_THEME, example="truce")
    examples: int = described("examples in its file", example=12)
    failures: tuple[FailureOfExampleDocument, ...] = described("those that do not hold", example=[])
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class ThemeTestsDocument(Document):
    """How themes treat their examples."""

    themes: tuple[ThemeTestDocument, ...] = described("the themes that were tested", example=[])


class SampleDocument(Document):
    """An article that a change would give the tag, or take it from."""

    id: str = described("id of the article", example="f066061f8a2c4e1b")
    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    url: str = described("address", example="https://news.example/truce-talks")
    source: str = described("id of its source", example="bbc")
    published: Moment | None = described("when it was published, UTC", example="2026-11-20T09:30:00+00:00")
    start: str = described("how its text begins", example="Delegations met in Geneva on Friday …")


class SamplesDocument(Document):
    """The newest articles on either side of a change."""

    added: tuple[SampleDocument, ...] = described("articles that would get the tag, five at most", example=[])
    removed: tuple[SampleDocument, ...] = described("articles that would lose the tag, five at most", example=[])


class PreviewDocument(Document):
    """What a sweep to a changed theme would write."""

    theme: str = described(_THEME, example="truce")
    added: int = described("articles that would get the tag", example=412, unit="articles")
    removed: int = described("articles that would lose the tag", example=37, unit="articles")
    samples: SamplesDocument = described("some of them", example={"added": [], "removed": []})
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class SavedDocument(Document):
    """A theme that was saved."""

    theme: str = described(_THEME, example="truce")
    file: str = described("file that was written", example="/etc/parley/themes/truce.toml")
    version: int = described("its version, from 1; the old one where the query asks for the same", example=4)
    recorded: Moment = described("when that was recorded, UTC", example="2026-11-03T08:15:00+00:00")
    added: int | None = described(_ADDED, example=412)
    removed: int | None = described(_REMOVED, example=37)
    articles: int | None = described("articles that carry the tag; null until it is swept", example=1204)
    differs: bool = described(
        "whether a restored query compiles differently than it did then: a fragment, another theme or a dictionary changed",
        example=False,
    )
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on its queries", example=[])


class RemovedDocument(Document):
    """A theme that was removed. Its tag goes with the next sweep."""

    theme: str = described(_THEME, example="truce")
    file: str = described("file that was written or deleted", example="/etc/parley/themes/truce.toml")
    deleted: bool = described("whether that file was deleted; otherwise it now removes a shipped theme", example=False)


class SweptDocument(Document):
    """Themes whose tags were brought up to date."""

    themes: tuple[str, ...] = described("ids of the themes; empty for all", example=["truce"])
    message: str = described("the same in words", example="The tags of truce are up to date.")
