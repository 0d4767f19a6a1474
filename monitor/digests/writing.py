"""A digest as text: as Markdown, or plain for the mail programs that show no HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.documents.digests import DigestDocument, HappeningDocument, HeadlineDocument
from monitor.documents.emerging import EmergingPhraseDocument
from monitor.documents.escapes import one_line, web_address
from monitor.sentences import day_of, emerged, local_time, percent, risen, sentence, unusual

# What Markdown reads as markup anywhere in a line (CommonMark 0.31 2.4, and the strikethrough, tables and maths of GitHub).
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$]")
_AT_START = re.compile(r"^(?:[-+=#]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(?<=\bwww)\.|(?<=[a-z]):(?=//)|@|(?<=\bmailto):|(?<=\bxmpp):")  # that GitHub makes links of
_UNSAFE_IN_LINK = re.compile(r"[\x00-\x20\x7f<>\\]")


_MOST_FEEDS = 10
_WIDTH = 72  # characters in a line of plain text


class Style(Protocol):
    """How the parts of a digest are written."""

    def heading(self, text: str, level: int) -> str:
        """Return a heading."""
        ...

    def text(self, text: str) -> str:
        """Return a text that strangers may have written."""
        ...

    def sentence(self, text: str) -> str:
        """Return a sentence of ours, in which commands stand between backticks."""
        ...

    def link(self, text: str, url: str) -> str:
        """Return a text that leads to an address."""
        ...

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the lines of a table."""
        ...


class Markdown:
    """CommonMark with the tables of GitHub. What strangers wrote is never markup."""

    def heading(self, text: str, level: int) -> str:
        """Return a heading."""
        return f"{'#' * level} {self.text(text)}"

    def text(self, text: str) -> str:
        """Return a text with its markup escaped."""
        escaped = _MARKUP.sub(r"\\\g<0>", one_line(text))
        escaped = _AT_START.sub(lambda match: f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}", escaped)
        return _ADDRESS.sub(r"\\\g<0>", escaped)

    def sentence(self, text: str) -> str:
        """Return a sentence with its commands as code."""
        return "".join(f"`{one_line(piece)}`" if is_code else self._part(piece) for piece, is_code in pieces(text))

    def _part(self, piece: str) -> str:
        """Return a part of a sentence with the blanks at its ends, which separate it from code."""
        inner = piece.strip()
        return piece.replace(inner, self.text(inner)) if inner else piece

    def link(self, text: str, url: str) -> str:
        """Return a link; the text alone where the address is none of the web."""
        if not web_address(url):
            return self.text(text)
        safe = _UNSAFE_IN_LINK.sub(lambda match: f"%{ord(match[0]):02X}", url)
        return f"[{self.text(text)}](<{safe}>)"

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the lines of a table."""
        for row in (columns, ["---"] * len(columns)):
            yield f"| {' | '.join(row)} |"
        for cells in rows:
            yield f"| {' | '.join(map(self.text, cells))} |"


class Plain:
    """Text for people who read it as it is."""

    def heading(self, text: str, level: int) -> str:
        """Return a heading, underlined."""
        return f"{one_line(text)}\n{'=-'[level > 1] * min(len(one_line(text)), 70)}"

    def text(self, text: str) -> str:
        """Return a text in one line."""
        return one_line(text)

    def sentence(self, text: str) -> str:
        """Return a sentence with its commands in quotation marks."""
        return one_line("".join(f'"{piece}"' if is_code else piece for piece, is_code in pieces(text)))

    def link(self, text: str, url: str) -> str:
        """Return a text and its address, if it is one of the web."""
        return f"{one_line(text)}\n  {_UNSAFE_IN_LINK.sub('', url)}" if web_address(url) else one_line(text)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield a line for each row, with the names of its cells but the last, which is a remark."""
        for name, *cells, remark in rows:
            labelled = (f"{column.lower()} {cell}" for column, cell in zip(columns[1:-1], cells, strict=True) if cell)
            yield f"- {one_line(name)}: {one_line(', '.join(labelled))}. {one_line(remark)}"


def markdown(digest: DigestDocument) -> str:
    """Return a digest as Markdown."""
    return _written(digest, Markdown())


def plain(digest: DigestDocument) -> str:
    """Return a digest as plain text, in lines of 72 characters; only addresses may be longer."""
    return "".join(f"{line}\n" for long in _written(digest, Plain()).splitlines() for line in _wrapped(long))


def _wrapped(line: str) -> list[str]:
    if len(line) <= _WIDTH or web_address(line.strip()):
        return [line]
    indent = "  " if line.startswith(("- ", "  ")) else ""
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return the parts of a sentence that is ours, each with whether it is a command, which stands between backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick that ends nothing is one that somebody else wrote
        return [(text, False)]
    return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]


def _written(digest: DigestDocument, style: Style) -> str:
    return "\n\n".join("\n".join(block) for block in _blocks(digest, style)) + "\n"


def _blocks(digest: DigestDocument, style: Style) -> Iterator[list[str]]:
    yield [style.heading(digest.title, 1)]
    yield [style.text(digest.collected)]
    if not digest.happenings:
        yield ["Nothing moved more than chance explains."]
    for one in digest.happenings:
        yield from _happening(one, style, ZoneInfo(digest.timezone))
    yield from _news(digest, style)
    yield [style.heading(all_themes(digest), 2)]
    yield list(style.table(COLUMNS, theme_rows(digest)))
    if digest.unwell:
        yield [style.heading("Feeds that need a look now", 2)]
        yield [f"- {style.sentence(line)}" for line in unwell(digest)]
    if digest.remarks:
        yield [style.heading("Before you quote this", 2)]
        yield [f"- {style.sentence(remark)}" for remark in digest.remarks]
    yield [style.text(made(digest))]


def _happening(one: HappeningDocument, style: Style, zone: ZoneInfo) -> Iterator[list[str]]:
    yield [style.heading(one.finding, 2)]
    words = [stands_out(one)] if one.words else []
    if one.details or words:
        yield [style.text(" ".join((*one.details, *words)))]
    if one.headlines:
        yield [f"- {style.link(title_of(hit), hit.url)}{_by(hit, style, zone)}" for hit in one.headlines]


def _by(hit: HeadlineDocument, style: Style, zone: ZoneInfo) -> str:
    return f"{chr(10)}  " + style.text(byline(hit, zone))


def _news(digest: DigestDocument, style: Style) -> Iterator[list[str]]:
    yield [style.heading("What no theme watches yet", 2)]
    yield [style.text(sentence(emerged(digest.emerging)))]
    if digest.emerging.phrases:
        yield [f"- {style.text(phrase_line(one))}" for one in digest.emerging.phrases]


COLUMNS = ("Theme", "Share", "Before", "Articles", "Unusual")


def all_themes(digest: DigestDocument) -> str:
    """Return the heading over the table of all themes."""
    number = len(digest.moves.moves)
    return "The only theme" if number == 1 else f"All {number:,} themes"


def unwell(digest: DigestDocument) -> list[str]:
    """Return a line for each of the first feeds that need a look, and one for the others."""
    lines = [
        f"{feed.source_name} ({feed.url}): {feed.explanation}" if feed.source_name else f"{feed.id}: {feed.explanation}"
        for feed in digest.unwell[:_MOST_FEEDS]
    ]
    others = len(digest.unwell) - len(lines)
    return [*lines, f"{others:,} more; `parley status` lists them"] if others else lines


def theme_rows(digest: DigestDocument) -> list[list[str]]:
    """Return the table of all themes, a row for each."""
    moved = digest.moves
    return [
        [
            move.title,
            percent(move.share, moved.articles),
            percent(move.share_before, moved.articles_before),
            f"{move.articles:,}",
            unusual(move) or "No clear change",
        ]
        for move in moved.moves
    ]


def title_of(hit: HeadlineDocument) -> str:
    """Return the headline of a story; words that say so where it has none."""
    return one_line(hit.title or "") or "No title"


def byline(hit: HeadlineDocument, zone: ZoneInfo) -> str:
    """Return who published a story and on which day."""
    when = day_of(local_time(hit.published, hit.published_precision, zone)) if hit.published else "no date"
    return ", ".join(filter(None, (hit.source_name, hit.source_class, when, hit.language)))


def phrase_line(one: EmergingPhraseDocument) -> str:
    """Return a new phrase with its numbers."""
    also = f" (with {', '.join(one.also[:3])})" if one.also else ""
    language = f" ({one.language})" if one.language else ""
    return f"{one.phrase}{language}{also}: {risen(one)}"


def stands_out(one: HappeningDocument) -> str:
    """Return the words that stand out, in a sentence."""
    return f"{'Words that stand' if len(one.words) > 1 else 'A word that stands'} out: {', '.join(one.words)}."


def made(digest: DigestDocument) -> str:
    """Return when the digest was made, and with which versions of the themes it was counted."""
    return f"Made by Parley on {day_of(digest.made)} {digest.made:%Y at %H:%M} {digest.timezone}."
