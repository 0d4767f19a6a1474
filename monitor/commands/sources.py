"""`parley sources`: the sources and their feeds; trying feeds now; asking the crawler to poll, pause and resume them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from config.errors import WrongArgument
from monitor.app import App
from monitor.documents.feed_requests import FeedRequestsDocument
from monitor.documents.sources import ProbeDocument, SourceDocument, SourcesDocument
from monitor.sentences import counted
from monitor.services import feed_requests
from monitor.services.sources import choose_sources, probe_feeds, source, sources
from monitor.terminal.installation import load_app, note_nothing_yet
from monitor.terminal.output import add_json, console, plain, print_document, table
from monitor.terminal.times import clock

HELP = "List the sources and the health of their feeds; try, ask, pause and resume feeds"
EXAMPLES = (
    "sources",
    "sources bbc-world",
    "sources check bbc-world tass-en",
    "sources ask",
    "sources pause bbc-world/1",
)
_CHECK = "check"
_REQUESTS: Mapping[str, Callable[[App, Sequence[str]], FeedRequestsDocument]] = {
    "ask": feed_requests.ask,
    "pause": feed_requests.pause,
    "resume": feed_requests.resume,
}
WIDE = 110  # columns from which on the names of sources are shown next to their ids


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="[check|ask|pause|resume] ID",
        help="the source to show; after `check`, the sources whose feeds are requested (default: all), without storing anything; "
        "after `ask`, the sources or feeds that the crawler polls now (default: all); after `pause` and `resume`, those that it "
        "leaves alone from now on, or polls again",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sources, one source, or the results of requesting feeds; the exit code is 1 when a feed failed."""
    app, words = load_app(), arguments.words
    if words[:1] == [_CHECK]:
        return _check(app, words[1:], as_json=arguments.json)
    if words and words[0] in _REQUESTS:
        return _request(app, words[0], words[1:], as_json=arguments.json)
    _list(app, words, as_json=arguments.json)
    note_nothing_yet(app)
    return 0


def _list(app: App, ids: Sequence[str], *, as_json: bool) -> None:
    if len(ids) == 1:
        one = source(app, ids[0])
        print_document(one) if as_json else _show_one(one, app.zone)
        return
    listed = sources(app)
    if ids:
        chosen = {one.id for one in choose_sources(app, ids)}
        listed = SourcesDocument(sources=tuple(one for one in listed.sources if one.id in chosen))
    print_document(listed) if as_json else _show(listed, app.zone)


def _check(app: App, ids: Sequence[str], *, as_json: bool) -> int:
    screen = console()

    def show(probe: ProbeDocument) -> None:
        screen.print(_probe(probe, app.zone), soft_wrap=True)

    probes = probe_feeds(app, ids, on_probe=None if as_json else show)
    good = sum(probe.is_good for probe in probes.feeds)
    if as_json:
        print_document(probes)
    else:
        screen.print(Text(f"{good} of {counted(len(probes.feeds), 'feed')} {'is' if good == 1 else 'are'} well."))
    return 0 if good == len(probes.feeds) else 1


def _request(app: App, verb: str, ids: Sequence[str], *, as_json: bool) -> int:
    if not ids and verb != "ask":
        raise WrongArgument(f"give the sources or feeds to {verb}; `parley sources` lists them", field="words")
    wanted = _REQUESTS[verb](app, ids)
    if as_json:
        print_document(wanted)
    else:
        for one in wanted.feeds:
            console().print(Text(plain(f"{one.feed}: {one.state}: {one.explanation}")), soft_wrap=True)
    return 0


def _probe(probe: ProbeDocument, zone: ZoneInfo) -> Text:
    newest = f", newest {clock(probe.newest, zone)}" if probe.newest else ""
    entries = counted(probe.entries, "entry", "entries")
    trouble = f"{probe.health}: {probe.explanation}" if probe.health else probe.explanation
    result = f"{entries}{newest}" if probe.is_good else trouble
    line = Text("ok   " if probe.is_good else "BAD  ", style="green" if probe.is_good else "yellow")
    line.append(plain(f"{probe.feed}: {result} ({probe.milliseconds} ms)"), style="default")
    for advice in probe.advice:
        line.append(plain(f"\n     {advice}"), style="dim")
    return line


def _show(listed: SourcesDocument, zone: ZoneInfo) -> None:
    feeds = sum(len(one.feeds) for one in listed.sources)
    title = f"{counted(len(listed.sources), 'source')}, {counted(feeds, 'feed')}"
    screen = console()
    names = ["name"] if screen.width >= WIDE else []
    columns = ["source", *names, "class", "from", "articles", "last new", "feeds"]
    rows = [
        [one.id, *(one.name for _ in names), one.source_class, one.country, *_activity(one, zone), _health(one)]
        for one in listed.sources
    ]
    screen.print(table(title, columns, rows, right=("articles",), whole=("source", "class", "articles", "last new")))
    screen.print(Text(f"Times are in {zone.key}. `parley sources ID` shows one source.", style="dim"))


def _activity(one: SourceDocument, zone: ZoneInfo) -> list[str]:
    return ["–" if one.articles is None else f"{one.articles:,}", _moment(one.last_new, zone)]


def _health(one: SourceDocument) -> str:
    """Return the health of the feeds, and how many have it where there are several."""
    names = Counter(feed.health for feed in one.feeds)
    return ", ".join(f"{number} {name}" if len(one.feeds) > 1 else name for name, number in names.most_common())


def _show_one(one: SourceDocument, zone: ZoneInfo) -> None:
    screen = console()
    screen.print(Text(plain(one.name), style="bold"))
    facts = {
        "id": one.id,
        "class": one.source_class,
        "from": f"{one.country}, mostly in {one.language}",
        "timezone": one.timezone or "none set",
        "note": one.note or "none",
        "articles": "unknown" if one.articles is None else f"{one.articles:,}",
        "last new": clock(one.last_new, zone) if one.last_new else "never",
    }
    for name, value in facts.items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(value), style="not dim"), soft_wrap=True)
    for feed in one.feeds:
        screen.print(Text(plain(f"\n{feed.id}  {feed.kind}  {feed.url}")), soft_wrap=True)
        polled = f"last polled {clock(feed.last_poll, zone)}" if feed.last_poll else "not polled yet"
        screen.print(Text(plain(f"  {feed.health}: {feed.explanation}; {polled}"), style="dim"), soft_wrap=True)


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"
