"""Digests that are sent by themselves: what is sent when, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from config.digests import DigestPlan
from monitor.app import App
from monitor.documents.alerts import DigestPlanDocument, PlanState

_NEXT = 3  # times


def plan_document(
    app: App,
    plan: DigestPlan,
    now: datetime,
    *,
    last: datetime | None = None,
    sent: datetime | None = None,
    snoozed_until: datetime | None = None,
) -> DigestPlanDocument:
    """Return a digest that is sent by itself, with the next three times at which it is made.

    Args:
        last: when the last one was made.
        sent: when a channel last accepted one.
        snoozed_until: until when none is made, or was not.
    """
    day = "day" if plan.every == "day" else "Monday"
    snoozed = snoozed_until if snoozed_until and snoozed_until > now else None
    state: PlanState = "paused" if plan.paused else "snoozed" if snoozed else "planned"
    due = [] if plan.paused else islice(_due(app, plan, snoozed or now), _NEXT)
    return DigestPlanDocument(
        id=plan.id,
        title=plan.title,
        every=plan.every,
        sentence=f"Sends what moved in the {plan.every} before, every {day} at {plan.at:%H:%M} {app.zone.key}.",
        channels=plan.to,
        last=last,
        sent=sent,
        state=state,
        snoozed_until=snoozed,
        next=tuple(moment.astimezone(app.zone) for moment in due),
    )


def _due(app: App, plan: DigestPlan, moment: datetime) -> Iterator[datetime]:
    while True:
        moment = plan.next_due(moment, app.zone)
        yield moment
