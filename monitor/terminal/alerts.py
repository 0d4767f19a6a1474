"""Alert rules, their messages and their channels as tables."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from monitor.app import App
from monitor.documents.alerts import AlertMessageDocument, AlertTestDocument
from monitor.sentences import counted
from monitor.terminal.output import plain, print_note
from monitor.terminal.remarks import print_query_diagnostics
from monitor.terminal.times import clock


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
