"""From the text of an XML feed to a tree, also where the XML is broken."""

from __future__ import annotations

import re

from lxml import etree

from crawler.parse.references import with_plain_references
from crawler.parse.repair import repaired

# Everything before the root element is dropped: junk, the declared encoding, which no longer applies, and the document type.
_ROOT = re.compile(r"<!--.*?(?:-->|\Z)|(<(?:[\w.-]{1,30}+:)?+(?:rss|feed|rdf|channel)\b)", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|(<[^\W\d])", re.DOTALL)
_HARMLESS = (etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.WAR_NS_URI_RELATIVE)


def tree_of(text: str) -> etree._Element | None:
    """Return the root element of an XML document, without comments; None when it has no elements.

    Well-formed documents are parsed as they are. Others are repaired first, and what can be read is kept.

    Args:
        text: has passed crawler.parse.screen.
    """
    start = _start(text)
    if start is None:
        return None
    text = text[start:]
    if (root := _parsed(text)) is not None:
        return root
    text = with_plain_references(text)
    if (root := _parsed(text)) is not None:
        return root
    return _parsed(repaired(text), is_final=True)


def _start(text: str) -> int | None:
    for pattern in (_ROOT, _ELEMENT):
        for match in pattern.finditer(text):
            if match[1]:
                return match.start(1)
    return None


def _parsed(text: str, *, is_final: bool = False) -> etree._Element | None:
    """Return the root element, or None when the text has mistakes; the final attempt returns what can be read."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    is_right = is_final or all(mistake.type in _HARMLESS for mistake in parser.error_log)
    return root if is_right else None
