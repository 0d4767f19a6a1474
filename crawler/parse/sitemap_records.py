"""The records of sitemaps and of sitemap indexes, in XML or as plain text, read one by one so that large files fit in memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from crawler.parse.references import with_plain_references

MOST = 100_000  # records read of one file; the protocol allows 50,000

_ROOT = re.compile(r"<!--.*?(?:-->|\Z)|<(?:[\w.-]{1,30}:)?(urlset|sitemapindex)\b", re.IGNORECASE | re.DOTALL)
_ELEMENT = {"urlset": "url", "sitemapindex": "sitemap"}
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_STRAY = re.compile(r"<(?![A-Za-z_:/!?])")  # libxml2 drops what follows when it reads piece by piece
_ODD_LINES = 0.1  # largest share of lines in a text sitemap that are no addresses


@dataclass(frozen=True, slots=True)
class Records:
    """What a sitemap lists: field → text for each record, in the order of the file.

    Attributes:
        are_sitemaps: the records are those of an index.
        is_whole: there are no more of them.
        open_line: the last line of a text that ends without a line break; a lost connection may have left half of it.
    """

    records: Sequence[Mapping[str, str]]
    are_sitemaps: bool
    is_whole: bool
    open_line: str = ""


def read_records(text: str) -> Records | None:
    """Return the records of a sitemap, at most 100,000; None when the text is not one.

    Args:
        text: has passed crawler.parse.screen; anything may stand before the first element of the sitemap.
    """
    root = next((match for match in _ROOT.finditer(text) if match[1]), None)
    if root is None:
        return _of_lines(text)
    name = root[1].lower()
    records = list(islice(_of_xml(text[root.start() :], _ELEMENT[name]), MOST + 1))
    return Records(records[:MOST], name == "sitemapindex", len(records) <= MOST)


def _of_lines(text: str) -> Records | None:
    lines = [line for part in text.splitlines() if (line := part.strip())]
    listed = [line for line in lines if _ADDRESS.fullmatch(line)]
    open_line = lines[-1] if listed and not text[-1].isspace() else ""
    odd = len(lines) - len(listed) - bool(open_line and listed[-1] != open_line)
    if not listed or odd > _ODD_LINES * len(lines):
        return None
    records = [{"loc": line} for line in listed[:MOST]]
    return Records(records, are_sitemaps=False, is_whole=len(listed) <= MOST, open_line=open_line)


def _of_xml(text: str, name: str) -> Iterator[dict[str, str]]:
    source = io.BytesIO(_STRAY.sub("&lt;", with_plain_references(text)).encode("utf-8", "replace"))
    options = {"recover": True, "resolve_entities": False, "no_network": True, "encoding": "utf-8"}
    elements = etree.iterparse(
        source, events=("end",), tag=[f"{{*}}{form}" for form in (name, name.upper(), name.title())], **options
    )
    try:
        for _, element in elements:
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue  # of an extension, inside another record
            yield _fields(element)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


def _fields(element: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    alternates: dict[str, str] = {}
    for part in element.iterdescendants(etree.Element):
        name = str(part.tag).rpartition("}")[2].lower()
        if name == "link":
            alternates.setdefault(part.get("href", "").strip(), part.get("hreflang", ""))
        # `image:loc` and `image:title` describe a picture.
        elif part.text and part.text.strip() and (part.getparent() is element or "news" in str(part.tag)):
            fields.setdefault(name, part.text.strip())
    hreflang = alternates.get(fields.get("loc", ""))
    if hreflang:
        fields.setdefault("language", hreflang)
    return fields
