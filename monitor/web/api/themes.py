"""Themes: reading them, trying a change, saving it and taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from monitor.documents.requests import RequestDocument
from monitor.documents.theme_quality import EvaluationDocument, GapsDocument
from monitor.documents.themes import (
    MatchesDocument,
    PreviewDocument,
    RemovedDocument,
    SavedDocument,
    ThemeDetailDocument,
    ThemeHistoryDocument,
    ThemesDocument,
    ThemeTestsDocument,
)
from monitor.services import requests, theme_changes, theme_quality
from monitor.services import themes as theme_services
from monitor.web.answers import JSON
from monitor.web.forms import only_reads
from monitor.web.parameters import Id, Installation, Number, Tag, Themes

router = APIRouter(tags=["themes"])


class Change(BaseModel):
    """A changed theme: queries by language and a context, or the whole text of its file."""

    model_config = ConfigDict(extra="forbid")

    query: dict[str, str] = Field(
        default={},
        description="language → query, for the languages that change; an empty query removes the language's",
        examples=[{"en": "truce OR ceasefire"}],
    )
    context: str | dict[str, str] | None = Field(
        default=None,
        description="`@fragment`, or language → query; null leaves it as it is",
        examples=["@conflict"],
    )
    text: str | None = Field(
        default=None, description="the whole text of the theme's file, instead of query and context", examples=[None]
    )


class Save(Change):
    """A changed theme that is to be saved."""

    based_on: int | None = Field(
        default=None, ge=0, description="the version that was changed, 0 for none; null does not check it", examples=[3]
    )


class Restore(BaseModel):
    """The version of a theme that is to be saved again."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="the version to go back to", examples=[2])
    based_on: int | None = Field(
        default=None, ge=0, description="the newest version as you know it; null does not check it", examples=[3]
    )


class Text(BaseModel):
    """A text to look for themes in."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="the text", examples=["Both sides agreed to a ceasefire in Ukraine."])


class LabelledDocument(BaseModel):
    """A text and the themes that a reader finds in it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="the text", examples=["Both sides agreed to a ceasefire in Ukraine."])
    themes: list[str] = Field(description="ids of the themes it belongs to", examples=[["truce"]])
    title: str | None = Field(default=None, description="its headline", examples=["A ceasefire"])
    language: str | None = Field(default=None, description="its language, ISO 639-1", examples=["en"])
    borderline: list[str] = Field(
        default=[], description="ids of themes that count neither as right nor as wrong", examples=[[]]
    )


class Labelled(BaseModel):
    """Labelled documents to evaluate the themes on."""

    model_config = ConfigDict(extra="forbid")

    documents: list[LabelledDocument] = Field(min_length=1, description="the documents")


@router.get("/themes", response_model=ThemesDocument)
def list_themes(app: Installation, tag: Tag) -> JSON:
    """Return the themes with their numbers of articles."""
    return JSON(theme_services.list_themes(app), headers={"ETag": tag})


@router.get("/themes/{id}", response_model=ThemeDetailDocument)
def show_theme(app: Installation, tag: Tag, id: Id) -> JSON:
    """Return one theme with its queries and examples."""
    return JSON(theme_services.show(app, id), headers={"ETag": tag})


@router.get("/themes/{id}/history", response_model=ThemeHistoryDocument)
def show_history(app: Installation, tag: Tag, id: Id) -> JSON:
    """Return every version of a theme, which may be removed by now."""
    return JSON(theme_services.show_history(app, id), headers={"ETag": tag})


@router.get("/themes/{id}/gaps", response_model=GapsDocument)
def show_gaps(app: Installation, tag: Tag, id: Id) -> JSON:
    """Return what a theme may miss: the articles most like its own that it does not match."""
    return JSON(theme_quality.gaps(app, id), headers={"ETag": tag})


@router.post("/themes/{id}/preview", response_model=PreviewDocument)
@only_reads
def preview(app: Installation, id: Id, change: Change) -> JSON:
    """Return what saving a changed theme would do; nothing is written."""
    document = theme_changes.preview(app, id, query=change.query, context=change.context, text=change.text)
    return JSON(document)


@router.put("/themes/{id}", response_model=SavedDocument)
def save(app: Installation, id: Id, change: Save) -> JSON:
    """Save a theme, new or changed. The indexer then brings the tags up to date; the history shows how far it is."""
    document = theme_changes.save(
        app, id, query=change.query, context=change.context, text=change.text, based_on=change.based_on
    )
    return JSON(document)


@router.post("/themes/{id}/restore", response_model=SavedDocument)
def restore(app: Installation, id: Id, change: Restore) -> JSON:
    """Save a theme with the queries of an earlier version."""
    return JSON(theme_changes.restore(app, id, change.version, based_on=change.based_on))


@router.delete("/themes/{id}", response_model=RemovedDocument)
def remove(
    app: Installation,
    id: Id,
    delete: Annotated[bool, Query(description="whether a file of your own may be deleted", examples=[True])] = False,
) -> JSON:
    """Remove a theme; its queries stay in the history."""
    return JSON(theme_changes.remove(app, id, delete=delete))


@router.post("/themes/{id}/sweep", response_model=RequestDocument, status_code=202)
def sweep(app: Installation, id: Id) -> JSON:
    """Ask the indexer to bring the tags of a theme up to date."""
    return JSON(theme_services.sweep(app, [id]), 202)


@router.post("/match", response_model=MatchesDocument)
@only_reads
def match(app: Installation, body: Text) -> JSON:
    """Return the themes that a text matches, with the matching words."""
    return JSON(theme_services.match(app, body.text))


@router.get("/examples", response_model=ThemeTestsDocument)
def test(app: Installation, themes: Themes = ()) -> JSON:
    """Return the examples that these themes, or all, treat otherwise than they should."""
    return JSON(theme_services.test(app, themes))


@router.post("/evaluate", response_model=EvaluationDocument)
@only_reads
def evaluate(app: Installation, body: Labelled) -> JSON:
    """Return precision, recall and F1 of the themes on labelled documents, with every mistake."""
    lines = [document.model_dump_json(exclude_unset=True).encode() for document in body.documents]
    return JSON(theme_quality.evaluate(app, lines, label="documents"))


@router.get("/requests/{id}", response_model=RequestDocument)
def show_request(app: Installation, id: Number) -> JSON:
    """Return how far the indexer is with a request."""
    return JSON(requests.progress(app, id))
