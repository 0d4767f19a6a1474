"""Leads for people: sentences about those that are sure, a table of all pairs, and who is first to publish."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from monitor.documents.leads import LeadsDocument
from monitor.sentences import counted, lead, together
from monitor.terminal.output import articles, print_note, span, table
from monitor.terminal.theme_versions import version_notes
from monitor.terminal.times import duration


def show(screen: Console, leads: LeadsDocument) -> None:
    """Print the leads."""
    what = f"{leads.theme} by {leads.among}" if leads.theme else "themes"
    print_note(screen, f"{what}, {span(leads.start, leads.end, leads.timezone)}", dim=False)
    for line in _findings(leads):
        print_note(screen, line, dim=False)
    if leads.pairs:
        figures = ["lag", "interval", "correlation", "chance"]
        rows = [
            [
                *(pair.first, pair.second, _verdict(pair.leads, pair.related), f"{pair.lag}"),
                *(f"{pair.lag_low} to {pair.lag_high}", f"{pair.correlation:.2f}", f"{pair.chance:.4f}"),
            ]
            for pair in leads.pairs
        ]
        screen.print()
        screen.print(table("Pairs", ["first", "second", "finding", *figures], rows, right=figures))
    if leads.copying:
        figures = ["copied by others", "first copy after", "copies of others", "after"]
        rows = [
            [one.group, f"{one.copied:,}", _time(one.copied_after), f"{one.copies:,}", _time(one.copies_after)]
            for one in leads.copying
        ]
        screen.print()
        screen.print(table("First to publish", [leads.among, *figures], rows, right=figures))
    for note in _notes(leads):
        print_note(screen, note)
    for note in version_notes(leads.versions, timezone=leads.timezone):
        print_note(screen, note)


def _findings(leads: LeadsDocument) -> Iterator[str]:
    if leads.buckets < leads.least_buckets:
        yield f"Too short to compare: {counted(leads.buckets, leads.interval)}; it takes {leads.least_buckets}."
        return
    if len(leads.groups) < 2:
        yield f"Nothing to compare: fewer than two have {articles(leads.least_articles)}."
        return
    yield from (lead(pair, leads.interval) for pair in leads.pairs if pair.leads)
    if not any(pair.leads for pair in leads.pairs):
        yield "Nobody leads: no lag is larger than chance explains."
    yield from (together(pair, leads.interval) for pair in leads.pairs if pair.related and not pair.leads)


def _verdict(leads: bool, related: bool) -> str:
    return "leads" if leads else "together" if related else "–"


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else duration(round(seconds))


def _notes(leads: LeadsDocument) -> Iterator[str]:
    if leads.pairs:
        yield (
            f"lag: {leads.interval}s by which the second follows, up to {leads.most_lag} either way; interval: 90 %; "
            "chance: of so large a correlation between unrelated series"
        )
        yield f"a lead is said where at most 5 % of those said would be false, over all {counted(len(leads.pairs), 'pair')}"
    if leads.copying:
        first, second = (sum(getattr(one, name) for one in leads.copying) for name in ("copied", "copies"))
        known = [sum(getattr(one, name) for one in leads.copying) for name in ("copied_timed", "copies_timed")]
        yield (
            f"times are medians, over the {known[0]:,} of {counted(first, 'story', 'stories')} and {known[1]:,} of "
            f"{counted(second, 'copy', 'copies')} of which they are known to the second"
        )
    if leads.left_out:
        names = ", ".join(f"{name} ({number:,})" for name, number in leads.left_out.items())
        yield f"left out, with fewer than {articles(leads.least_articles)} or beyond the largest: {names}"
