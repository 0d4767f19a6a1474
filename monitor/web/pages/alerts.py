"""Alerts: the rules, where their messages went, and the channels; snoozing a rule and trying a channel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from config.digests import DIGESTS
from config.errors import RequestFailed, WrongArgument
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.charts.trial import pictures
from monitor.services import alerts, snoozing
from monitor.services.alert_tests import UNTRIED, try_rule
from monitor.web.answers import status_of
from monitor.web.parameters import Id, Installation
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

_SNOOZES = (("1d", "a day"), ("3d", "3 days"), ("7d", "a week"), ("30d", "30 days"))
_NEWEST = 20  # messages
_MOST = 50  # messages of one rule


@router.get("/alerts", response_class=HTMLResponse)
def show(request: Request, app: Installation) -> HTMLResponse:
    """Show rules, messages and channels, and how they stand."""
    return _show(request, app)


@router.get("/alerts/{id}", response_class=HTMLResponse)
def show_rule(
    request: Request, app: Installation, id: Id, test: Annotated[str, Query(max_length=64)] = ""
) -> HTMLResponse:
    """Show one rule: what it does, what it sent and held back, and what it would have sent."""
    rule, trial, untried = alerts.show_rule(app, id), None, ""
    if test or rule.on in UNTRIED:
        try:
            trial = try_rule(app, alerts.rule_named(LiveRules(app).current, id), since=test or None)
        except WrongArgument as wrong:
            if rule.on not in UNTRIED:
                raise
            untried = str(wrong)
    return page(
        request,
        app,
        "alert.html",
        rule=rule,
        trial=trial,
        untried=untried,
        charts=pictures(trial) if trial else {},
        names={source.id: source.name for source in app.sources},
        messages=alerts.list_messages(app, rule=id, limit=_MOST).messages,
        most=_MOST,
        titles={channel.id: channel.title for channel in alerts.list_alerts(app).channels},
        rules={rule.id: rule.title},
        snoozes=_SNOOZES,
    )


@router.post("/alerts/{id}/snooze")
def snooze(app: Installation, id: Id, until: Annotated[str, Form(max_length=64)] = "") -> RedirectResponse:
    """Let a rule send nothing for a time; end that without one."""
    snoozing.snooze(app, id, until or None)
    return RedirectResponse(f"/alerts/{id}", 303)


@router.post("/digests/{id}/snooze")
def snooze_digest(app: Installation, id: Id, until: Annotated[str, Form(max_length=64)] = "") -> RedirectResponse:
    """Let a digest rest for a time; end that without one."""
    snoozing.snooze(app, f"{DIGESTS}{id}", until or None)
    return RedirectResponse("/alerts", 303)


@router.post("/alerts/snooze")
def pause_all(app: Installation, until: Annotated[str, Form(max_length=64)]) -> RedirectResponse:
    """Let no rule and no digest send anything for a time."""
    snoozing.snooze_all(app, until)
    return RedirectResponse("/alerts", 303)


@router.post("/alerts/wake")
def wake_all(app: Installation) -> RedirectResponse:
    """Let every rule and every digest send again."""
    snoozing.snooze_all(app, None)
    return RedirectResponse("/alerts", 303)


@router.post("/channels/{id}/send-test", response_class=HTMLResponse)
def send_test(request: Request, app: Installation, id: Id) -> Response:
    """Send a test message to a channel, and show what became of it."""
    try:
        return _show(request, app, tested=alerts.send_test(app, id))
    except RequestFailed as failed:
        return _show(request, app, failed=str(failed), status=status_of(failed))


def _show(request: Request, app: App, *, tested: str = "", failed: str = "", status: int = 200) -> HTMLResponse:
    listed = alerts.list_alerts(app)
    return page(
        request,
        app,
        "alerts.html",
        status=status,
        listed=listed,
        messages=alerts.list_messages(app, limit=_NEWEST).messages,
        titles={channel.id: channel.title for channel in listed.channels},
        rules={rule.id: rule.title for rule in listed.rules}
        | {f"{DIGESTS}{digest.id}": digest.title for digest in listed.digests},
        snoozes=_SNOOZES,
        tested=tested,
        failed=failed,
    )
