"""Alert rules, their messages and their channels."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from config.digests import DIGESTS
from monitor.documents.alerts import (
    AlertRuleDocument,
    AlertsDocument,
    AlertTestDocument,
    ChannelTestDocument,
    DigestPlanDocument,
    MessagesDocument,
)
from monitor.services import alert_tests, alerts, snoozing
from monitor.web.answers import JSON
from monitor.web.forms import only_reads
from monitor.web.parameters import Id, Installation

router = APIRouter(tags=["alerts"])


class Trial(BaseModel):
    """A rule that is to be tried on the past."""

    model_config = ConfigDict(extra="forbid")

    rule: dict[str, Any] = Field(
        description="the keys of a rule's file, see docs/alerts.md; `title` may be left out",
        examples=[{"on": "spike", "theme": "truce"}],
    )
    since: str | None = Field(default=None, max_length=64, description="60 days before its end without it")
    until: str | None = Field(default=None, max_length=64, description="now without it")


class Snooze(BaseModel):
    """How long a rule or a digest is to send nothing."""

    model_config = ConfigDict(extra="forbid")

    until: str | None = Field(
        max_length=64, description="2026-12-01, or 3d from now; null ends it at once", examples=["3d"]
    )


@router.get("/alerts", response_model=AlertsDocument)
def list_alerts(app: Installation) -> JSON:
    """Return all rules, digests and channels, and how they stand."""
    return JSON(alerts.list_alerts(app))


@router.post("/alerts/test", response_model=AlertTestDocument)
@only_reads
def test(app: Installation, trial: Trial) -> JSON:
    """Return what a rule would have sent; nothing is written or sent."""
    content = {"title": alert_tests.title_of(trial.rule), **trial.rule}
    rule = alert_tests.rule_of(app, "rule", content, label="the rule", field="rule")
    return JSON(alert_tests.try_rule(app, rule, since=trial.since, until=trial.until))


@router.get("/alerts/{id}", response_model=AlertRuleDocument)
def show_rule(app: Installation, id: Id) -> JSON:
    """Return one rule and how it stands."""
    return JSON(alerts.show_rule(app, id))


@router.post("/alerts/{id}/snooze", response_model=AlertRuleDocument)
def snooze(app: Installation, id: Id, change: Snooze) -> JSON:
    """Let a rule send nothing for a time, and return how it stands then."""
    snoozing.snooze(app, id, change.until)
    return JSON(alerts.show_rule(app, id))


@router.get("/digests/{id}", response_model=DigestPlanDocument)
def show_plan(app: Installation, id: Id) -> JSON:
    """Return one digest that is sent by itself, and how it stands."""
    return JSON(alerts.show_plan(app, id))


@router.post("/digests/{id}/snooze", response_model=DigestPlanDocument)
def snooze_plan(app: Installation, id: Id, change: Snooze) -> JSON:
    """Let a digest that is sent by itself rest for a time, and return how it stands then."""
    snoozing.snooze(app, f"{DIGESTS}{id}", change.until)
    return JSON(alerts.show_plan(app, id))


@router.get("/messages", response_model=MessagesDocument)
def list_messages(
    app: Installation,
    rule: Annotated[
        str | None,
        Query(description="id of the rule that made them; all without it", examples=["truce-spikes"], max_length=200),
    ] = None,
    limit: Annotated[int, Query(description="number of messages, at most", examples=[20], ge=1, le=500)] = 20,
) -> JSON:
    """Return the newest messages, and where they went."""
    return JSON(alerts.list_messages(app, rule=rule, limit=limit))


@router.post("/channels/{id}/send-test", response_model=ChannelTestDocument)
def send_test(app: Installation, id: Id) -> JSON:
    """Send a test message to a channel now."""
    return JSON(ChannelTestDocument(channel=id, sentence=alerts.send_test(app, id)))
