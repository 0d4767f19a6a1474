"""The fields of a query that hold values, not words: who published it, where, when, in which language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from config.nearest import suggestion
from config.shape import check_language
from config.sources import CLASSES, Source, SourceClass
from crawler.urls import canonical, canonical_start, registered_domain
from indexer.query.context import Scope
from indexer.query.diagnostics import reject
from indexer.query.names import country_code, language_code
from indexer.query.texts import has_wildcard, unescaped
from indexer.query.tree import STORIES, Has, Node, Not, UrlPrefix, Value
from indexer.query.wildcards import matcher

TEXT_FIELDS = ("title", "author")
MOMENT_FIELDS = ("published", "collected")
MODIFIERS = ("exact", "lang")
_CLASS_SYNONYMS: Mapping[str, SourceClass] = {
    **dict.fromkeys(("state media", "state owned", "government media"), "state"),
    **dict.fromkeys(("army", "armed forces"), "military"),
    **dict.fromkeys(("ministry", "official"), "institution"),
    **dict.fromkeys(("public service", "public media", "public broadcaster"), "public"),
}


def value_leaf(field: str, text: str, position: int, scope: Scope) -> Node:
    """Return the leaf for field:text.

    Raises:
        QueryError: the field has no such value.
    """
    plain = unescaped(text).strip()
    if not plain:
        raise reject("no-value", f"{field}: needs a value", position, len(text))
    return _FIELDS[field](text, plain, position, scope)


def _source(text: str, plain: str, position: int, scope: Scope) -> Node:
    names: dict[str, set[str]] = defaultdict(set)  # two sources may have the same name
    for source in scope.context.sources:
        names[source.name.casefold()].add(source.id)
        names[source.id.casefold()].add(source.id)
    wanted = plain.casefold()
    matches = matcher(wanted) if has_wildcard(text) else wanted.__eq__
    sources = frozenset(id for name, ids in names.items() if matches(name) for id in ids)
    if not sources:
        meant = suggestion(wanted, names) or suggestion(wanted, (source.id for source in scope.context.sources))
        message = f'no source is called "{plain}"{meant}'
        scope.reading.warn("unknown-source", message, position, len(text))
    return Value("source", sources or frozenset({plain}))


def _class(text: str, plain: str, position: int, scope: Scope) -> Node:
    wanted = re.sub(r"[-_\s]+", " ", plain.casefold())
    known = {"".join(name.split()): name for name in CLASSES}
    synonym = _CLASS_SYNONYMS.get(wanted) or known.get(wanted.replace(" ", "").removesuffix("s"))
    if wanted not in CLASSES and synonym:
        wanted = synonym
        _note_value("class-name", plain, f'"{wanted}"' if " " in wanted else wanted, position, scope)
    if wanted not in CLASSES:
        message = f'unknown class "{plain}"{suggestion(wanted, CLASSES)} ({", ".join(CLASSES)})'
        raise reject("unknown-class", message, position, len(text))
    return _sources_that(scope, lambda source: source.source_class == wanted)


def _country(text: str, plain: str, position: int, scope: Scope) -> Node:
    wanted = plain.upper()
    known = sorted({source.country for source in scope.context.sources})
    if wanted not in known and (code := country_code(plain, known, scope.context.languages)):
        if code != wanted:
            _note_value("country-name", plain, code, position, scope)
        wanted = code
    if not re.fullmatch("[A-Z]{2}", wanted):
        message = f'"{plain}" is not a country; write its name in English or two letters ({", ".join(known)})'
        raise reject("unknown-country", message, position, len(text))
    if wanted not in known:
        message = f"no source is from {wanted}; there are {', '.join(known)}"
        scope.reading.warn("unknown-country", message, position, len(text))
    return _sources_that(scope, lambda source: source.country == wanted)


def _note_value(code: str, typed: str, meaning: str, position: int, scope: Scope) -> None:
    """Note how a value is read, and how the whole query would be typed with it."""
    text = scope.reading.text
    end = text.find('"', position + 1) + 1 if text.startswith('"', position) else position + len(typed)
    scope.reading.note(
        code,
        f'"{typed}" is read as {meaning}',
        position,
        end - position,
        scope.reading.replaced(position, end, meaning),
    )


def _sources_that(scope: Scope, fits: Callable[[Source], bool]) -> Node:
    return Value("source", frozenset(source.id for source in scope.context.sources if fits(source)))


def _language(text: str, plain: str, position: int, scope: Scope) -> Node:
    if plain == "*":
        return Has("language")
    code = language_code(plain, scope.context.languages)
    if code:
        _note_value("language-name", plain, code, position, scope)
    try:
        return Value("language", frozenset({check_language(code or plain.lower())}))
    except ValueError as wrong:
        raise reject("unknown-language", str(wrong), position, len(text)) from None


def _theme(text: str, plain: str, position: int, scope: Scope) -> Node:
    if plain == "*":
        return Has("themes")
    known = [theme.id for theme in scope.context.themes]
    if plain not in known:
        message = f'unknown theme "{plain}"{suggestion(plain, known)} ({", ".join(known)})'
        raise reject("unknown-theme", message, position, len(text))
    return Value("themes", frozenset({plain}))


def _url(text: str, plain: str, position: int, scope: Scope) -> Node:
    if has_wildcard(text) and plain.endswith("*") and (start := canonical_start(plain[:-1])):
        return UrlPrefix(start)
    address = canonical(plain)
    if address is None:
        message = f'"{plain}" is not an address; write url:"https://site/path" or url:"https://site/*", or use site:'
        raise reject("bad-url", message, position, len(text))
    return Value("url", frozenset({address}))


def _site(text: str, plain: str, position: int, scope: Scope) -> Node:
    if has_wildcard(text):
        message = 'site: takes a whole domain without * or ?; for a part of a site write url:"https://site/part/*"'
        raise reject("bad-site", message, position, len(text))
    return Value("site", frozenset({registered_domain(plain) or plain.lower()}))


def _id(text: str, plain: str, position: int, scope: Scope) -> Node:
    return Value("id", frozenset({plain}))


def _copy_of(text: str, plain: str, position: int, scope: Scope) -> Node:
    _forbid_copies(scope, position)
    return Has("copy_of") if plain == "*" else Value("copy_of", frozenset({plain}))


def _carries(text: str, plain: str, position: int, scope: Scope) -> Node:
    _forbid_copies(scope, position)
    return Has("carries") if plain == "*" else Value("carries", frozenset({plain}))


def _is(text: str, plain: str, position: int, scope: Scope) -> Node:
    kinds: dict[str, Node] = {
        "story": STORIES,
        "copy": Has("copy_of"),
        "carrier": Has("carries"),
        "dated": Has("published"),
        "undated": Not(Has("published")),
    }
    if plain not in kinds:
        message = f"is:{plain} is not known{suggestion(plain, kinds)} ({', '.join(kinds)})"
        raise reject("unknown-kind", message, position, len(text))
    if plain in ("story", "copy", "carrier"):
        _forbid_copies(scope, position)
    return kinds[plain]


def _forbid_copies(scope: Scope, position: int) -> None:
    if scope.theme:
        message = (
            "a theme may not ask for copies, because they are found only after it has tagged; filter when searching"
        )
        raise reject("theme-copies", message, position)


_FIELDS: Mapping[str, Callable[[str, str, int, Scope], Node]] = {
    "source": _source,
    "class": _class,
    "country": _country,
    "language": _language,
    "theme": _theme,
    "url": _url,
    "site": _site,
    "id": _id,
    "copy_of": _copy_of,
    "carries": _carries,
    "is": _is,
}
FIELDS = (*TEXT_FIELDS, *MOMENT_FIELDS, *MODIFIERS, *_FIELDS)
