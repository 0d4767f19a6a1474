"""Alert rules, their messages and their channels as tables."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from monitor.app import App
from monitor.documents.alerts import (
    AlertMessageDocument,
    AlertRuleDocument,
    AlertsDocument,
    AlertTestDocument,
    DigestPlanDocument,
    MessagesDocument,
)
from monitor.sentences import counted
from monitor.terminal.output import plain, print_note, table
from monitor.terminal.remarks import print_query_diagnostics
from monitor.terminal.times import clock


def show_alerts(screen: Console, listed: AlertsDocument, zone: ZoneInfo) -> None:
    """Print rules, digests and channels."""
    if not listed.rules:
        print_note(screen, "There are no alert rules. docs/alerts.md shows how to write one.")
    else:
        rules = counted(len(listed.rules), "rule")
        sent = counted(listed.week, "message")
        title = f"{rules}, {sent} in the last 7 days"
        rows = [
            [
                rule.id,
                rule.sentence,
                " ".join(rule.channels) or "kept only",
                _standing(rule, zone),
                _when(rule.last, zone),
            ]
            for rule in listed.rules
        ]
        screen.print(table(title, ["rule", "what", "channels", "state", "last message"], rows, whole=["rule"]))
    if listed.digests:
        screen.print()
        plans = [
            [
                one.id,
                one.sentence,
                " ".join(one.channels) or "kept only",
                _next(one, zone),
                _when(one.sent, zone) if one.sent or not one.last else f"made {_when(one.last, zone)}",
            ]
            for one in listed.digests
        ]
        screen.print(table("Digests", ["digest", "what", "channels", "next", "last sent"], plans, whole=["digest"]))
    if listed.channels:
        screen.print()
        columns = ["channel", "title", "kind", "waiting", "last sent", "trouble"]
        channels = [
            [one.id, one.title, one.kind, one.waiting, _when(one.last, zone), one.explanation]
            for one in listed.channels
        ]
        screen.print(table("Channels", columns, channels, right=["waiting"], whole=["channel"]))


def show_messages(screen: Console, made: MessagesDocument, app: App) -> None:
    """Print messages, newest first, and where they went."""
    names = {source.id: source.name for source in app.sources}
    if not made.messages:
        print_note(screen, "No message was made yet.")
    for sent in made.messages:
        show_message(screen, sent.message, names, app.zone)
        for one in sent.deliveries:
            when = _when(one.sent or one.next, app.zone)
            why = f" ({one.explanation})" if one.explanation else ""
            print_note(screen, f"  {one.channel}: {one.state.replace('_', ' ')} {when}{why}")
        screen.print()


def _standing(rule: AlertRuleDocument, zone: ZoneInfo) -> str:
    match rule.state:
        case "paused":
            return "paused in its file"
        case "snoozed":
            return f"snoozed until {_when(rule.snoozed_until, zone)}"
        case "digest":
            return f"sends a daily digest: over {counted(rule.weekly_budget, 'message')} a week"
        case "new":
            return "not watched yet"
        case _:
            return f"watching, {rule.waiting:,} held back" if rule.waiting else "watching"


def _next(plan: DigestPlanDocument, zone: ZoneInfo) -> str:
    if not plan.next:
        return "paused in its file"
    until = f"snoozed until {_when(plan.snoozed_until, zone)}, then " if plan.snoozed_until else ""
    return f"{until}{_when(plan.next[0], zone)}"


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return clock(moment, zone) if moment else "–"


def show_test(screen: Console, tried: AlertTestDocument, app: App) -> None:
    """Print what a rule would have sent."""
    print_query_diagnostics(tried.diagnostics)
    screen.print(Text(plain(tried.sentence), style="bold"), soft_wrap=True)
    names = {source.id: source.name for source in app.sources}
    for message in tried.messages:
        screen.print()
        show_message(screen, message, names, ZoneInfo(tried.timezone))
    if tried.neighbours:
        screen.print()
        others = (f"{one.sensitivity}: {counted(one.messages, 'message')}" for one in tried.neighbours)
        print_note(screen, f"At other sensitivities: {', '.join(others)}.")
    if tried.collected_since and tried.collected_since > tried.start:
        since = clock(tried.collected_since, ZoneInfo(tried.timezone))
        print_note(
            screen,
            f"Parley has collected since {since}. Before that, each article counts as known when it was published.",
        )


def show_plan(screen: Console, plan: DigestPlanDocument, zone: ZoneInfo) -> None:
    """Print when a digest is sent."""
    screen.print(Text(plan.sentence, style="bold"), soft_wrap=True)
    print_note(screen, f"Channels: {', '.join(plan.channels) or 'none; its digests are only kept'}.")
    if plan.next:
        print_note(screen, f"The next ones are due {', '.join(_when(moment, zone) for moment in plan.next)}.")
    else:
        print_note(screen, "Its file pauses it: paused = true.")


def show_message(screen: Console, message: AlertMessageDocument, names: dict[str, str], zone: ZoneInfo) -> None:
    """Print a message: when and what, then the headlines."""
    head = Text(clock(message.at, zone), style="dim").append(f"  {plain(message.title)}", style="not dim")
    screen.print(head, soft_wrap=True)
    for remark in message.remarks:
        print_note(screen, f"  {remark}")
    for event in message.events:
        if event.kind != "story":
            screen.print(Text(f"  {plain(event.sentence)}"), soft_wrap=True)
        for headline in event.headlines:
            outlet = names.get(headline.source, headline.source)
            screen.print(Text(f"  · {plain(headline.title or 'Without a title')} ({plain(outlet)})"), soft_wrap=True)
