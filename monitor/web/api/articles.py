"""One article with all that is known of it, its versions and its archived pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from monitor.documents.articles import FullArticleDocument
from monitor.documents.revisions import RevisionsDocument
from monitor.services import articles
from monitor.services.archived import archived_page
from monitor.services.revisions import revisions
from monitor.web.answers import JSON, as_collected
from monitor.web.parameters import Id, Installation, Number, Tag

router = APIRouter(tags=["articles"])

Version = Annotated[int | None, Query(description="number of a version, from 1", examples=[1], ge=1, lt=2**31)]


@router.get("/articles", response_model=FullArticleDocument)
def find(
    app: Installation,
    tag: Tag,
    address: Annotated[
        str,
        Query(
            description="address of the article, any that leads to it",
            examples=["https://news.example/truce-talks"],
            max_length=4_000,
        ),
    ],
) -> JSON:
    """Return the article of an address, as below."""
    return JSON(articles.show(app, address), headers={"ETag": tag})


@router.get("/articles/{id}", response_model=FullArticleDocument)
def show(app: Installation, tag: Tag, id: Id) -> JSON:
    """Return an article with its copies, its pages and the origin of each fact. Its id may be cut to 8 characters."""
    return JSON(articles.show(app, id), headers={"ETag": tag})


@router.get("/articles/{id}/revisions", response_model=RevisionsDocument)
def show_revisions(app: Installation, tag: Tag, id: Id, before: Version = None, after: Version = None) -> JSON:
    """Return the versions of an article and what changed between two, the oldest and the newest that have a text without any.

    The archived pages are extracted again, which takes about a second.
    """
    return JSON(revisions(app, id, before=before, after=after), headers={"ETag": tag})


@router.get(
    "/articles/{id}/pages/{number}",
    response_class=Response,
    responses={
        200: {
            "description": "The page. Its policy keeps everything in it from running, and from loading anything.",
            "content": {kind: {"schema": {"type": "string"}} for kind in ("text/html", "text/plain")},
        }
    },
)
def show_page(app: Installation, id: Id, number: Number) -> Response:
    """Return an archived page of an article as it was collected."""
    return as_collected(archived_page(app, id, number))
