"""Changing a theme: a new one, editing with a preview, its versions, and removing it. Everything works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from config.errors import ConfigError, Conflict, ParleyError, QueryError, Refused, WrongArgument
from crawler.presence import heartbeat_of
from monitor.app import App
from monitor.charts.changes import changes
from monitor.charts.draw import svg
from monitor.documents.drafts import DraftDocument
from monitor.documents.revisions import PieceDocument
from monitor.documents.themes import ThemeVersionDocument
from monitor.services import drafts, theme_changes, themes
from monitor.services.differences import differences
from monitor.services.drafts import Draft
from monitor.services.questions import theme_of
from monitor.web.answers import status_of
from monitor.web.forms import only_reads
from monitor.web.parameters import Fields, Id, Installation
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

_WIDTHS = {"wide": 1_160, "narrow": 290}  # pixels
_RELOAD = 5  # seconds after which a page that waits for the indexer reloads itself


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in the query of one language, or in the context."""

    name: str  # a language; empty for the context
    pieces: Sequence[PieceDocument]


@router.get("/themes/new", response_class=HTMLResponse)
def begin(request: Request, app: Installation) -> HTMLResponse:
    """Show the empty form of a theme, or one with the query of a search."""
    draft = drafts.as_it_stands(app, "")
    query = request.query_params.get("query", "").strip()
    if query:
        draft = _with_query(draft, query)
    return _form(request, app, draft, stamp="")


@router.post("/themes/new", response_class=HTMLResponse)
def make(request: Request, app: Installation, fields: Fields) -> Response:
    """Preview a new theme, or save it."""
    draft = _draft(fields, _text(fields, "theme").strip())
    known = {theme.id for theme in app.themes}
    if draft.theme in known:
        problem = f'There is a theme "{draft.theme}" already; choose another id, or change that one.'
        return _form(request, app, draft, stamp="", problems=[problem], status=409)
    return _preview_or_save(request, app, fields, draft)


@router.post("/themes/remarks", response_class=HTMLResponse)
@only_reads
def check(request: Request, app: Installation, fields: Fields) -> HTMLResponse:
    """Show what is wrong or doubtful about the query of one language, for the script that asks while somebody types."""
    query, language = _text(fields, "query").strip(), _text(fields, "language")
    return page(request, app, "remarks.html", remarks=drafts.remarks(app, query, language))


@router.get("/themes/{id}/edit", response_class=HTMLResponse)
def edit(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show the form of a theme, as it stands or, to restore it, as it was in an earlier version."""
    theme_of(app, id)
    version = request.query_params.get("version", "")
    stamp = drafts.stamp_of(app, id)
    if not version:
        return _form(request, app, drafts.as_it_stands(app, id), stamp=stamp)
    if not version.isdecimal() or len(version) > 9:
        raise WrongArgument(f"a version is a number, not {version}", field="version")
    draft = drafts.as_it_was(app, id, int(version))
    return _form(request, app, draft, stamp=stamp, examined=drafts.examine(app, draft), restored=int(version))


@router.post("/themes/{id}/edit", response_class=HTMLResponse)
def change(request: Request, app: Installation, id: Id, fields: Fields) -> Response:
    """Preview a changed theme, or save it."""
    theme_of(app, id)
    return _preview_or_save(request, app, fields, _draft(fields, id))


@router.get("/themes/{id}/versions", response_class=HTMLResponse)
def show_versions(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show every version of a theme and what changed from one to the next; reloads itself while one is being applied."""
    history = themes.show_history(app, id).history
    known = next((theme for theme in app.themes if theme.id == id), None)
    earlier: Sequence[ThemeVersionDocument | None] = [None, *history[:-1]]
    indexer = heartbeat_of(app.settings.data, "indexer", datetime.now(UTC))
    is_pending = known is not None and history[-1].swept is None
    answer = page(
        request,
        app,
        "theme_versions.html",
        id=id,
        title=known.title if known else id,
        is_removed=known is None,
        versions=[(one, _changes(before, one)) for before, one in zip(earlier, history, strict=True)][::-1],
        is_pending=is_pending,
        indexer=indexer,
    )
    if is_pending and indexer:
        answer.headers["Refresh"] = str(_RELOAD)
    return answer


@router.get("/themes/{id}/remove", response_class=HTMLResponse)
def ask_to_remove(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Ask whether a theme is to be removed."""
    return page(request, app, "theme_remove.html", theme=themes.show(app, id), stamp=drafts.stamp_of(app, id))


@router.post("/themes/{id}/remove")
def remove(app: Installation, id: Id, fields: Fields) -> Response:
    """Remove a theme."""
    theme_of(app, id)
    if drafts.stamp_of(app, id) != _text(fields, "stamp"):
        raise Conflict(f'"{id}" was changed by somebody else since you began; look at it again', field="stamp")
    theme_changes.remove(app, id, delete=True)
    return RedirectResponse("/themes", 303)


def _preview_or_save(request: Request, app: App, fields: FormData, draft: Draft) -> Response:
    stamp = _text(fields, "stamp")
    is_previewed = _text(fields, "previewed") == _mark(draft)
    if _text(fields, "action") == "save" and is_previewed:
        return _save(request, app, draft, stamp)
    return _form(request, app, draft, stamp=stamp, examined=drafts.examine(app, draft))


def _save(request: Request, app: App, draft: Draft, stamp: str) -> Response:
    try:
        drafts.save(app, draft, stamp=stamp)
    except Conflict as conflict:
        return _show_conflict(request, app, draft, conflict)
    except (Refused, QueryError, WrongArgument, ConfigError) as wrong:
        return _form(request, app, draft, stamp=stamp, problems=str(wrong).splitlines(), status=status_of(wrong))
    return RedirectResponse(f"/themes/{draft.theme}/versions", 303)


def _show_conflict(request: Request, app: App, draft: Draft, conflict: ParleyError) -> HTMLResponse:
    """Show both: what the theme is by now, and what somebody wanted to save."""
    theirs = drafts.as_it_stands(app, draft.theme)
    differ = [
        Difference(language, _pieces(theirs.query.get(language, ""), text))
        for language, text in draft.query.items()
        if theirs.query.get(language, "") != text
    ]
    stamp = drafts.stamp_of(app, draft.theme)
    return _form(request, app, draft, stamp=stamp, conflict=str(conflict), differ=differ, status=409)


def _form(
    request: Request,
    app: App,
    draft: Draft,
    *,
    stamp: str,
    examined: DraftDocument | None = None,
    problems: Sequence[str] = (),
    conflict: str = "",
    differ: Sequence[Difference] = (),
    restored: int | None = None,
    status: int = 200,
) -> HTMLResponse:
    preview = examined.preview if examined else None
    return page(
        request,
        app,
        "theme_edit.html",
        status=status,
        draft=draft,
        is_new=not request.path_params,
        context={"": draft.context} if isinstance(draft.context, str) else dict(draft.context),
        stamp=stamp,
        mark=_mark(draft) if preview else "",
        examined=examined,
        remarks={one.language: one.diagnostics for one in examined.queries} if examined else {},
        problems=[*problems, *(examined.problems if examined else ())],
        preview=preview,
        charts=_charts(draft.title, examined) if examined and preview else {},
        next_version=drafts.newest_version(app, draft.theme) + 1 if preview else None,
        conflict=conflict,
        differ=differ,
        restored=restored,
        names={source.id: source.name for source in app.sources},
    )


def _charts(title: str, examined: DraftDocument) -> Mapping[str, str]:
    says = f"{title}: articles a day now, and with the change."
    return {name: svg(changes(examined.days, width), says) for name, width in _WIDTHS.items()}


def _draft(fields: FormData, theme: str) -> Draft:
    query = {name.removeprefix("query."): _text(fields, name) for name in fields if name.startswith("query.")}
    context = {name.removeprefix("context."): _text(fields, name) for name in fields if name.startswith("context.")}
    return Draft(
        theme=theme,
        title=_text(fields, "title"),
        description=_text(fields, "description"),
        query={language: text.strip() for language, text in query.items()},
        context=context or _text(fields, "context").strip(),
    )


def _with_query(draft: Draft, query: str) -> Draft:
    return Draft(theme="", title="", description="", query={**draft.query, "en": query}, context="")


def _text(fields: FormData, name: str) -> str:
    """Return the text of a field, with the ends of its lines as files have them; empty for a file or no field."""
    value = fields.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def _mark(draft: Draft) -> str:
    """Return a mark of what was previewed, so that nothing else is saved."""
    context = draft.context if isinstance(draft.context, str) else dict(draft.context)
    content = repr((draft.theme, draft.title, draft.description, dict(draft.query), context))
    return blake2b(content.encode(errors="replace"), digest_size=12).hexdigest()


def _changes(before: ThemeVersionDocument | None, after: ThemeVersionDocument) -> list[Difference]:
    """Return what changed from one version to the next, language by language."""
    if before is None:
        return []
    queries = [
        Difference(language, _pieces(before.query.get(language, ""), after.query.get(language, "")))
        for language in dict.fromkeys((*after.query, *before.query))
        if before.query.get(language, "") != after.query.get(language, "")
    ]
    old, new = ("; ".join(dict.fromkeys(one.context.values())) for one in (before, after))
    return [*queries, *([Difference("", _pieces(old, new))] if old != new else [])]


def _pieces(before: str, after: str) -> list[PieceDocument]:
    return [piece for paragraph in differences(before, after) for piece in paragraph]
