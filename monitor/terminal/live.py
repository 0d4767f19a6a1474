"""The live screen of `parley run`: what happens now, what came in, and what is wrong, fitted to the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from crawler.presence import PartName
from indexer.article import Article
from monitor.services.overview import Overview, ThemeCount
from monitor.services.status import Status, troubles, unwell_rows
from monitor.terminal.output import console, plain
from monitor.terminal.times import published

MOST_UNWELL = 10  # rows of feeds
LEAST_NEWEST = 3  # rows of articles that stay however low the screen is
HEADING = 2  # lines above the rows of a block: a blank one and its title
WIDE = 110  # columns from which on the themes of an article stand beside its title
THEME_WIDTH = 26  # columns of a theme with its counts
GAP = "  "


def screen(
    overview: Overview,
    doing: Mapping[PartName, str],
    part_troubles: Sequence[str],
    hint: str,
    *,
    width: int,
    height: int,
) -> RenderableType:
    """Return the screen, no higher than the terminal: the newest articles have what room the rest leaves.

    Args:
        doing: what each process does.
        part_troubles: what is wrong with the processes, a sentence each.
        hint: how to search what is collected.
    """
    top = [*_figures(overview, doing), *_troubles([*part_troubles, *troubles(overview.status)], width, height // 5)]
    bottom = [Text(), *_wrap(hint, width, "dim"), Text("Ctrl-C stops it.", style="dim")]
    room = height - len(top) - len(bottom)
    theme_rows = min(max(room // 4, 1), room - HEADING - (HEADING + 1 if overview.status.unwell else 0))
    themes = _themes(overview.themes, width, theme_rows)
    room -= len(themes)
    feed_rows = min(max(room - LEAST_NEWEST - 2 * HEADING, 1), MOST_UNWELL, room - HEADING)
    unwell = _unwell(overview.status, width, feed_rows)
    room -= len(unwell)
    newest = _newest(overview, width, room - HEADING)
    return Group(*top, *newest, *themes, *unwell, *bottom)


def _figures(overview: Overview, doing: Mapping[PartName, str]) -> Iterator[Text]:
    status, zone = overview.status, overview.zone
    clock = f"{_clock(status.at, zone)} {zone.key}"
    parts = (f"{part}: {what}" for part, what in doing.items() if part != "server")
    yield _line(("Parley    ", "bold"), "   ".join([clock, *parts]))
    if "server" in doing:
        yield _line(("open      ", "dim"), doing["server"])
    unwell = (f"{len(status.unwell):,} with problems", "yellow") if status.unwell else ("no problems", "")
    last_poll = f"last poll at {_clock(status.last_poll, zone)}" if status.last_poll else "not polled yet"
    yield _line(("feeds     ", "dim"), f"{len(status.feeds):,}, ", unwell, f", {last_poll}")
    waiting = status.addresses.get("wanted", 0) + status.addresses.get("leased", 0)
    pages, pending = sum(status.pages.values()), status.pages.get("pending", 0)
    yield _line(("pages     ", "dim"), f"{pages:,} collected, {waiting:,} to fetch, {pending:,} to index")
    nothing = "the index cannot be read" if status.kept else "none indexed yet"
    articles = nothing if status.articles is None else f"{status.articles:,} indexed"
    today = "" if overview.articles_today is None else f", {overview.articles_today:,} of them published today"
    yield _line(("articles  ", "dim"), articles + today)


def _troubles(sentences: Sequence[str], width: int, room: int) -> list[Text]:
    """Return the first sentences that fit into so many lines, one at least, and how many more there are."""
    lines: list[Text] = []
    for number, sentence in enumerate(sentences):
        wrapped = _wrap(f"! {plain(sentence)}", width, "yellow")
        if lines and len(lines) + len(wrapped) >= room:
            return [*lines, Text(f"! {len(sentences) - number} more: parley status", style="yellow")]
        lines += wrapped
    return lines


def _newest(overview: Overview, width: int, rows: int) -> list[Text]:
    if not overview.newest or rows < 1:
        return []
    themes_width = 30 if width >= WIDE else 0
    title_width = width - 11 - 16 - 2 * len(GAP) - (themes_width + len(GAP) if themes_width else 0)
    lines = [
        _row(
            (_published(article, overview.zone), 11),
            (article.source, 16),
            (article.title or "(without title)", title_width),
            (", ".join(sorted(article.themes)), themes_width),
        )
        for article in overview.newest[:rows]
    ]
    return [Text(), Text("Newest articles", style="bold"), *lines]


def _themes(counts: Sequence[ThemeCount], width: int, rows: int) -> list[Text]:
    if not counts or rows < 1:
        return []
    columns = max(width // (THEME_WIDTH + len(GAP)), 1)
    shown = counts[: rows * columns]
    lines = [
        Text(GAP).join(map(_theme, line))
        for line in (shown[start : start + columns] for start in range(0, len(shown), columns))
    ]
    title = _line(("Themes", "bold"), (" (articles published today / in total)", "dim"))
    return [Text(), title, *lines]


def _theme(count: ThemeCount) -> Text:
    figures = f" {count.today:,} / {count.total:,}"
    return Text().join([_cell(count.theme, THEME_WIDTH - len(figures)), Text(figures)])


def _unwell(status: Status, width: int, rows: int) -> list[Text]:
    unwell = unwell_rows(status)
    if not unwell or rows < 1:
        return []
    title = _line(("Feeds with problems", "bold"))
    if len(unwell) > rows:
        title.append(f" ({rows} of {len(unwell)}, all: parley status)", style="dim")
    feed_width = min(max(len(feed) for feed, _, _ in unwell[:rows]), width // 3)
    lines = [_row((feed, feed_width), (why, width - feed_width - len(GAP))) for feed, _, why in unwell[:rows]]
    return [Text(), title, *lines]


def _line(*parts: str | tuple[str, str]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for part in parts:
        line.append(plain(part)) if isinstance(part, str) else line.append(plain(part[0]), style=part[1])
    return line


def _row(*cells: tuple[str, int]) -> Text:
    return Text(GAP).join(_cell(text, width) for text, width in cells if width > 0)


def _cell(text: str, width: int) -> Text:
    cell = Text(" ".join(plain(text).split()), no_wrap=True)
    cell.truncate(width, overflow="ellipsis", pad=True)
    return cell


def _wrap(text: str, width: int, style: str) -> list[Text]:
    return list(Text(text, style=style).wrap(console(), width))


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"


def _published(article: Article, zone: ZoneInfo) -> str:
    date = published(article.published, article.published_precision, zone)
    _, _, day = date.partition("-")
    return day or date  # `undated` has no year to leave out
