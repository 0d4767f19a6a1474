"""Signs in the structure of a page that it is no article, whatever language it is in."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.parse.markup import clean_title
from crawler.real_address import is_front_page
from indexer.extract.facts import Facts
from indexer.extract.notices import Kind

_CLASSES: dict[Kind, re.Pattern[str]] = {
    "missing": re.compile(
        r"(?:^|[\s_-])(?:error[-_]?(?:page[-_]?)?404|404(?:[-_](?:page|error|content))?|page[-_]?404|page[-_]?not[-_]?found|not[-_]?found"
        r"|error[-_]?page|page[-_]?error)(?:$|[\s_-])",
        re.IGNORECASE,
    ),
    "closed": re.compile(r"(?:^|[\s_-])(?:maintenance|under-construction|coming-soon)(?:$|[\s_-])", re.IGNORECASE),
    "blocked": re.compile(
        r"(?:^|[\s_-])(?:access[-_]?denied|geo[-_]?block(?:ed)?|block[-_]?page)(?:$|[\s_-])", re.IGNORECASE
    ),
    "checking": re.compile(
        r"(?:^|[\s_-])(?:cf-(?:challenge|browser-verification|error-details|wrapper)|challenge-(?:form|running|container)|captcha-page)"
        r"|(?:^|\s)(?:px-captcha|no-js-wall)",
        re.IGNORECASE,
    ),
}
_CHALLENGES = re.compile(
    r"_cf_chl_opt|cf_chl_prog|window\._pxAppId|captcha-delivery\.com|_Incapsula_Resource\?SWJIYLWA|ddos-guard/js-challenge"
    r"|/\.well-known/ddos-guard|checkcaptcha|smartcaptcha\.yandexcloud|__qrator|sucuri_cloudproxy"
)
_CHALLENGE_FRAME = re.compile(r"_Incapsula_Resource\?|captcha-delivery\.com")
_ANY_CLASS = re.compile("404|found|error|mainten|constr|coming|denied|block|cf-|chall|captcha|no-js")
_CHALLENGE_PARAGRAPHS = 8
_BLANK = 60  # characters below which a page is blank: a few words such as "It works!"
_BLANK_ELEMENTS = 100  # a page of so many is not blank, and need not be searched
_SILENT = ("script", "style", "noscript", "template", "title")  # what is in these is not shown
_SHOWN = frozenset(("video", "audio", "iframe", "frame", "object", "embed", "img", "picture", "svg", "canvas"))
# Styles of the pixels by which visits are counted.
_UNSEEN = re.compile(r"display:\s*none|visibility:\s*hidden|(?:left|top):\s*-\d{3}", re.IGNORECASE)
_LEADS_ON = re.compile(r"\d\s*[;,]\s*(?:url\s*=)?\s*\S", re.IGNORECASE)  # a refresh that names another page
# Ids of what scripts fill with the page.
_FILLED = frozenset(("root", "app", "app-root", "__next", "__nuxt", "___gatsby"))
_DEEP = 3  # levels below the body at which the containers of a page stand


@dataclass(frozen=True, slots=True)
class Signs:
    """What the structure of a page says about it.

    Attributes:
        kinds: kinds of notices that its classes name.
        is_article: its metadata declares an article.
        has_date: it states a date of its own.
        is_hidden: it asks search engines not to index it.
        has_password: it has a field for a password.
        is_blank: it shows nothing but a few words, is not filled by scripts, and leads to no other page.
        is_home: its metadata gives the address of a front page, though its own address is another.
    """

    kinds: frozenset[Kind]
    is_article: bool
    has_date: bool
    is_hidden: bool
    has_password: bool
    is_blank: bool
    is_home: bool


def signs_of(tree: HtmlElement, facts: Facts, url: str) -> Signs:
    """Return what the structure of a page says about it; the tree must still have its scripts."""
    kinds = _kinds([_marks(element) for element in _containers(tree)])
    if _has_few_paragraphs(tree) and _has_challenge(tree):
        kinds.add("checking")
    return Signs(
        kinds=frozenset(kinds),
        is_article=_is_article(facts),
        has_date=bool(facts.times) or any("date" in name or "publish" in name for name in facts.meta),
        is_hidden="noindex" in (facts.first("robots") or "").lower(),
        has_password=any(field.get("type") == "password" for field in tree.iter("input")),
        is_blank=_is_blank(tree),
        is_home=_is_home(facts, url),
    )


def own_titles(facts: Facts) -> list[str]:
    """Return the titles the page gives itself, as they are: `<title>`, `og:title` and the first headings."""
    headings = [" ".join(heading.itertext()) for heading in facts.headings[:2]]
    raw = (facts.title, facts.first("og:title"), *headings)
    return list(dict.fromkeys(filter(None, map(clean_title, raw))))


def _containers(tree: HtmlElement) -> list[HtmlElement]:
    body = tree.find("body")
    level = [body] if body is not None else []
    containers = [tree, *level]
    for _ in range(_DEEP):
        level = [child for element in level for child in element.iterchildren("div", "main", "section", "article")]
        containers += level[:50]
    return containers


def _marks(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def _kinds(marks: list[str]) -> set[Kind]:
    if not _ANY_CLASS.search("\n".join(marks)):
        return set()
    return {kind for kind, pattern in _CLASSES.items() if any(map(pattern.search, marks))}


def _has_few_paragraphs(tree: HtmlElement) -> bool:
    """Tell whether a page may be a challenge; searching all scripts of an article takes longer than parsing it."""
    return next(itertools.islice(tree.iter("p"), _CHALLENGE_PARAGRAPHS, None), None) is None


def _has_challenge(tree: HtmlElement) -> bool:
    if any(_CHALLENGES.search(script.text or "") for script in tree.iter("script")):
        return True
    return any(_CHALLENGE_FRAME.search(frame.get("src") or "") for frame in tree.iter("iframe"))


def _is_blank(tree: HtmlElement) -> bool:
    """Tell whether a page is blank, cheaply: nearly all pages are not."""
    size, has_scripts = 0, False
    if next(itertools.islice(tree.iter(), _BLANK_ELEMENTS, None), None) is not None:
        return False
    for element in tree.iter():
        if _has_content(element):
            return False
        has_scripts = has_scripts or _is_app(element)
        inside = "" if element.tag in _SILENT or not isinstance(element.tag, str) else element.text or ""
        size += len(inside.strip()) + len((element.tail or "").strip())
        if size >= _BLANK:
            return False
    return size > 0 or not has_scripts


def _has_content(element: HtmlElement) -> bool:
    """Tell whether an element shows something, is to be filled by scripts, or leads to another page."""
    tag = element.tag
    if not isinstance(tag, str):
        return False
    if tag in _SHOWN:
        is_dot = bool({element.get("width"), element.get("height")} & {"0", "1"})
        holders = (element, *element.iterancestors("div", "p", "span"))
        return not is_dot and not any(_UNSEEN.search(holder.get("style") or "") for holder in holders)
    if tag == "meta":
        return (element.get("http-equiv") or "").lower() == "refresh" and bool(
            _LEADS_ON.search(element.get("content") or "")
        )
    is_module = tag == "script" and element.get("type") == "module"
    return is_module or "-" in tag or element.get("id") in _FILLED or "url(" in (element.get("style") or "")


def _is_app(element: HtmlElement) -> bool:
    """Tell whether an element is a script that may fill the page; one of a challenge does not."""
    source = (element.get("src") or "") if element.tag == "script" else ""
    return bool(source) and not (_CHALLENGES.search(source) or _CHALLENGE_FRAME.search(source))


def _is_article(facts: Facts) -> bool:
    node = facts.article()
    kind = (facts.first("og:type") or "").lower()
    return bool(
        node.get("headline") or node.get("datePublished") or kind == "article" or facts.first("article:published_time")
    )


def _is_home(facts: Facts, url: str) -> bool:
    addresses = [address for address in (facts.canonical, facts.first("og:url")) if address]
    return bool(url and addresses) and not is_front_page(url) and all(map(is_front_page, addresses))
