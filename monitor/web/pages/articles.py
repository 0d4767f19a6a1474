"""An article: what it says, where every fact about it comes from, its versions and its archived pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from config.errors import NotFound
from monitor.citations import citation
from monitor.services import articles
from monitor.services.archived import archived_page
from monitor.services.marks import marks
from monitor.services.revisions import revisions
from monitor.web.answers import as_collected
from monitor.web.parameters import Id, Installation, Number
from monitor.web.rendering import address, page

router = APIRouter(include_in_schema=False)

NOTHING = "none"  # to mark


@router.get("/articles/{id}", response_class=HTMLResponse)
def show(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show an article, with the words marked that a query or a theme finds in it."""
    try:
        full = articles.show(app, id)
    except NotFound:
        lines = [
            "It may have been deleted as too old, or its address may be that of another one. Look for its headline."
        ]
        return page(request, app, "message.html", status=404, heading="No article has this id", lines=lines, detail="")
    article = full.article
    query = request.query_params.get("q", "")
    theme = request.query_params.get("mark", "" if query else next(iter(article.themes), ""))
    titles = {theme.id: theme.title for theme in app.themes}
    link = f"/articles/{article.id}"
    markings = [(titles.get(one, one), address(link, q=query, mark=one), one == theme) for one in article.themes]
    if query:
        markings.insert(0, ("your query", address(link, q=query), not theme))
    if markings:
        markings.append(("none", address(link, q=query, mark=NOTHING), theme == NOTHING))
    return page(
        request,
        app,
        "article.html",
        full=full,
        article=article,
        marked=marks(app, article, theme=theme, query=query),
        markings=markings,
        citation=citation(full, app.zone),
        titles=titles,
        sources={source.id: source for source in app.sources},
    )


Version = Annotated[int | None, Query(ge=1, lt=2**31)]


@router.get("/articles/{id}/versions", response_class=HTMLResponse)
def show_versions(
    request: Request, app: Installation, id: Id, before: Version = None, after: Version = None
) -> HTMLResponse:
    """Show what changed between two versions of an article, at first between the oldest and the newest."""
    full = articles.show(app, id)
    compared = revisions(app, id, before=before, after=after)
    return page(request, app, "versions.html", full=full, article=full.article, compared=compared)


@router.get("/articles/{id}/pages/{number}")
def show_page(app: Installation, id: Id, number: Number) -> Response:
    """Show an archived page as it was collected, under a policy of its own: nothing in it runs or is loaded."""
    return as_collected(archived_page(app, id, number))
