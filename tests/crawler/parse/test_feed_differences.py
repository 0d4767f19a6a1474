"""Every real feed is read as feedparser reads it, except for the differences that are explained here."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from bench.feed_differences import differences
from bench.feeds import bodies

_RDF = "testdata/parser/rss/rdf_item"
_FEEDPARSER = "tests/wellformed"
_ATOM = "testdata/parser/atom"
_RSS = "testdata/parser/rss"
_TRANSLATED = "testdata/translator/rss"

# A reason, and then the files in which fields are read differently for it.
EXPLAINED: dict[str, dict[str, set[str]]] = {
    "RFC 4287, 4.2.1: an entry without authors has those of its source, or of the feed": {
        f"{_FEEDPARSER}/atom10/entry_source_author_map_author.xml": {"authors"},
        f"{_FEEDPARSER}/atom10/entry_source_author_map_author_2.xml": {"authors"},
        f"{_FEEDPARSER}/atom10/entry_source_author_name.xml": {"authors"},
        f"{_FEEDPARSER}/atom10/entry_source_author_uri.xml": {"authors"},
        f"{_FEEDPARSER}/atom10/entry_source_authors_name.xml": {"authors"},
        f"{_FEEDPARSER}/psc/rss2.0simplechapter.xml": {"authors"},
        f"{_ATOM}/atom10_feed_entry_source_author_mixed_content.xml": {"authors"},
        f"{_ATOM}/atom10_feed_entry_source_author_name.xml": {"authors"},
        f"{_ATOM}/atom10_feed_entry_source_authors_multiple.xml": {"authors"},
        f"{_ATOM}/issue_275_extensions_and_source.xml": {"authors"},
        "trafilatura-feed1.atom": {"authors"},
    },
    "an entry without a link is looked for at the address in its `rdf:about`, RSS 1.0, 5.5": {
        "tests/illformed/rdf_channel_empty_textinput.xml": {"link"},
        f"{_FEEDPARSER}/rdf/rdf_item_description.xml": {"link"},
        f"{_FEEDPARSER}/rdf/rdf_item_rdf_about.xml": {"link"},
        f"{_FEEDPARSER}/rdf/rdf_item_title.xml": {"link"},
        **{
            f"{_RDF}_{field}{form}.xml": {"link"}
            for field in ("title", "description")
            for form in ("", "_cdata_escaped_markup", "_cdata_naked_markup", "_escaped_markup", "_naked_markup")
        },
        f"{_TRANSLATED}/feed_item_description_-_rdf_item_description.xml": {"link"},
        f"{_TRANSLATED}/feed_item_title_-_rdf_item_title.xml": {"link"},
    },
    "an identity that is not an absolute address is no link, and it is kept as written": {
        f"{_FEEDPARSER}/base/http_entry_id_base_content_location.xml": {"guid", "link"},
        f"{_FEEDPARSER}/base/http_entry_id_base_docuri.xml": {"guid", "link"},
        f"{_FEEDPARSER}/node_precedence/atom10_id.xml": {"guid", "link"},
        f"{_FEEDPARSER}/rss/item_guid_isPermaLink_ValueError.xml": {"guid"},
        f"{_ATOM}/entry_id_xml_base.xml": {"guid", "link"},
        f"{_RSS}/rss_channel_item_guid_no_permalink.xml": {"guid", "link"},
    },
    "of several links or dates of one name the first counts, not the last": {
        f"{_FEEDPARSER}/atom/entry_created_multiple_values.xml": {"date"},
        f"{_RDF}_links.xml": {"link"},
        f"{_RSS}/rss_channel_item_links.xml": {"link"},
        f"{_TRANSLATED}/feed_item_links_-_rss_channel_item_links.xml": {"link"},
    },
    "a link that is not an alternate, or does not lead to the web, is passed over for one that does": {
        f"{_FEEDPARSER}/atom10/entry_link_no_href_link_priority.xml": {"link"},
        f"{_RSS}/rss_channel_item_uri_at_protocol.xml": {"link"},
    },
    "the title of a picture, a video or an enclosure is not that of the entry": {
        f"{_FEEDPARSER}/media-rss/item_media_title_type_plain.xml": {"title"},
        f"{_RSS}/issue_217_enclosure_children.xml": {"title"},
    },
    "the text of an element counts although it stands in markup": {
        f"{_RSS}/rss_channel_item_author_naked_markup.xml": {"authors"},
        f"{_RSS}/rss_channel_item_guid_naked_markup.xml": {"guid"},
    },
    "an entry without a link has the address of its content, if that is a page elsewhere, RFC 4287, 4.1.3.2": {
        f"{_ATOM}/atom10_feed_entry_content_src.xml": {"link"},
    },
    "content of an unknown type is in base64, RFC 4287, 4.1.3.3": {
        f"{_ATOM}/atom10_feed_entry_title_custom_type.xml": {"title"},
    },
    "`BASE` of the Channel Definition Format, which nobody uses any more, is not supported": {
        f"{_FEEDPARSER}/base/cdf_item_abstract_xml_base.xml": {"link"},
    },
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_real_feeds_are_read_as_feedparser_reads_them(test_data: Path) -> None:
    compared = 0
    different: defaultdict[str, set[str]] = defaultdict(set)
    for name, body in bodies(test_data / "feeds"):
        fields = differences(body)
        compared += fields is not None
        if fields:
            different[name] |= {difference.field for difference in fields}
    assert compared > 1_600
    assert different == {name: fields for files in EXPLAINED.values() for name, fields in files.items()}
