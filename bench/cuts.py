"""Which pages count as cut off: real ones, their fragments without `html`, `head` and `body`, and both cut at random places.

Run: PARLEY_TEST_DATA=… python -m bench.cuts
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from bench.data import data_folder
from bench.extraction import pages
from crawler.parse.completeness import is_cut

_CUTS = 20  # of each document
_OUTER = re.compile(rb"<!doctype[^>]*>|</?(?:html|body)\b[^>]*>|<head\b.*?</head\s*>", re.IGNORECASE | re.DOTALL)
_ARTICLE = re.compile(rb"<article\b.*?</article\s*>", re.IGNORECASE | re.DOTALL)
_PARAGRAPH = re.compile(rb"<p\b[^>]*>(?:(?!<p\b).)*?</p>", re.IGNORECASE | re.DOTALL)


def _paragraphs(page: bytes) -> bytes:
    article = max(_ARTICLE.findall(page), key=len, default=page)
    return b"\n".join(_PARAGRAPH.findall(article))


def _forms(page: bytes) -> Iterator[tuple[str, bytes]]:
    page = page.replace(b"\0", b"").strip()
    yield "pages", page
    yield "without html, head and body", _OUTER.sub(b"", page).strip()
    if (paragraphs := _paragraphs(page)).count(b"</p>") > 3:
        yield "paragraphs alone", paragraphs


def _cuts(document: bytes, form: str, chance: random.Random) -> Iterator[bytes]:
    lower = document.lower()
    first = max(lower.find(b"<body" if form == "pages" else b"</p"), len(document) // 20) + 5
    last = lower.rfind(b"</body") if form == "pages" and b"</body" in lower else len(document)
    for _ in range(_CUTS if first < last else 0):
        yield document[: chance.randrange(first, last)]


def main() -> None:
    """Print for each form how many whole documents and how many parts of them count as cut off."""
    chance = random.Random(1)
    found: dict[str, list[list[bool]]] = {}
    for body, _ in pages(data_folder() / "extraction"):
        for form, document in _forms(body):
            whole, parts = found.setdefault(form, [[], []])
            whole.append(is_cut(document))
            parts += map(is_cut, _cuts(document, form, chance))
    for form, (whole, parts) in found.items():
        share = sum(parts) / len(parts)
        print(f"{form}: {sum(whole)} of {len(whole)} whole ones, {share:.1%} of {len(parts):,} parts count as cut off")


if __name__ == "__main__":
    main()
