"""A new alert rule, and changing one: what it would have sent is shown before it is saved. Everything works without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from config.alerts import OWN, READINESS, Per, Trigger
from config.errors import ConfigError, Conflict, WrongArgument
from config.sources import CLASSES
from monitor.app import App
from monitor.charts.trial import pictures
from monitor.services import alert_drafts
from monitor.services.alert_drafts import Examined
from monitor.services.alerts import list_alerts, show_rule
from monitor.web.forms import only_reads
from monitor.web.parameters import Fields, Id, Installation, Ready
from monitor.web.prepared import Prepared
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

_TRIGGERS: Mapping[Trigger, str] = {
    "spike": "when it spikes: more stories than the weeks before explain",
    "more": "when a day or an hour has more stories than a number",
    "story": "of every new story",
    "silence": "when it falls silent although others are heard",
    "share": "when its share of all articles crosses a line",
    "source": "when a feed needs a look",
}
_DEFAULTS: Mapping[str, str] = {
    "on": "spike",
    "sensitivity": "balanced",
    "more_than": "10",
    "per": "day",
    "silence": "2d",
    "share": "0.2",
    "days": "7",
    "daily_cap": "20",
    "weekly_budget": "10",
}
_PLAIN = ("title", "theme", "query", "quiet", "timezone")
_NUMBERS = ("more_than", "days", "daily_cap", "weekly_budget")
_LISTS = ("sources", "classes", "languages", "countries")
_PAUSED = "paused"  # a box: the field is empty where it is not ticked
_FIELDS = (*_PLAIN, *_LISTS, *_DEFAULTS, _PAUSED)
_TELLS_NO_MORE = ("title", "to", _PAUSED)  # what a trial does not depend on
_SUGGESTED = "suggested_"  # before the name of a field: what was suggested for it
_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as the fields of the form have it.

    Attributes:
        suggested: what nobody typed, "id" or "title".
    """

    id: str
    fields: Mapping[str, str]
    to: tuple[str, ...] = ()
    suggested: frozenset[str] = frozenset()

    @property
    def content(self) -> Mapping[str, Any]:
        """The keys of its file; what its trigger does not need, and what says no more than the default, is left out."""
        own = [key for key, trigger in OWN.items() if trigger == self.fields["on"]]
        given = {key: self.fields[key] for key in (*_PLAIN, "on", *own)}
        given |= {key: self.fields[key] for key in ("daily_cap", "weekly_budget") if not self._is_default(key)}
        content: dict[str, Any] = {key: _value(key, text) for key, text in given.items() if text}
        if self.fields[_PAUSED]:
            content[_PAUSED] = True
        scope = {key: _entries(self.fields[key]) for key in _LISTS if _entries(self.fields[key])}
        return content | ({"to": list(self.to)} if self.to else {}) | ({"scope": scope} if scope else {})

    @property
    def mark(self) -> str:
        """A mark of what was tried, so that no rule is saved that tells something else."""
        content = repr({key: value for key, value in self.content.items() if key not in _TELLS_NO_MORE})
        return blake2b(content.encode(errors="replace"), digest_size=12).hexdigest()

    def _is_default(self, key: str) -> bool:
        return self.fields[key] == _DEFAULTS[key]


@router.get("/alerts/new", response_class=HTMLResponse)
def begin(request: Request, app: Installation, ready: Ready) -> HTMLResponse:
    """Show the form of a new rule; one that watches a theme or a query is tried at once."""
    given = {key: request.query_params.get(key, "").strip() for key in ("theme", "query")}
    draft = _with_names(app, Draft("", {**dict.fromkeys(_FIELDS, ""), **_DEFAULTS, **given}))
    if not any(given.values()):
        return _form(request, app, draft, "")
    return _try(request, app, draft, stamp="", is_new=True, ready=ready)


@router.post("/alerts/new", response_class=HTMLResponse)
def make(request: Request, app: Installation, fields: Fields) -> Response:
    """Save a new rule that was tried."""
    return _save(request, app, fields, _with_names(app, _draft(fields, _text(fields, "id"))), is_new=True)


@router.post("/alerts/try", response_class=HTMLResponse)
@only_reads
def try_new(request: Request, app: Installation, fields: Fields) -> HTMLResponse:
    """Show what a new rule would have sent."""
    return _try(request, app, _new_draft(app, fields), stamp="", is_new=True)


@router.get("/alerts/{id}/edit", response_class=HTMLResponse)
def edit(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Show the form of a rule."""
    return _form(request, app, _as_it_stands(app, id), alert_drafts.stamp_of(app, id))


@router.post("/alerts/{id}/edit", response_class=HTMLResponse)
def change(request: Request, app: Installation, id: Id, fields: Fields) -> Response:
    """Save a changed rule that was tried."""
    return _save(request, app, fields, _draft(fields, id), is_new=False)


@router.post("/alerts/{id}/try", response_class=HTMLResponse)
@only_reads
def try_changed(request: Request, app: Installation, id: Id, fields: Fields) -> HTMLResponse:
    """Show what a changed rule would have sent."""
    return _try(request, app, _draft(fields, id), stamp=_text(fields, "stamp"), is_new=False)


@router.get("/alerts/{id}/remove", response_class=HTMLResponse)
def ask_to_remove(request: Request, app: Installation, id: Id) -> HTMLResponse:
    """Ask whether a rule is to be removed."""
    return page(request, app, "alert_remove.html", rule=show_rule(app, id), stamp=alert_drafts.stamp_of(app, id))


@router.post("/alerts/{id}/remove")
def remove(app: Installation, id: Id, fields: Fields) -> RedirectResponse:
    """Remove a rule."""
    alert_drafts.remove(app, id, stamp=_text(fields, "stamp"))
    return RedirectResponse("/alerts", 303)


def _try(
    request: Request,
    app: App,
    draft: Draft,
    *,
    stamp: str,
    is_new: bool,
    ready: Prepared | None = None,
    is_unsaved: bool = False,
) -> HTMLResponse:
    examine = partial(alert_drafts.examine, app, draft.id, draft.content, is_new=is_new)
    examined = ready.get(app, ("new rule", draft.mark), examine) if ready else examine()
    status = 422 if examined.problems else 200
    return _form(request, app, draft, stamp, examined=examined, is_unsaved=is_unsaved, status=status)


def _save(request: Request, app: App, fields: FormData, draft: Draft, *, is_new: bool) -> Response:
    stamp = "" if is_new else _text(fields, "stamp")
    if _text(fields, "tried") != draft.mark:
        changed = _new_draft(app, fields) if is_new else draft
        return _try(request, app, changed, stamp=stamp, is_new=is_new, is_unsaved=True)
    if not alert_drafts.is_right(app, draft.id, draft.content, is_new=is_new):
        return _try(request, app, draft, stamp=stamp, is_new=is_new)
    try:
        alert_drafts.save(app, draft.id, draft.content, stamp=stamp)
    except Conflict as conflict:
        if is_new:
            return _try(request, app, draft, stamp="", is_new=True)
        return _form(request, app, draft, alert_drafts.stamp_of(app, draft.id), conflict=str(conflict), status=409)
    except (WrongArgument, ConfigError) as wrong:
        return _form(request, app, draft, stamp, examined=Examined({"": tuple(str(wrong).splitlines())}), status=409)
    return RedirectResponse("/alerts", 303)


def _form(
    request: Request,
    app: App,
    draft: Draft,
    stamp: str,
    *,
    examined: Examined | None = None,
    conflict: str = "",
    is_unsaved: bool = False,
    status: int = 200,
) -> HTMLResponse:
    is_new = not request.path_params
    trial = examined.trial if examined else None
    return page(
        request,
        app,
        "alert_edit.html",
        status=status,
        draft=draft,
        fields=draft.fields,
        is_new=is_new,
        path="/alerts/new" if is_new else f"/alerts/{draft.id}/edit",
        trying="/alerts/try" if is_new else f"/alerts/{draft.id}/try",
        stamp=stamp,
        mark=draft.mark if examined and examined.can_be_saved else "",
        examined=examined,
        problems=dict(examined.problems) if examined else {},
        trial=trial,
        charts=pictures(trial) if trial else {},
        conflict=conflict,
        is_unsaved=is_unsaved,
        theirs=_as_it_stands(app, draft.id) if conflict else None,
        themes=[(theme.id, theme.title) for theme in app.themes],
        triggers=_TRIGGERS,
        readiness=READINESS,
        pers=get_args(Per),
        channels=list_alerts(app).channels,
        classes=CLASSES,
        names={source.id: source.name for source in app.sources},
    )


def _as_it_stands(app: App, id: str) -> Draft:
    content = alert_drafts.content_of(app, id)
    scope = content.get("scope", {})
    written = {key: str(value) for key, value in content.items() if key in _FIELDS}
    lists = {key: ", ".join(scope.get(key, ())) for key in _LISTS}
    return Draft(id, {**dict.fromkeys(_FIELDS, ""), **_DEFAULTS, **written, **lists}, tuple(content.get("to", ())))


def _draft(fields: FormData, id: str) -> Draft:
    to = tuple(one for one in fields.getlist("to") if isinstance(one, str))
    return Draft(id, {key: _text(fields, key) for key in _FIELDS}, to)


def _new_draft(app: App, fields: FormData) -> Draft:
    """Return the draft of a new rule; what was suggested for another form of it is suggested anew."""
    draft = _draft(fields, "" if _is_suggested(fields, "id") else _text(fields, "id"))
    if _is_suggested(fields, "title"):
        draft = replace(draft, fields={**draft.fields, "title": ""})
    return _with_names(app, draft)


def _is_suggested(fields: FormData, name: str) -> bool:
    return _text(fields, name) == _text(fields, f"{_SUGGESTED}{name}")


def _with_names(app: App, draft: Draft) -> Draft:
    """Return a draft with an id and a title, suggested where it has none."""
    title = draft.fields["title"] or alert_drafts.suggest_title(app, draft.content)
    titled = replace(draft, fields={**draft.fields, "title": title})
    given = {"id": draft.id, "title": draft.fields["title"]}
    return replace(
        titled,
        id=draft.id or alert_drafts.suggest_id(app, titled.content),
        suggested=frozenset(name for name, text in given.items() if not text),
    )


def _value(key: str, text: str) -> str | int | float:
    """Return the text of a field as a file has it; what is no number stays a text, and is reported as in a file."""
    if key in _NUMBERS:
        return int(text) if _NUMBER.fullmatch(text) else text
    if key != "share":
        return text
    try:
        number = float(text.removesuffix("%").replace(",", "."))
    except ValueError:
        return text
    return number / 100 if text.endswith("%") else number


def _entries(text: str) -> list[str]:
    return [one for one in (entry.strip() for entry in text.split(",")) if one]


def _text(fields: FormData, name: str) -> str:
    """Return the text of a field without the blanks around it; empty for a file or no field."""
    value = fields.get(name, "")
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""
