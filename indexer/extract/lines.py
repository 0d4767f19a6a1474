"""Lines of an extracted text that are not the article's: its headline again, links to other articles, furniture of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from config.web_address import parts_of

_WORD = re.compile(r"\w+")
_BLOCKS = frozenset(("p", "li", "h2", "h3", "h4", "h5", "h6", "div", "section", "td", "blockquote", "article", "body"))
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LINK = 15  # characters; shorter links are names and numbers inside sentences
_LONGEST = 400  # characters of a line that is a link
_LABEL = 40  # characters beside a link that may still be its label: "Read also:"
_OPENING = 4  # lines at the top in which the headline may be repeated
_MOST_LINKS = 0.34  # share of the text; a page with more links than that is a list of links on purpose


def words(text: str) -> str:
    """Return the words of a text joined by blanks, to compare texts without their punctuation."""
    return " ".join(_WORD.findall(text))


def _bare(text: str) -> str:
    return "".join(_WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the tree says about lines of its text, each as `words`.

    Attributes:
        links: blocks that consist of a link to another page of the site, with a short label at most.
        headings: subheadings.
        titles: first headings, without blanks, because pages part a kicker from the headline by style alone.
    """

    links: frozenset[str]
    headings: frozenset[str]
    titles: frozenset[str]


def blocks_of(tree: HtmlElement, text: str, url: str) -> Blocks:
    """Return what the tree says about the lines of the text that was extracted from it."""
    shown = (
        (element.text_content() if len(element) else element.text or "").strip() for element in tree.iter(*_HEADINGS)
    )
    headings = frozenset(words(heading) for heading in shown if heading[:_LINK] in text)
    titles = frozenset(_bare("".join(element.itertext())) for element in tree.iter("h1"))
    return Blocks(frozenset(_links(tree, text, url)), headings, titles)


def _links(tree: HtmlElement, text: str, url: str) -> Iterator[str]:
    host = _host(url)
    text = "\n".join(line for line in text.splitlines() if len(line) <= _LONGEST)
    sizes: dict[HtmlElement, int] = {}  # characters of blocks, in any of which thousands of links may stand
    for link in tree.iter("a"):
        label = (link.text_content() if len(link) else link.text or "").strip()
        # Most links are menus; looking for their text in the extracted one is cheaper than all that follows.
        if len(label) < _LINK or label[:_LINK] not in text or not _is_internal(link.get("href") or "", host):
            continue
        block = next((above for above in link.iterancestors() if above.tag in _BLOCKS), None)
        if block is None:
            continue
        if block not in sizes:
            sizes[block] = len(block.text_content().strip())
        if sizes[block] - len(label) <= min(_LABEL, len(label)):
            yield words(block.text_content())


def _is_internal(href: str, host: str) -> bool:
    if not href or href.startswith("#"):
        return False
    if not href.startswith(("http:", "https:", "//")):
        return True
    return not host or _host(href) == host


def _host(url: str) -> str:
    return (parts_of(url).hostname or "").removeprefix("www.")


def without_headline(lines: list[str], titles: frozenset[str]) -> list[str]:
    """Return the lines without those near the top that repeat the headline; all of them where nothing else is left."""
    kept = [line for line in lines[:_OPENING] if _bare(line) not in titles]
    return [*kept, *lines[_OPENING:]] or lines


def without_links(lines: list[str], blocks: Blocks) -> list[str]:
    """Return the lines without those that only link to other articles and the labels above them.

    A page that consists of links in a large part is a list of links on purpose; its lines all stay.
    """
    if not blocks.links:
        return lines
    alone = [words(line) in blocks.links for line in lines]
    size = sum(map(len, lines))
    if sum(len(line) for line, is_link in zip(lines, alone, strict=True) if is_link) > _MOST_LINKS * size:
        return lines
    kept: list[str] = []
    for line, is_link in zip(lines, alone, strict=True):
        if not is_link:
            kept.append(line)
        elif kept and _is_label(kept[-1], blocks):
            kept.pop()
    return kept


def _is_label(line: str, blocks: Blocks) -> bool:
    return len(line) <= _LABEL and (line.endswith(":") or words(line) in blocks.headings)
