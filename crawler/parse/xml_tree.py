"""From the text of an XML feed to a tree, also where the XML is broken."""

from __future__ import annotations

import re

from lxml import etree

from crawler.parse.references import with_plain_references
from crawler.parse.repair import repaired
from crawler.parse.vocabularies import address_of

# Everything before the root element is dropped: junk, the declared encoding, which no longer applies, and the document type.
_ROOT = re.compile(r"<!--.*?(?:-->|\Z)|(<(?:[\w.-]{1,30}+:)?+(?:rss|feed|rdf|channel)\b)", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|(<[^\W\d])", re.DOTALL)
_NAME = re.compile(r"[\w.:-]+")
_PREFIX = re.compile(r"[<\s]([A-Za-z_][\w.-]{0,29}):[A-Za-z_][\w.-]{0,60}+(?=[\s=>/])")
_DECLARATION = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,29})\s*=")
_MOST_PREFIXES = 50
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
    text = _with_declarations(with_plain_references(text))
    if (root := _parsed(text)) is not None:
        return root
    return _parsed(repaired(text), is_final=True)


def _with_declarations(text: str) -> str:
    """Declare in the root element the prefixes of elements and attributes that the text declares nowhere."""
    missing = sorted(set(_PREFIX.findall(text)) - set(_DECLARATION.findall(text)) - {"xml", "xmlns"})
    end = _NAME.match(text, 1)
    if not missing or end is None:
        return text
    declarations = "".join(f' xmlns:{prefix}="{address_of(prefix)}"' for prefix in missing[:_MOST_PREFIXES])
    return text[: end.end()] + declarations + text[end.end() :]


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
