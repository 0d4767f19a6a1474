"""The sample outlets and their articles, read from articles/*.toml and dated relative to a given day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any, Literal
from zlib import crc32

from config.sources import SourceClass
from crawler.page import Precision

Format = Literal["rss", "rss-full", "rdf", "atom", "json", "sitemap", "listing", "channel", "broken"]
Layout = Literal["json-ld", "opengraph", "time", "plain"]
Serving = Literal["page", "slow", "forbidden", "gone", "consent", "pdf", "robots"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An invented outlet and the way it publishes.

    Attributes:
        path: path of an article on the host, a format string with `slug`, `year`, `month` and `day`.
        utc_offset: hours between UTC and the times it prints.
        note: the line that marks its pages as sample content, in the outlet's language.
    """

    id: str
    name: str
    host: str
    country: str
    language: str
    source_class: SourceClass
    format: Format
    layout: Layout
    path: str
    tagline: str
    note: str
    charset: str = "utf-8"
    utc_offset: int = 0
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The second version of an article and the time it replaced the first."""

    paragraphs: tuple[str, ...]
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """An address an outlet links to, with its content.

    Attributes:
        published: UTC; None if undated.
        updated: UTC, when the served version was written.
        precision: `day` if the outlet gives only the day; None if undated.
        themes: ids of the themes the text was written for.
        original: `<outlet>/<slug>` of the article this one republishes; None if it is original.
        serving: how the address responds; `page`, `slow` and `forbidden` have an article's text, `consent` the text of its wall.
    """

    outlet: str
    slug: str
    url: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    precision: Precision | None
    author: str | None
    themes: frozenset[str]
    original: str | None
    serving: Serving
    revision: Revision | None = None

    @property
    def key(self) -> str:
        """The unique name of the article."""
        return f"{self.outlet}/{self.slug}"

    @property
    def text(self) -> str:
        """The paragraphs, separated by blank lines."""
        return "\n\n".join(self.paragraphs)

    def revised(self) -> SampleArticle:
        """Return the second version, or the article itself if it has none."""
        if self.revision is None:
            return self
        return replace(self, paragraphs=self.revision.paragraphs, updated=self.revision.updated)


@dataclass(frozen=True, slots=True)
class Content:
    """All outlets by id and their articles as of one day; each outlet's articles are newest first, undated ones last."""

    today: date
    outlets: Mapping[str, Outlet]
    articles: tuple[SampleArticle, ...]

    def of(self, outlet: Outlet) -> tuple[SampleArticle, ...]:
        """Return the articles of one outlet."""
        return tuple(article for article in self.articles if article.outlet == outlet.id)


def load_content(today: date) -> Content:
    """Return the written articles, dated in the 60 days before `today` (a UTC day)."""
    tables = [_table(file) for file in sorted(_files(), key=lambda file: file.name)]
    outlets = {table["id"]: _outlet(table) for table in tables}
    rows = {
        f"{table['id']}/{row['slug']}": (outlets[table["id"]], row)
        for table in tables
        for row in table.get("article", ())
    }
    articles = [_article(outlet, _with_copied_text(row, rows), today) for outlet, row in rows.values()]
    return Content(today, outlets, tuple(sorted(articles, key=newest_first)))


def _files() -> list[Any]:
    folder = resources.files(__package__) / "articles"
    return [file for file in folder.iterdir() if file.name.endswith(".toml")]


def _table(file: Any) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _outlet(table: Mapping[str, Any]) -> Outlet:
    fields = {name: value for name, value in table.items() if name not in {"article", "class", "sections"}}
    return Outlet(source_class=table["class"], sections=tuple(table.get("sections", ())), **fields)


def _with_copied_text(
    row: Mapping[str, Any], rows: Mapping[str, tuple[Outlet, Mapping[str, Any]]]
) -> Mapping[str, Any]:
    """Return a row with the text of a republished article: the original's with the small edits the row lists."""
    if "copy_of" not in row:
        return row
    original = rows[row["copy_of"]][1]
    text: str = original["text"].strip()
    for old, new in row.get("replace", ()):
        if old not in text:
            raise ValueError(f"{row['slug']}: {old!r} does not occur in {row['copy_of']}")
        text = text.replace(old, new)
    if row.get("cut_last"):
        text = text.rpartition("\n\n")[0]
    text = row.get("prefix", "") + text + row.get("suffix", "")
    return {"title": original["title"], "themes": original.get("themes", ()), **row, "text": text}


def _article(outlet: Outlet, row: Mapping[str, Any], today: date) -> SampleArticle:
    published, precision = _published(row, today)
    return SampleArticle(
        outlet=outlet.id,
        slug=row["slug"],
        url=_url(outlet, row, published),
        language=row.get("language", outlet.language),
        title=row["title"],
        paragraphs=_paragraphs(row.get("text", "")),
        published=published,
        updated=published,
        precision=precision,
        author=row.get("author"),
        themes=frozenset(row.get("themes", ())),
        original=row.get("copy_of"),
        serving=row.get("serving", "page"),
        revision=_revision(row, published),
    )


def _published(row: Mapping[str, Any], today: date) -> tuple[datetime | None, Precision | None]:
    """Return the date of a row: fixed, or a number of days before today, or None."""
    if "published" in row:
        return row["published"].astimezone(UTC), "second"
    if "day" not in row:
        return None, None
    on = today - timedelta(days=row["day"])
    if row.get("day_only"):
        return datetime.combine(on, time(12), UTC), "day"
    minute = crc32(row["slug"].encode()) % 60
    return datetime.combine(on, time(row["hour"], minute), UTC), "second"


def article_url(outlet: Outlet, pattern: str, slug: str, published: datetime | None) -> str:
    """Return the address of an article; `pattern` is a path with slots, as `Outlet.path`."""
    on = published or datetime(1970, 1, 1, tzinfo=UTC)
    return f"http://{outlet.host}{pattern.format(slug=slug, year=f'{on:%Y}', month=f'{on:%m}', day=f'{on:%d}')}"


def newest_first(article: SampleArticle) -> tuple[str, float, str]:
    """Return the key by which the articles of a site are sorted."""
    published = article.published
    return article.outlet, -published.timestamp() if published else float("inf"), article.slug


def _url(outlet: Outlet, row: Mapping[str, Any], published: datetime | None) -> str:
    pattern = "/embargo/{slug}" if row.get("serving") == "robots" else outlet.path
    return article_url(outlet, pattern, row["slug"], published)


def _revision(row: Mapping[str, Any], published: datetime | None) -> Revision | None:
    if "revision" not in row or published is None:
        return None
    return Revision(paragraphs=_paragraphs(row["revision"]), updated=published + timedelta(hours=5))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip())
