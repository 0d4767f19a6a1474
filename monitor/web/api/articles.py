"""One article with all that is known of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from monitor.documents.articles import FullArticleDocument
from monitor.services import articles
from monitor.web.answers import JSON
from monitor.web.parameters import Id, Installation, Tag

router = APIRouter(tags=["articles"])


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
