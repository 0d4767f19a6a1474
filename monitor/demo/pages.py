"""The web pages of an outlet: article pages in four layouts, each with the clutter that surrounds the text of real pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta, timezone
from html import escape

from monitor.demo.content import Layout, Outlet, SampleArticle
from monitor.demo.feeds import markup, stamp

_FRAME = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="{charset}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
{head}
</head>
<body>
{body}
<footer class="site-footer"><p class="sample-note">{note}</p><p>© {name}</p></footer>
</body>
</html>
"""
_COOKIES: Mapping[str, tuple[str, str, str]] = {
    "en": ("We use cookies to understand how this site is read.", "Accept all", "Settings"),
    "de": (
        "Wir verwenden Cookies, um zu verstehen, wie diese Seite gelesen wird.",
        "Alle akzeptieren",
        "Einstellungen",
    ),
    "fr": ("Nous utilisons des cookies pour comprendre comment ce site est lu.", "Tout accepter", "Réglages"),
    "pl": ("Używamy plików cookie, aby wiedzieć, jak czytana jest ta strona.", "Akceptuję", "Ustawienia"),
    "ru": ("Мы используем файлы cookie, чтобы понимать, как читают этот сайт.", "Принять все", "Настройки"),
    "uk": ("Ми використовуємо файли cookie, щоб розуміти, як читають цей сайт.", "Прийняти всі", "Налаштування"),
}
_MORE: Mapping[str, tuple[str, str]] = {
    "en": ("More news", "Share"),
    "de": ("Mehr Nachrichten", "Teilen"),
    "fr": ("À lire aussi", "Partager"),
    "pl": ("Czytaj także", "Udostępnij"),
    "ru": ("Читайте также", "Поделиться"),
    "uk": ("Читайте також", "Поширити"),
}


def frame(outlet: Outlet, *, title: str, body: str, head: str = "") -> str:
    """Return a complete HTML page of the outlet, with the note about sample content in its footer."""
    return _FRAME.format(
        language=outlet.language,
        charset=outlet.charset,
        title=escape(title),
        head=head,
        body=body,
        note=escape(outlet.note),
        name=escape(outlet.name),
    )


def article_page(outlet: Outlet, article: SampleArticle, others: Sequence[SampleArticle]) -> str:
    """Return the page of an article; `others` appear as teasers next to it."""
    head, main = _LAYOUTS[outlet.layout](outlet, article)
    body = f"{navigation(outlet)}\n{_cookie_banner(outlet)}\n{main}\n{_aside(outlet, others)}"
    return frame(outlet, title=f"{article.title} – {outlet.name}", head=head, body=body)


def navigation(outlet: Outlet) -> str:
    """Return the header of every page: name and sections."""
    links = "".join(f'<li><a href="/">{escape(section)}</a></li>' for section in outlet.sections)
    return (
        f'<header class="site-header"><a class="logo" href="/">{escape(outlet.name)}</a>'
        f'<nav class="menu"><ul>{links}</ul></nav></header>'
    )


def consent_page(outlet: Outlet, wall: SampleArticle) -> str:
    """Return a cookie wall in place of the article."""
    _, accept, settings = _COOKIES[outlet.language]
    body = (
        f'<div class="consent-wall" role="dialog"><h2>{escape(outlet.name)}</h2>{markup(wall)}'
        f'<form method="post" action="/consent"><button>{accept}</button><button>{settings}</button></form></div>'
    )
    return frame(outlet, title=outlet.name, body=body)


def _cookie_banner(outlet: Outlet) -> str:
    text, accept, settings = _COOKIES[outlet.language]
    return (
        f'<div id="cookie-banner" class="cookie-banner" role="dialog"><p>{escape(text)}</p>'
        f"<button>{accept}</button><button>{settings}</button></div>"
    )


def _aside(outlet: Outlet, others: Sequence[SampleArticle]) -> str:
    more, _ = _MORE[outlet.language]
    items = "".join(f'<li><a href="{escape(other.url)}">{escape(other.title)}</a></li>' for other in others)
    return f'<aside class="sidebar related"><h3>{more}</h3><ul class="teasers">{items}</ul></aside>'


def _share(outlet: Outlet) -> str:
    return f'<div class="share social-buttons"><a href="#">{_MORE[outlet.language][1]}</a></div>'


def _shown(outlet: Outlet, article: SampleArticle) -> str:
    """Return the date as the page shows it."""
    if article.updated is None:
        return ""
    local = article.updated.astimezone(timezone(timedelta(hours=outlet.utc_offset)))
    return f"{local:%d.%m.%Y}" if article.precision == "day" else f"{local:%d.%m.%Y, %H:%M}"


def _json_ld(outlet: Outlet, article: SampleArticle) -> tuple[str, str]:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "inLanguage": article.language,
        "mainEntityOfPage": article.url,
        "publisher": {"@type": "Organization", "name": outlet.name},
    }
    if article.published and article.updated:
        data["datePublished"] = stamp(outlet, article, article.published)
        data["dateModified"] = stamp(outlet, article, article.updated)
    if article.author:
        data["author"] = [{"@type": "Person", "name": article.author}]
    # "<" is escaped because a script element ends at the first "</script", wherever it stands.
    script = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    head = f'<link rel="canonical" href="{escape(article.url)}">\n<script type="application/ld+json">{script}</script>'
    main = (
        f'<main><article class="story"><h1>{escape(article.title)}</h1>'
        f'<p class="byline">{escape(article.author or outlet.name)} · {_shown(outlet, article)}</p>'
        f'<div class="article-body">{markup(article)}</div>{_share(outlet)}</article></main>'
    )
    return head, main


def _opengraph(outlet: Outlet, article: SampleArticle) -> tuple[str, str]:
    properties = {"og:type": "article", "og:title": article.title, "og:url": article.url, "og:site_name": outlet.name}
    if article.published:
        properties["article:published_time"] = stamp(outlet, article, article.published)
    if article.author:
        properties["article:author"] = article.author
    head = "\n".join(f'<meta property="{name}" content="{escape(content)}">' for name, content in properties.items())
    main = (
        f'<div class="wrapper"><article><header><h1 class="headline">{escape(article.title)}</h1>'
        f'<div class="meta">{_shown(outlet, article)}</div></header>{_share(outlet)}'
        f'<section class="content">{markup(article)}</section></article></div>'
    )
    return head, main


def _time(outlet: Outlet, article: SampleArticle) -> tuple[str, str]:
    when = ""
    if article.updated:
        when = f'<time datetime="{stamp(outlet, article, article.updated)}">{_shown(outlet, article)}</time>'
    author = f'<span class="author" rel="author">{escape(article.author)}</span>' if article.author else ""
    main = (
        f'<div id="content"><article class="post"><h1>{escape(article.title)}</h1>'
        f'<div class="post-meta">{when} {author}</div><div class="post-content">{markup(article)}</div></article></div>'
    )
    return f'<meta name="description" content="{escape(article.title)}">', main


def _plain(outlet: Outlet, article: SampleArticle) -> tuple[str, str]:
    date = f'<meta name="date" content="{stamp(outlet, article, article.published)}">' if article.published else ""
    author = f'<meta name="author" content="{escape(article.author)}">' if article.author else ""
    main = (
        f'<div id="page"><div id="text"><h2 class="title">{escape(article.title)}</h2>'
        f'<p class="date">{_shown(outlet, article)}</p>\n{markup(article)}</div></div>'
    )
    return f"{date}\n{author}", main


_LAYOUTS: Mapping[Layout, Callable[[Outlet, SampleArticle], tuple[str, str]]] = {
    "json-ld": _json_ld,
    "opengraph": _opengraph,
    "time": _time,
    "plain": _plain,
}
