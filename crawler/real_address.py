"""Under which address a page is filed: where its redirects led, or the canonical address that it names, if that can be believed.

A page may name any address as its canonical one (RFC 6596). It is believed only within its own publisher's domain, and never when
it names a front page or a section, as some sites do on every page. What is believed here is still checked against the texts of
both addresses when the article is filed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from config.web_address import parts_of
from crawler.urls import canonical, owner_domain

_INDEX = re.compile(r"(?:index|default|home)(?:\.\w{2,5})?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
_SECTION = re.compile(r"[^\W\d_]{1,20}(?:[-_][^\W\d_]{1,20})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DEPTH = 3  # segments a section's path has at most
_VIEWS = frozenset(("www", "m", "mobile", "mobil", "amp", "touch", "lite", "wap"))  # the same site for other devices
# https://developers.google.com/amp/cache/overview#amp-cache-url-format, and the viewer that shows pages from there
_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/(?:v/|c/|wp/)(?:s/)?|www\.google\.[a-z.]{2,6}/amp/(?:s/)?)(.+)"
)
_SAYS_ARTICLE = re.compile(
    rb"<meta\b[^<>]{0,200}?(?:og:type[\"']?\s[^<>]{0,50}content\s*=\s*[\"']?article\b|article:published_time"
    rb"|content\s*=\s*[\"']?article[\"']?\s[^<>]{0,50}og:type)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RealAddress:
    """The address a page is filed under.

    Attributes:
        is_reached: the server itself led there; otherwise the page only names it.
        is_sure: it is of the same site too; otherwise it must be confirmed by a page from that address.
    """

    url: str
    is_reached: bool
    is_sure: bool


def real_address(url: str, final_url: str, declared: str | None) -> RealAddress:
    """Return the real address of a page.

    Args:
        url: the canonical form of the address that was requested.
        final_url: the address after redirects.
        declared: the canonical address that the page declares.
    """
    reached = canonical(final_url) or url
    if reached != url and _holds(reached, url):  # a page on the way, which asks for consent or a login
        reached = url
    wanted = canonical(declared) if declared else None
    if wanted and wanted != reached and _is_believable(wanted, reached, url):
        is_sure = wanted == url or site_of(wanted) in (site_of(reached), site_of(_cached(reached)))
        return RealAddress(wanted, is_reached=False, is_sure=is_sure)
    return RealAddress(reached, is_reached=True, is_sure=True)


def twins(url: str) -> list[str]:
    """Return the addresses at which many servers give the same page: with the other scheme, `www.` or final slash."""
    scheme, _, rest = url.partition("://")
    path, mark, query = rest.partition("?")
    host, slash, path = path.partition("/")
    hosts = [host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"]
    paths = [path, *([path.removesuffix("/") if path.endswith("/") else f"{path}/"] if path.strip("/") else [])]
    forms = [
        f"{form}://{host}{slash}{path}{mark}{query}"
        for form in (scheme, "http" if scheme == "https" else "https")
        for host in hosts
        for path in paths
    ]
    return forms[1:]


def site_of(url: str) -> str:
    """Return the host of an address without the labels that only name a view of the same site (`www.`, `m.`, `amp.`)."""
    labels = (parts_of(url).hostname or "").split(".")
    while len(labels) > 2 and labels[0] in _VIEWS:
        labels = labels[1:]
    return ".".join(labels)


def is_front_page(url: str) -> bool:
    """Return whether an address is the front page of a site or of one of its languages (`/`, `/en/`, `/index.html`)."""
    parts = parts_of(url)
    segments = segments_of(parts.path)
    is_home = not segments or (len(segments) == 1 and bool(_LANGUAGE.fullmatch(segments[0])))
    return bool(parts.netloc) and not parts.query and not parts.fragment and is_home


def is_section(url: str) -> bool:
    """Return whether an address looks like a front page or a section (`/en/`, `/news/world`, `/2026/11/`)."""
    parts = parts_of(url)
    segments = segments_of(parts.path)
    if parts.query or len(segments) > _DEPTH:
        return False
    years = [place for place, segment in enumerate(segments) if _YEAR.fullmatch(segment)]
    words = segments[: years[0]] if years else segments
    dates = segments[years[0] + 1 :] if years else []
    return all(map(_SECTION.fullmatch, words)) and all(part.isdigit() and len(part) <= 2 for part in dates)


def leads_to_section(requested: str, reached: str, body: bytes) -> bool:
    """Return whether a redirect led from an article to a section of a site, as happens when the article was removed.

    Args:
        body: of the page reached.
    """
    if requested == reached or is_section(requested) or not is_section(reached) or is_front_page(reached):
        return False
    before, after = segments_of(parts_of(requested).path), segments_of(parts_of(reached).path)
    return bool(before and after) and after[-1] != before[-1] and not says_article(body)


def says_article(body: bytes) -> bool:
    """Tell whether a page says in its metadata that it is an article."""
    return bool(_SAYS_ARTICLE.search(body))


def segments_of(path: str) -> list[str]:
    """Return the parts of a path between its slashes, without one that only names the index of a folder (`index.html`)."""
    segments = [unquote(part) for part in path.split("/") if part]
    return segments[:-1] if segments and _INDEX.fullmatch(segments[-1]) else segments


def _is_believable(wanted: str, reached: str, url: str) -> bool:
    if is_section(wanted) and segments_of(parts_of(wanted).path) != _without_view(parts_of(reached).path):
        return False
    owners = {owner_domain(reached), owner_domain(url), owner_domain(_cached(reached))}
    return owner_domain(wanted) in owners


def _holds(address: str, other: str) -> bool:
    """Return whether the query of an address holds another one, to which the page is to return."""
    parts = parts_of(other)
    place = f"{parts.hostname}{parts.path}".rstrip("/")
    return bool(parts.path.strip("/")) and place in unquote(unquote(parts_of(address).query))


def _cached(url: str) -> str:
    match = _AMP_CACHE.match(url)
    return f"https://{match[1]}" if match else ""


def _without_view(path: str) -> list[str]:
    return [segment for segment in segments_of(path) if segment not in (*_VIEWS, "print")]
