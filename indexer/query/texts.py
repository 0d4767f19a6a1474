"""Words and quoted phrases of a query, turned into leaves of the tree.

Words joined by `|` are alternatives for one place: "send|supply weapon|tank"~3 is one leaf, where OR would need four.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, product
from math import prod

from indexer.query.context import ExplainedWord, Scope
from indexer.query.diagnostics import reject, too_broad
from indexer.query.homographs import warn_of_homograph
from indexer.query.tree import Forms, Fuzzy, Near, Node, Phrase, Place, Prefix, Wildcard, any_of
from indexer.words import tokens

MAX_GAP = {2: 50, 3: 15}  # words of a nearness → words between; more costs over 0.1 s on 100,000 articles
_MOST_PLACES = 50
_MOST_WORDINGS = 64  # of one phrase with alternatives
_BAR = re.compile(r"(?<=[^\s|\\])\|(?=[^\s|])")  # between two words
WORDS_FOR_OR = frozenset({"или", "або", "чи", "oder", "ou", "lub", "albo"})  # the linter says what to write instead
# Letters that stay as they are through the tokenizer stand for the wildcards meanwhile.
_ANY_RUN, _ANY_ONE = "\U00010600", "\U00010601"
# What ends a word is punctuation: "Is peace possible?" and "Мир?!" are headlines.
ENDING_MARKS = r"(?<!\?)\?++(?=[^\w\s*\\]{0,5}+(?:\s|\Z))"
_SPECIAL = re.compile(rf"\\(.)|(?:{ENDING_MARKS})|([*?])", re.DOTALL)


def has_wildcard(text: str) -> bool:
    """Return whether an unescaped * or ? is in the text."""
    return any(match[2] for match in _SPECIAL.finditer(text))


def unescaped(text: str) -> str:
    """Return the text without its backslashes."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def text_leaf(text: str, position: int, scope: Scope) -> Node:
    """Return the leaf for a word or the inside of a quoted phrase; a word that splits is a phrase."""
    return any_of(*(_phrase(places, position, scope) for places in _wordings(text, position, scope)))


def near_leaf(text: str, gap: int, position: int, scope: Scope) -> Node:
    """Return the leaf for "a b"~gap: any order, at most that many other words between the first and the last."""
    return any_of(*(_near(places, gap, text, position, scope) for places in _wordings(text, position, scope)))


def _phrase(places: Sequence[Place], position: int, scope: Scope) -> Node:
    if len(places) == 1:
        return places[0]
    if len(places) > _MOST_PLACES:
        raise too_broad(f"a phrase may have {_MOST_PLACES} words; search for a part of it", position)
    return Phrase(scope.text_field, tuple(places))


def _near(places: Sequence[Place], gap: int, text: str, position: int, scope: Scope) -> Node:
    if len(places) == 1:
        return places[0]
    if len(places) not in MAX_GAP:
        message = f'"…"~{gap} takes two or three words, not {len(places)}; join several with AND'
        raise reject("near-words", message, position, len(text) + 2)
    if gap > MAX_GAP[len(places)]:
        raise too_broad(
            f"~{gap} is too far for {len(places)} words; at most {MAX_GAP[len(places)]} words may stand between",
            position,
        )
    return Near(scope.text_field, tuple(places), gap)


def fuzzy_leaf(text: str, distance: float | None, position: int, scope: Scope) -> Node:
    """Return the leaf for word~1 or word~2."""
    words = tokens(unescaped(text))
    if has_wildcard(text) or len(words) != 1:
        raise reject("fuzzy-word", f'~ after "{text}" needs one plain word', position, len(text))
    edits = 1 if distance is None else distance
    if edits not in (1, 2):
        raise reject(
            "fuzzy-distance", f'write "{text}~1" or "{text}~2": so many letters may differ', position, len(text)
        )
    if len(words[0]) < edits + 2:
        raise too_broad(f'"{words[0]}" is too short for ~{edits:g}: nearly every short word is like it', position)
    return Fuzzy(scope.text_field, words[0], int(edits))


def _wordings(text: str, position: int, scope: Scope) -> list[tuple[Place, ...]]:
    """Return the places of a word or phrase, once for each choice among alternatives that cannot share a place."""
    if not _BAR.search(text):
        return [tuple(_places(text, position, scope))]
    choices = [_choices(part, position, scope) for part in _parts(text)]
    if prod(map(len, choices)) > _MOST_WORDINGS:
        message = "too many alternatives of several words or with wildcards in one phrase; write several phrases"
        raise too_broad(message, position)
    return [tuple(chain.from_iterable(wording)) for wording in product(*choices)]


def _parts(text: str) -> list[str]:
    """Return the parts of a phrase between blanks; a bar or a sign between blanks is none."""
    return [part for part in text.split() if tokens(_SPECIAL.sub("a", part))]


def _choices(part: str, position: int, scope: Scope) -> list[tuple[Place, ...]]:
    """Return the alternatives of one part; plain words share one place."""
    alternatives = [one for one in _BAR.split(part) if one]
    places = [tuple(_places(one, position, scope, alone=False)) for one in alternatives]
    plain = [only.forms for only, *others in places if isinstance(only, Forms) and not others]
    shared = [(Forms(scope.text_field, frozenset().union(*plain)),)] if plain else []
    return [*shared, *(one for one in places if len(one) > 1 or not isinstance(one[0], Forms))]


def _places(text: str, position: int, scope: Scope, *, alone: bool | None = None) -> list[Place]:
    def masked(match: re.Match[str]) -> str:
        return match[1] or {None: " ", "*": _ANY_RUN, "?": _ANY_ONE}[match[2]]

    words = tokens(_SPECIAL.sub(masked, text))
    if not words:
        message = f'there is no word in "{text}"; remove it or search for a word'
        raise reject("no-word", message, position, len(text))
    is_alone = len(words) == 1 if alone is None else alone
    return [_place(word, position, scope, alone=is_alone) for word in words]


def _place(word: str, position: int, scope: Scope, *, alone: bool) -> Place:
    if _ANY_RUN not in word and _ANY_ONE not in word:
        return Forms(scope.text_field, _forms(word, position, scope, alone=alone))
    pattern = re.sub(r"\*+", "*", word.replace(_ANY_RUN, "*").replace(_ANY_ONE, "?"))
    literal = len(pattern.replace("*", "").replace("?", ""))
    if literal < (1 if alone else 2):
        wanted = "a letter" if alone else "two letters in a phrase"
        raise too_broad(f'"{pattern}" would match nearly every word; a pattern needs at least {wanted}', position)
    if pattern[0] in "*?":
        scope.reading.warn(
            "leading-wildcard", f'"{pattern}" begins with a wildcard, which is slow', position, len(pattern)
        )
    if pattern.endswith("*") and "*" not in pattern[:-1] and "?" not in pattern:
        return Prefix(scope.text_field, pattern[:-1])
    return Wildcard(scope.text_field, pattern)


def _forms(word: str, position: int, scope: Scope, *, alone: bool) -> frozenset[str]:
    words = scope.context.morphology
    if scope.exact or scope.field == "author":
        expanded: dict[str, frozenset[str]] = {}
    elif scope.language is not None:
        expanded = {scope.language: words.forms(word, scope.language)} if scope.language in words.languages else {}
    else:
        expanded = words.expand(word, scope.context.languages)
        if alone and word not in WORDS_FOR_OR:
            warn_of_homograph(word, position, scope)
    scope.reading.words.append(ExplainedWord(word, position, expanded))
    return frozenset({word}).union(*expanded.values())
