"""Pages that link to articles: an outlet's home page, its listing, and the public preview of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from monitor.demo.content import Outlet, SampleArticle
from monitor.demo.feeds import stamp
from monitor.demo.pages import frame, navigation


def home_page(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return the home page of an outlet, which says that its content is invented."""
    items = "".join(f'<li><a href="{escape(article.url)}">{escape(article.title)}</a></li>' for article in articles)
    body = (
        f"{navigation(outlet)}<main><h1>{escape(outlet.name)}</h1><p>{escape(outlet.tagline)}</p>"
        f'<p class="sample-note">{escape(outlet.note)}</p><ul class="latest">{items}</ul></main>'
    )
    return frame(outlet, title=outlet.name, body=body)


def listing_page(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return a page of teasers, as on outlets without a feed: `div.teaser` with `a.headline` and `time`."""
    body = (
        f'{navigation(outlet)}<main class="listing">{"".join(_teaser(outlet, article) for article in articles)}</main>'
    )
    return frame(outlet, title=outlet.name, body=body)


def channel_page(outlet: Outlet, articles: Sequence[SampleArticle]) -> str:
    """Return the public preview of a channel, newest message last, with Telegram's class names."""
    dated = sorted(articles, key=lambda article: article.published.timestamp() if article.published else 0)
    messages = "".join(_message(outlet, article) for article in dated)
    body = (
        f'<header class="tgme_header"><div class="tgme_channel_info_header_title"><span>{escape(outlet.name)}</span></div>'
        f'<div class="tgme_channel_info_description">{escape(outlet.tagline)} {escape(outlet.note)}</div></header>'
        f'<main class="tgme_main"><section class="tgme_channel_history js-message_history">{messages}</section></main>'
    )
    return frame(outlet, title=f"{outlet.name} – channel", body=body)


def _teaser(outlet: Outlet, article: SampleArticle) -> str:
    date = ""
    if article.published:
        when = stamp(outlet, article, article.published)
        date = f'<time datetime="{when}">{article.published:%d.%m.%Y}</time>'
    return (
        f'<div class="teaser"><h3><a class="headline" href="{escape(article.url)}">{escape(article.title)}</a></h3>'
        f"{date}</div>"
    )


def _message(outlet: Outlet, article: SampleArticle) -> str:
    post = article.url.removeprefix(f"http://{outlet.host}/")
    text = "<br/><br/>".join(escape(paragraph) for paragraph in article.paragraphs)
    when = article.published.isoformat() if article.published else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message js-widget_message" data-post="{post}"><div class="tgme_widget_message_bubble">'
        f'<a class="tgme_widget_message_owner_name" href="http://{outlet.host}/"><span>{escape(outlet.name)}</span></a>'
        f'<div class="tgme_widget_message_text js-message_text"><b>{escape(article.title)}</b><br/><br/>{text}</div>'
        f'<div class="tgme_widget_message_footer"><a class="tgme_widget_message_date" href="{escape(article.url)}">'
        f'<time datetime="{when}" class="time">{when[11:16]}</time></a></div></div></div></div>'
    )
