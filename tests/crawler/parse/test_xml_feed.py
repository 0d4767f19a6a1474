from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.parse.entry import Entry, Syndicated
from crawler.parse.xml_feed import read_xml

URL = "https://feeds.example/news.xml"
NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:x="http://www.w3.org/2005/Atom" xmlns:odd="https://odd.example/terms"'
)


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>News</title>{head}{inside}</channel></rss>'


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title>{head}{inside}</feed>'


def read(text: str) -> Syndicated:
    syndicated = read_xml(text, URL)
    assert syndicated is not None
    return syndicated


def only(text: str) -> Entry:
    (entry,) = read(text).entries
    return entry


LINK = "<link>https://news.example/1</link>"


@pytest.mark.parametrize(
    "other",
    [
        '<atom:link rel="self" href="https://news.example/api/1.xml"/>',
        '<atom:link rel="related" type="text/html" href="https://news.example/other"/>',
        '<atom:link rel="amphtml" href="https://news.example/amp/1"/>',
        '<atom:link href="https://news.example/other"/>',
        '<x:link rel="alternate" href="https://news.example/other"/>',
        "<media:content><link>https://news.example/other</link></media:content>",
        "<media:link>https://news.example/other</media:link>",
        "<odd:link>https://news.example/other</odd:link>",
        "<image><link>https://news.example/other</link></image>",
        '<source url="https://news.example/other">Other</source>',
        '<enclosure url="https://news.example/other.mp3"/><enclosure url="https://news.example/other.mp4"/>',
        "<comments>https://news.example/other</comments>",
        '<guid isPermaLink="true">https://news.example/other</guid>',
        "<link/>",
    ],
)
def test_the_link_of_an_item_counts_wherever_other_addresses_stand(other: str) -> None:
    assert only(rss(other + LINK)).link == "https://news.example/1"
    assert only(rss(LINK + other)).link == "https://news.example/1"


@pytest.mark.parametrize(
    "links",
    [
        '<link rel="alternate" type="application/json" href="1.json"/><link rel="alternate" type="text/html" href="1"/>',
        '<link rel="alternate" type="application/pdf" href="1.pdf"/><link rel="alternate" href="1"/>',
        '<link type="application/pdf" href="1.pdf"/><link type="application/xhtml+xml" href="1"/>',
        '<link rel="enclosure" href="1.mp3"/><link rel="self" href="1.atom"/><link href="1"/>',
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="1"/><link rel="via" href="2"/>',
        '<link rel="alternate" hreflang="de" href="de/1"/><link rel="alternate" hreflang="en" href="1"/>',
        '<link rel="alternate" hreflang="fr" href="fr/1"/><link rel="alternate" href="1"/>',
        '<LINK REL="Alternate" TYPE="Text/HTML; charset=utf-8" HREF="1"/>',
        '<link rel="edit" href="edit"/><id>https://news.example/1</id>',
        '<link rel="alternate" href="mailto:desk@news.example"/><link rel="alternate" href="1"/>',
    ],
)
def test_the_alternate_page_in_the_language_of_the_entry_is_its_address(links: str) -> None:
    assert (
        only(atom(links, attributes='xml:lang="en" xml:base="https://news.example/"')).link == "https://news.example/1"
    )


def test_an_alternate_link_that_is_not_a_page_is_better_than_no_address() -> None:
    link = '<link rel="alternate" type="application/pdf" href="https://news.example/1.pdf"/>'
    assert only(atom(link)).link == "https://news.example/1.pdf"


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://news.example/1</guid>", "https://news.example/1"),
        ('<guid isPermaLink="true">https://news.example/1</guid>', "https://news.example/1"),
        ('<guid isPermaLink="TRUE">/1</guid>', "https://feeds.example/1"),
        ('<guid isPermaLink="false">https://news.example/1</guid>', None),
        ('<guid ispermalink="False">https://news.example/1</guid>', None),
        ("<guid>tag:news.example,2026:1</guid>", None),
        ("<guid>1</guid>", None),
        ('<guid isPermaLink="true">1</guid>', None),
    ],
)
def test_a_guid_is_an_address_unless_marked_otherwise(guid: str, link: str | None) -> None:
    entry = only(rss(guid))
    assert (entry.link, entry.is_guess) == (link, False)


def test_an_identity_of_atom_or_rdf_is_only_a_guess_at_an_address() -> None:
    assert only(atom("<id>https://news.example/1</id>")).is_guess
    assert not only(atom('<id>https://news.example/1</id><link href="https://news.example/1"/>')).is_guess
    assert not only(atom("<id>urn:uuid:1</id>")).is_guess


@pytest.mark.parametrize(
    "other",
    [
        "<media:title>Photo: a lorry</media:title>",
        '<media:content url="x.jpg"><media:title>Photo: a ship</media:title></media:content>',
        "<media:group><media:title>Video</media:title></media:group>",
        "<itunes:title>Ep. 12</itunes:title>",
        "<dc:title>Talks, the record</dc:title>",
        "<atom:title>Talks in Atom</atom:title>",
        "<odd:title>Another title</odd:title>",
        "<image><title>Logo</title></image>",
        "<source><title>Another feed</title></source>",
        '<title xmlns="http://search.yahoo.com/mrss/">Photo: a pier</title>',
        "<title/>",
    ],
)
def test_the_title_of_an_item_counts_wherever_other_titles_stand(other: str) -> None:
    assert only(rss(other + "<title>Talks</title>")).title == "Talks"
    assert only(rss("<title>Talks</title>" + other)).title == "Talks"


def test_other_titles_are_used_only_if_they_describe_the_entry() -> None:
    assert only(rss("<media:title>Photo</media:title><dc:title>Talks</dc:title>")).title == "Talks"
    assert only(rss("<itunes:title>Talks</itunes:title>")).title == "Talks"
    assert only(rss("<atom:title>Talks</atom:title>")).title == "Talks"
    assert only(rss("<media:title>Photo</media:title>")).title is None


MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ("<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>", MONDAY, None),
        ("<dc:date>2026-03-03</dc:date><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>", MONDAY, None),
        ("<dc:date>2026-03-02T10:00:00Z</dc:date>", MONDAY, None),
        ("<atom:published>2026-03-02T10:00:00Z</atom:published>", MONDAY, None),
        ("<atom:updated>2026-03-02T10:00:00Z</atom:updated>", None, MONDAY),
        ("<dcterms:issued>2026-03-02T10:00:00Z</dcterms:issued>", MONDAY, None),
        ("<dcterms:modified>2026-03-02T10:00:00Z</dcterms:modified>", None, MONDAY),
        ("<pubDate>soon</pubDate><dc:date>2026-03-02T10:00:00Z</dc:date>", MONDAY, None),
        ("<pubDate>2026-03-02 13:00</pubDate><dc:date>2026-03-02T10:00:00Z</dc:date>", MONDAY, None),
        ("<pubDate><![CDATA[ Mon, 02 Mar 2026 10:00:00 GMT ]]></pubDate>", MONDAY, None),
        ("<source><pubDate>Sun, 05 Jan 2020 10:00:00 GMT</pubDate></source>", None, None),
        ("<media:content><pubDate>Sun, 05 Jan 2020 10:00:00 GMT</pubDate></media:content>", None, None),
        ("<odd:date>2020-01-05</odd:date>", None, None),
    ],
)
def test_dates_are_those_of_the_entry(dates: str, published: datetime | None, updated: datetime | None) -> None:
    entry = only(rss(dates))
    assert (entry.published and entry.published.moment) == published
    assert (entry.updated and entry.updated.moment) == updated


SOURCE = (
    "<source><id>s</id><title>Blog</title><link href='https://blog.example/'/><published>2020-01-05T08:00:01Z</published>"
    "<updated>2020-01-05T08:00:01Z</updated></source>"
)
OWN = '<title>Talks</title><id>1</id><link href="https://news.example/1"/><updated>2026-03-02T10:00:00Z</updated>'


@pytest.mark.parametrize("inner", [SOURCE + OWN, OWN + SOURCE])
def test_nothing_but_authors_is_taken_from_the_source_of_an_entry(inner: str) -> None:
    entry = only(atom(inner))
    assert (entry.title, entry.link, entry.guid) == ("Talks", "https://news.example/1", "1")
    assert entry.published is None
    assert entry.updated and entry.updated.moment == MONDAY


ANN, BO = "<author><name>Ann Lee</name></author>", "<author><name>Bo Roe</name><email>bo@news.example</email></author>"


@pytest.mark.parametrize(
    ("own", "of_the_feed", "authors"),
    [
        (ANN + BO, "", ("Ann Lee", "Bo Roe")),
        (ANN, BO, ("Ann Lee",)),
        ("", ANN + BO, ("Ann Lee", "Bo Roe")),
        (f"<source>{ANN}</source>", BO, ("Ann Lee",)),
        ("<author><email>desk@news.example</email></author>", ANN, ("Ann Lee",)),
        ("<contributor><name>Bo Roe</name></contributor>", "", ()),
        ("<author>Ann Lee</author>", "", ("Ann Lee",)),
    ],
)
def test_an_entry_without_authors_has_those_of_its_source_or_feed(
    own: str, of_the_feed: str, authors: tuple[str, ...]
) -> None:
    assert only(atom(own, head=of_the_feed)).authors == authors


@pytest.mark.parametrize(
    ("own", "of_the_channel", "authors"),
    [
        ("<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Roe</dc:creator>", "", ("Ann Lee", "Bo Roe")),
        ("<author>bo@news.example (Bo Roe)</author><dc:creator>Ann Lee</dc:creator>", "", ("Bo Roe", "Ann Lee")),
        ("<author>Bo Roe &lt;bo@news.example&gt;</author>", "", ("Bo Roe",)),
        ("<author>bo@news.example</author>", "", ()),
        ("<itunes:author>Ann Lee</itunes:author><dc:creator>Ann Lee</dc:creator>", "", ("Ann Lee",)),
        ("<atom:author><atom:name>Ann Lee</atom:name></atom:author>", "", ("Ann Lee",)),
        ("<media:credit>Bo Roe</media:credit>", "", ()),
        ("", "<itunes:author>Ann Lee</itunes:author>", ("Ann Lee",)),
        ("", "<dc:creator>Ann Lee</dc:creator>", ("Ann Lee",)),
        ("", "<managingEditor>ann@news.example (Ann Lee)</managingEditor>", ("Ann Lee",)),
        ("", "<webMaster>bo@news.example (Bo Roe)</webMaster>", ()),
        ("<dc:creator>Bo Roe</dc:creator>", "<itunes:author>Ann Lee</itunes:author>", ("Bo Roe",)),
    ],
)
def test_every_author_of_an_item_is_kept(own: str, of_the_channel: str, authors: tuple[str, ...]) -> None:
    assert only(rss(own, head=of_the_channel)).authors == authors


def test_the_editor_is_not_an_author_if_items_have_authors() -> None:
    head = "<managingEditor>bo@news.example (Bo Roe)</managingEditor>"
    first, second = read(rss("<dc:creator>Ann Lee</dc:creator>", "<title>Talks</title>", head=head)).entries
    assert (first.authors, second.authors) == (("Ann Lee",), ())


@pytest.mark.parametrize(
    ("inner", "texts"),
    [
        ("<description>&lt;p&gt;A&lt;/p&gt;</description>", ("<p>A</p>",)),
        ("<description><![CDATA[<p>A</p>]]></description>", ("<p>A</p>",)),
        ("<description><p>A</p> b</description>", ("<p>A</p> b",)),
        ("<description>A</description><content:encoded>AB</content:encoded>", ("A", "AB")),
        ("<media:description>Caption</media:description><description>A</description>", ("A",)),
        ("<media:group><media:description>A</media:description></media:group>", ("A",)),
        ("<itunes:summary>A</itunes:summary>", ("A",)),
        ("<full-text>A\n\nB &amp; C</full-text>", ("<p>A</p>\n<p>B &amp; C</p>",)),
        ("<atom:content type='text'>A &lt; B\n\nC</atom:content>", ("A < B\n\nC",)),
        ("<atom:content type='text'>A &amp; B\n\nC</atom:content>", ("<p>A &amp; B</p>\n<p>C</p>",)),
        ("<atom:content mode='base64'>PHA+QTwvcD4=</atom:content>", ("<p>A</p>",)),
        ("<atom:content type='image/png'>iVBORw0KGgo=</atom:content>", ()),
        ("<odd:description>B</odd:description>", ()),
    ],
)
def test_texts_are_those_of_the_entry(inner: str, texts: tuple[str, ...]) -> None:
    assert only(rss(inner)).texts == texts


@pytest.mark.parametrize("prefix", ["", "h:"])
def test_xhtml_with_any_namespace_prefix_is_read_as_html(prefix: str) -> None:
    name = "xmlns:h" if prefix else "xmlns"
    content = (
        f'<content type="xhtml"><{prefix}div {name}="http://www.w3.org/1999/xhtml"><{prefix}p>A<{prefix}br/>B</{prefix}p>'
        f"</{prefix}div></content>"
    )
    assert only(atom(content)).texts == ("<div><p>A<br>B</p></div>",)


def test_text_that_was_encoded_twice_is_read_rightly() -> None:
    assert only(rss(f"<title>{'Переговоры'.encode().decode('latin-1')}</title>")).title == "Переговоры"
    assert only(rss("<title>Café à la carte</title>")).title == "Café à la carte"


@pytest.mark.parametrize(
    "document",
    [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>{}</rdf:RDF>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">{}</rdf:RDF>',
        '<rss version="0.91"><channel>{}</channel></rss>',
        '<rss version="0.92"><channel>{}</channel></rss>',
        '<rss xmlns="http://backend.userland.com/rss2"><channel>{}</channel></rss>',
        '<rss xmlns="https://odd.example/rss"><channel>{}</channel></rss>',
        "<rss><channel/>{}</rss>",
        "<channel>{}</channel>",
        "<feed xmlns='http://purl.org/atom/ns#' version='0.3'>{}</feed>",
        "<RSS><CHANNEL>{}</CHANNEL></RSS>",
        "<rss><channel xmlns='https://odd.example/channel'>{}</channel></rss>",
        "<rss xmlns='http://www.w3.org/1999/xhtml'><channel>{}</channel></rss>",
        "<r:rss xmlns:r='http://www.w3.org/1999/xhtml' xmlns='http://purl.org/rss/1.0/'>{}</r:rss>",
    ],
)
def test_every_version_of_rss_and_its_relatives_is_read(document: str) -> None:
    entry = only(document.format(f"<item><title>Talks</title>{LINK}</item>"))
    assert (entry.title, entry.link) == ("Talks", "https://news.example/1")


@pytest.mark.parametrize("prefix", ["atom", "a", "rss", "media"])
def test_prefixes_mean_what_the_document_declares(prefix: str) -> None:
    text = (
        f'<{prefix}:feed xmlns:{prefix}="http://www.w3.org/2005/Atom"><{prefix}:entry><{prefix}:title>Talks</{prefix}:title>'
        f'<{prefix}:link href="https://news.example/1"/></{prefix}:entry></{prefix}:feed>'
    )
    entry = only(text)
    assert (entry.title, entry.link) == ("Talks", "https://news.example/1")


@pytest.mark.parametrize(
    "address",
    [
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/elements/1.1",
        "HTTPS://PURL.ORG/dc/elements/1.1/",
        "urn:odd",
    ],
)
def test_a_misspelt_namespace_is_recognised(address: str) -> None:
    text = f'<rss xmlns:dc="{address}"><item><title>Talks</title><dc:creator>Ann Lee</dc:creator></item></rss>'
    assert only(text).authors == ("Ann Lee",)


def test_the_language_of_an_entry_is_its_own_before_that_of_the_feed() -> None:
    own = '<dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">uk</dc:language>'
    feed = read(atom(own, "<title>Talks</title>", attributes="xml:lang='ru'"))
    assert (feed.language, [entry.language for entry in feed.entries]) == ("ru", ["uk", None])


def test_an_entry_inside_an_entry_is_not_one_of_the_feed() -> None:
    assert only(rss(f"<title>Talks</title><odd:related><item>{LINK}</item></odd:related>")).title == "Talks"


@pytest.mark.parametrize(
    "text", ["", "words", "<config><a/></config>", "<html><title>News</title></html>", "<!-- <rss/> -->"]
)
def test_what_is_not_a_feed_is_none(text: str) -> None:
    assert read_xml(text, URL) is None
