"""An article: what it says, and where every fact about it comes from."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.services import articles
from monitor.services.marks import marks
from monitor.web.parameters import Id, Installation
from monitor.web.rendering import address, page

router = APIRouter(include_in_schema=False)

NOTHING = "none"  # to mark


@router.get("/articles/{id}", response_class=HTMLResponse)
def show(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show an article, with the words marked that a query or a theme finds in it."""
    full = articles.show(app, id)
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
        titles=titles,
        sources={source.id: source for source in app.sources},
    )
