"""Web addresses: the canonical form of an address, the id made from it, and the domain it belongs to."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from config.web_address import ascii_host, joined, parts_of, with_ascii_host

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_CHARS = 2_000
_MAX_RAW_CHARS = 16_000  # encoding changes the length; anything longer is refused without trying

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LINE_ENDS = re.compile(r"[\t\r\n]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
# Most addresses are canonical already; going through w3lib takes fifty times as long.
_CANONICAL = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,4}[a-z]{2,20}/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+/?+)*+"
)
_PERCENT = re.compile("%[0-9a-fA-F]{2}")

# Parameters that only say where a visitor came from and give one article several addresses. Kept short on purpose:
# courlan also drops `cid`, `eid`, `source`, `session`, `keyword` and names ending in them, which some outlets use for
# article numbers. Sources: the query-stripping lists of Firefox and ClearURLs; `maca` is Deutsche Welle's, `at_*` the BBC's.
_TRACKING = re.compile(
    r"utm[_-].+|(?:mtm|pk|piwik|itm|hsa|vero|oly_enc|oly_anon|at)_.+"
    r"|(?:fb|g|d|y|ys|tw|tt)clid|(?:msclk|gbra|wbra)id|gclsrc|igsh(?:id)?|wickedid|mc_[ce]id|mkt_tok"
    r"|_g[al]|_hsenc|_hsmi|hsctatracking|wt[._]z?mc|xtor|cmp(?:id)?|intcmp|ocid|smid|maca|ref_src|ref_url"
    r"|__twitter_impression|guccounter|guce_referr?er(?:_sig)?|_openstat|(?:php|j)sessid|jsessionid|aspsessionid\w*|cftoken"
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)  # of Java servers, in the path


@functools.cache
def _suffixes() -> TLDExtract:
    """Return the list of public suffixes bundled with tldextract: never the network, never the disk."""
    # Imported here: it loads a client for HTTP, which takes a tenth of the time in which most commands start.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def canonical(url: str) -> str | None:
    """Return the canonical form of an address, or None when it is not a usable http or https address.

    The host is in lower case and IDNA, path and query are percent-encoded, dot segments are resolved and parameters are sorted
    by name. Credentials, fragment, default port and tracking parameters are removed. The function is idempotent.
    """
    if _CANONICAL.fullmatch(url) and len(url) <= MAX_CHARS:
        return url
    if not url or len(url) > _MAX_RAW_CHARS:
        return None
    try:
        return _canonical(_LINE_ENDS.sub("", url.strip()))
    except (ValueError, UnicodeError):
        return None


def canonical_start(start: str) -> str | None:
    """Return the start of an address as canonical addresses have it, or None when no canonical address begins so.

    Args:
        start: scheme and host at least; the host may be incomplete unless a slash follows.
    """
    scheme, mark, rest = start.partition("://")
    host, slash, path = rest.partition("/")
    if not mark or scheme.lower() not in _DEFAULT_PORTS:
        return None
    if not slash:
        return f"{scheme.lower()}://{ascii_host(host)}"
    whole = canonical(f"{scheme}://{host}/")
    return (
        None if whole is None else whole + _upper_percent(safe_url_string(f"http://q/{path}").removeprefix("http://q/"))
    )


def absolute(base: str, link: str) -> str | None:
    """Return the canonical address of a link on a page at `base`, or None when it has none."""
    if not link.startswith(("http://", "https://")):
        link = joined(base, link)
    return canonical(link)


def article_id(canonical_url: str) -> str:
    """Return the 128-bit id, 32 hexadecimal digits, of the article at a canonical address."""
    return hashlib.blake2b(canonical_url.encode(), digest_size=16).hexdigest()


def registered_domain(url: str) -> str:
    """Return the registered domain of an address: `bbc.co.uk` of `https://news.bbc.co.uk/1`.

    Args:
        url: an address or a bare host, with or without a port. An IP address or a local name is returned unchanged, without the
            port.
    """
    parts = parts_of(url if "//" in url or url.count(":") > 1 else f"//{url}")
    return _domain_of_host(ascii_host(parts.hostname or url)) if any(parts) else ""


def owner_domain(url: str) -> str:
    """Return the domain whose pages have one owner: `user.blogspot.com`, where the registered domain is `blogspot.com`."""
    host = (parts_of(url).hostname or "").rstrip(".")
    # With the domains under which hosters let anybody have a name of their own, such as blogspot.com.
    owner = _suffixes().extract_str(host, include_psl_private_domains=True).top_domain_under_public_suffix
    return owner or _domain_of_host(host)


def _canonical(url: str) -> str | None:
    parts = parts_of(with_ascii_host(url))
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname or "\\" in parts.netloc:
        return None
    path = _SESSION.sub("", parts.path) if ";" in parts.path else parts.path
    bare = canonicalize_url(urlunsplit((scheme, _bracketed(parts.hostname), path, "", "")))
    clean = parts_of(bare)
    host = (clean.hostname or "").rstrip(".")
    if not _usable(host):
        return None
    port = "" if parts.port in (None, _DEFAULT_PORTS[scheme]) else f":{parts.port}"
    result = urlunsplit((scheme, _bracketed(host) + port, clean.path or "/", _clean_query(parts.query), ""))
    return result if len(result) <= MAX_CHARS else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _usable(host: str) -> bool:
    if ":" in host:
        return _is_address(host)
    if not _HOST.fullmatch(host) or ".." in host:
        return False
    # When the last label is a number, even octal or hexadecimal, browsers read the whole host as an IPv4 address.
    last = host.rsplit(".", 1)[-1]
    return _is_address(host) if last.isdigit() or last.startswith("0x") else True


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _clean_query(query: str) -> str:
    pieces = [piece for piece in query.split("&") if piece and not _TRACKING.fullmatch(_name(piece))]
    pieces.sort(key=_name)
    if not pieces:
        return ""
    # Not canonicalize_url: it turns `?123` into `?123=`, for which some servers return another page.
    quoted = safe_url_string("http://q/?" + "&".join(pieces)).partition("?")[2]
    return _upper_percent(quoted)


def _upper_percent(quoted: str) -> str:
    return _PERCENT.sub(lambda match: match[0].upper(), quoted)


def _name(piece: str) -> str:
    return unquote(piece.split("=", 1)[0]).lower()


@functools.lru_cache(maxsize=4096)
def _domain_of_host(host: str) -> str:
    host = host.rstrip(".")
    if _is_address(host):
        return host
    result = _suffixes().extract_str(host)
    # The list's own rule for an unlisted suffix: the last label is one. A public suffix itself is returned unchanged.
    return result.top_domain_under_public_suffix or (host if result.suffix else ".".join(host.split(".")[-2:]))
