"""The feeds of an outlet as text: RSS 2.0, RSS 1.0, Atom, JSON Feed and the news sitemap."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from xml.sax.saxutils import escape

from monitor.demo.content import Outlet, SampleArticle

_RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{name}</title><link>http://{host}/</link><description>{tagline} {note}</description>
<language>{language}</language><ttl>1</ttl>
{items}
</channel></rss>
"""
_RDF = """<?xml version="1.0" encoding="{charset}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://{host}/"><title>{name}</title><link>http://{host}/</link>
<description>{tagline} {note}</description><items><rdf:Seq>{sequence}</rdf:Seq></items></channel>
{items}
</rdf:RDF>
"""
_ATOM = """<?xml version="1.0" encoding="{charset}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">
<id>http://{host}/</id><title>{name}</title><subtitle>{tagline} {note}</subtitle><updated>{updated}</updated>
<link rel="alternate" href="http://{host}/"/><link rel="self" href="http://{host}/atom.xml"/>
{items}
</feed>
"""
_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{items}
</urlset>
"""
_SITEMAP_INDEX = """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{items}
</sitemapindex>
"""


def stamp(outlet: Outlet, article: SampleArticle, moment: datetime) -> str:
    """Return a time in ISO 8601 as the outlet prints it: with its own offset, or only the day."""
    if article.precision == "day":
        return f"{moment:%Y-%m-%d}"
    return moment.astimezone(timezone(timedelta(hours=outlet.utc_offset))).isoformat()


def rss(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return RSS 2.0; the `rss-full` format includes the full text of every article."""
    return _filled(_RSS, outlet, items="\n".join(_rss_item(outlet, article) for article in articles))


def rdf(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return RSS 1.0."""
    sequence = "".join(f'<rdf:li rdf:resource="{escape(article.url)}"/>' for article in articles)
    return _filled(_RDF, outlet, sequence=sequence, items="\n".join(_rdf_item(outlet, article) for article in articles))


def atom(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return Atom 1.0."""
    newest = max(article.updated for article in articles if article.updated)
    items = "\n".join(_atom_entry(outlet, article) for article in articles)
    return _filled(_ATOM, outlet, updated=newest.isoformat(), items=items)


def json_feed(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": f"{outlet.tagline} {outlet.note}",
        "home_page_url": f"http://{outlet.host}/",
        "feed_url": f"http://{outlet.host}/feed.json",
        "language": outlet.language,
        "items": [_json_item(outlet, article) for article in articles],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def sitemap(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return a news sitemap."""
    return _SITEMAP.format(items="\n".join(_sitemap_url(outlet, article) for article in articles))


def sitemap_index(outlet: Outlet, children: Sequence[str]) -> str:
    """Return a sitemap index with these children, given by path."""
    return _SITEMAP_INDEX.format(
        items="\n".join(f"<sitemap><loc>http://{outlet.host}{child}</loc></sitemap>" for child in children)
    )


def _filled(template: str, outlet: Outlet, **parts: str) -> str:
    return template.format(
        charset=outlet.charset,
        host=outlet.host,
        language=outlet.language,
        name=escape(outlet.name),
        tagline=escape(outlet.tagline),
        note=escape(outlet.note),
        **parts,
    )


def _rss_item(outlet: Outlet, article: SampleArticle) -> str:
    parts = [
        f"<title>{escape(article.title)}</title>",
        f"<link>{escape(article.url)}</link>",
        f'<guid isPermaLink="true">{escape(article.url)}</guid>',
        f"<description>{escape(_teaser(article))}</description>",
    ]
    if article.author:
        parts.append(f"<dc:creator>{escape(article.author)}</dc:creator>")
    if article.published:
        parts.append(f"<pubDate>{format_datetime(article.published.astimezone(UTC), usegmt=True)}</pubDate>")
    if outlet.format == "rss-full":
        parts.append(f"<content:encoded><![CDATA[{markup(article)}]]></content:encoded>")
    return f"<item>{''.join(parts)}</item>"


def _rdf_item(outlet: Outlet, article: SampleArticle) -> str:
    date = f"<dc:date>{stamp(outlet, article, article.published)}</dc:date>" if article.published else ""
    creator = f"<dc:creator>{escape(article.author)}</dc:creator>" if article.author else ""
    return (
        f'<item rdf:about="{escape(article.url)}"><title>{escape(article.title)}</title>'
        f"<link>{escape(article.url)}</link><description>{escape(_teaser(article))}</description>{date}{creator}</item>"
    )


def _atom_entry(outlet: Outlet, article: SampleArticle) -> str:
    dates = ""
    if article.published and article.updated:
        dates = (
            f"<published>{stamp(outlet, article, article.published)}</published>"
            f"<updated>{stamp(outlet, article, article.updated)}</updated>"
        )
    author = f"<author><name>{escape(article.author)}</name></author>" if article.author else ""
    return (
        f"<entry><id>{escape(article.url)}</id><title>{escape(article.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{escape(article.url)}"/>{dates}{author}'
        f"<summary>{escape(_teaser(article))}</summary></entry>"
    )


def _json_item(outlet: Outlet, article: SampleArticle) -> dict[str, object]:
    item: dict[str, object] = {
        "id": article.url,
        "url": article.url,
        "title": article.title,
        "summary": _teaser(article),
        "language": article.language,
    }
    if article.published:
        item["date_published"] = stamp(outlet, article, article.published)
    if article.author:
        item["authors"] = [{"name": article.author}]
    return item


def _sitemap_url(outlet: Outlet, article: SampleArticle) -> str:
    date = ""
    if article.published:
        date = f"<news:publication_date>{stamp(outlet, article, article.published)}</news:publication_date>"
    return (
        f"<url><loc>{escape(article.url)}</loc><news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{article.language}</news:language></news:publication>{date}"
        f"<news:title>{escape(article.title)}</news:title></news:news></url>"
    )


def markup(article: SampleArticle) -> str:
    """Return the article's paragraphs as HTML."""
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)


def _teaser(article: SampleArticle) -> str:
    """Return the first sentence, as feeds show it."""
    lead = article.paragraphs[0] if article.paragraphs else article.title
    end = lead.find(". ")
    return lead if end < 0 else lead[: end + 1]
