"""What the pages of one source repeat word for word: notices, lists of related stories, and whole pages under other titles.

A line that stands on many pages of a source belongs to its pages, not to its articles. A text or an address that came with three
different titles is none of these articles: a wall that no pattern knows, or the page to which removed articles lead. Rules only;
indexer.jobs.learning applies them to the archive.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from crawler.outcomes import Outcome
from crawler.page import PageKind
from indexer.article import Extraction
from indexer.extract import NoArticle
from indexer.extract.subject import agree

RepeatKind = Literal["line", "text", "address"]

_SHORTEST = 15  # characters of a line; shorter ones are names of speakers and asterisks
_FEWEST = 5  # pages on which a line stands at least
_SMALL = 40  # articles; below it a quarter of them must have the line, above it a tenth
_SHARE_SMALL, _SHARE = 4, 10
_TITLES = 3  # different titles of one text or address
_REST = 60  # characters that must be left of an article
_REST_SHARE = 0.25  # of its text
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sample:
    """An article as far as repetitions are concerned."""

    title: str | None
    text: str
    address: str  # after redirects
    kind: PageKind


@dataclass(frozen=True, slots=True)
class Repeats:
    """Digests of what a source repeats."""

    lines: frozenset[bytes] = field(default_factory=frozenset)
    texts: frozenset[bytes] = field(default_factory=frozenset)
    addresses: frozenset[bytes] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """An article without its source's repeated lines, and how many were left out."""

    article: Extraction
    lines: int


def repeats_of(samples: Sequence[Sample], visits: Iterable[tuple[str, str]] = ()) -> Repeats:
    """Return what the pages of one source repeat. Whole texts and addresses count for fetched pages only.

    Args:
        samples: its articles.
        visits: for every address of the source, the address its redirects led to, and the title its feed gives it.
    """
    lines: Counter[bytes] = Counter()
    texts: defaultdict[bytes, set[str]] = defaultdict(set)
    addresses: defaultdict[bytes, set[str]] = defaultdict(set)
    for sample in samples:
        lines.update({digest for line in sample.text.splitlines() if (digest := _line(line))})
        if sample.kind == "document" and sample.title:
            texts[_digest(sample.text)].add(sample.title)
    for address, title in visits:
        addresses[_digest(address)].add(title)
    needed = _needed(len(samples))
    return Repeats(
        lines=frozenset(digest for digest, count in lines.items() if count >= needed),
        texts=frozenset(digest for digest, titles in texts.items() if _are_unlike(titles)),
        addresses=frozenset(digest for digest, titles in addresses.items() if _are_unlike(titles)),
    )


def has_repeats(sample: Sample, known: Repeats) -> bool:
    """Tell whether extracting the article again would change or refuse it."""
    if is_refused(sample, known):
        return True
    return len(_own(sample.text, known)) < len(sample.text.splitlines())


def trim(article: Extraction, address: str, kind: PageKind, known: Repeats) -> Trimmed | NoArticle:
    """Return the article without lines its source repeats, or why it is none."""
    if is_refused(Sample(article.title, article.text, address, kind), known):
        detail = "several addresses of the source lead to this page or text, under different titles"
        return NoArticle(Outcome.NOT_AN_ARTICLE, detail)
    before = article.text.splitlines()
    kept = _own(article.text, known)
    if len(kept) == len(before):
        return Trimmed(article, 0)
    return Trimmed(replace(article, text="\n".join(kept)), len(before) - len(kept))


def is_rest(text: str, whole: str, repeated: Collection[bytes]) -> bool:
    """Tell whether a text is another one, or that without some lines of which each is among the digests of repeated ones."""
    rest = text.splitlines()[::-1]
    for line in whole.splitlines():
        if rest and rest[-1] == line:
            rest.pop()
        elif _line(line) not in repeated:
            return False
    return not rest


def missing_parts(trimmed: Trimmed) -> str:
    """Return in words what the text lacks that stands on the article's pages; empty when it lacks nothing."""
    notes: list[str] = []
    if trimmed.article.parts > 1:
        notes.append(f"only this one of at least {trimmed.article.parts} pages of the article")
    if trimmed.lines:
        lines = "1 line" if trimmed.lines == 1 else f"{trimmed.lines:,} lines"
        notes.append(f"without {lines} that many pages of the source repeat")
    return "; ".join(notes)


def _own(text: str, known: Repeats) -> list[str]:
    """Return the lines that the source does not repeat; all of them where hardly any would be left."""
    lines = text.splitlines()
    if not known.lines:
        return lines
    own = [line for line in lines if _line(line) not in known.lines]
    size = sum(map(len, own))
    return own if size >= max(_REST, _REST_SHARE * len(text)) else lines


def is_refused(sample: Sample, known: Repeats) -> bool:
    """Tell whether a fetched page has a text or an address that came with several titles."""
    if sample.kind != "document" or not (known.texts or known.addresses):
        return False
    return _digest(sample.text) in known.texts or is_landing_page(sample.address, known)


def is_landing_page(address: str, known: Repeats) -> bool:
    """Tell whether articles with several titles led to this address."""
    return bool(known.addresses) and _digest(address) in known.addresses


def _are_unlike(titles: Collection[str]) -> bool:
    """Tell whether three of the titles have little in common; one article may have several wordings of one title."""
    unlike: list[str] = []
    for title in titles:
        if not any(agree(title, other) for other in unlike):
            unlike.append(title)
        if len(unlike) >= _TITLES:
            return True
    return False


def _needed(articles: int) -> int:
    if articles <= _SMALL:
        return max(_FEWEST, -(-articles // _SHARE_SMALL))
    return max(_SMALL // _SHARE_SMALL, articles // _SHARE)


def _line(line: str) -> bytes | None:
    return _digest(line) if len(line) >= _SHORTEST else None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(_words(text).encode("utf-8", "replace"), digest_size=8).digest()


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text))
