"""Random query texts, each with the tree it must parse into, built without the parser."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from indexer.query import tree
from indexer.query.tree import Node, Place
from tests.support.trees import LANGUAGES, START, THEMES, VOCABULARY

WORDS = tuple(word for word in VOCABULARY if word.isalpha())
_AND, _OR, _LEAF = 2, 1, 3  # binding strength of the outermost operator


def random_query(random: Random, *, levels: int = 3) -> tuple[str, Node]:
    """Return a query of exact words and its tree; brackets appear where they are needed, or at random."""
    text, node, _ = _part(random, levels)
    return f"exact:({text})", node


def _part(random: Random, levels: int) -> tuple[str, Node, int]:
    if levels <= 1 or random.random() < 0.2:
        return *_leaf(random), _LEAF
    kind = random.choice(("and", "and", "or", "or", "not", "minus"))
    parts = [_part(random, levels - 1) for _ in range(1 if kind in ("not", "minus") else random.randint(2, 3))]
    nodes = tuple(node for _, node, _ in parts)
    if kind in ("not", "minus"):
        text = _within(random, parts[0], _LEAF)
        return ("NOT " if kind == "not" else "-") + text, tree.Not(nodes[0]), _LEAF
    if kind == "or":
        return " OR ".join(_within(random, part, _OR) for part in parts), tree.Or(nodes), _OR
    joint = random.choice((" AND ", " "))
    return joint.join(_within(random, part, _AND) for part in parts), tree.And(nodes), _AND


def _within(random: Random, part: tuple[str, Node, int], needed: int) -> str:
    text, _, binding = part
    return f"({text})" if binding < needed or random.random() < 0.2 else text


def _leaf(random: Random) -> tuple[str, Node]:
    if random.random() < 0.25:
        return _value(random)
    if random.random() < 0.5:
        return _place(random)
    places = [_place(random, least=2) for _ in range(random.randint(2, 3))]
    quoted = '"' + " ".join(text for text, _ in places) + '"'
    inside: tuple[Place, ...] = tuple(place for _, place in places)
    if random.random() < 0.5:
        return quoted, tree.Phrase("words", inside)
    gap = random.choice((0, 1, 2, 5))
    return f"{quoted}~{gap}", tree.Near("words", inside, gap)


def _place(random: Random, *, least: int = 1) -> tuple[str, Place]:
    word = random.choice([word for word in WORDS if len(word) > 2])
    kind = random.choice(("word", "word", "word", "alternatives", "prefix", "wildcard"))
    if kind == "alternatives":
        other = random.choice([word for word in WORDS if len(word) > 2])
        return f"{word}|{other}", tree.Forms("words", frozenset({word, other}))
    if kind == "prefix":
        start = word[: random.randint(least, len(word))]
        return f"{start}*", tree.Prefix("words", start)
    if kind == "wildcard":
        cut = random.randrange(len(word))
        pattern = f"{word[:cut]}?{word[cut + 1 :]}*"
        return pattern, tree.Wildcard("words", pattern)
    return random.choice((word, word.upper())), tree.Forms("words", frozenset({word}))


def _value(random: Random) -> tuple[str, Node]:
    kind = random.choice(("fuzzy", "title", "language", "theme", "day", "story", "undated", "everything"))
    word = random.choice([word for word in WORDS if len(word) > 4])
    day = START + timedelta(days=random.randrange(12))
    values: dict[str, tuple[str, Node]] = {
        "fuzzy": (f"{word}~1", tree.Fuzzy("words", word, 1)),
        "title": (f"title:{word}", tree.Forms("title_words", frozenset({word}))),
        "language": ("language:RU", tree.Value("language", frozenset({LANGUAGES[1]}))),
        "theme": (f"theme:{THEMES[0]}", tree.Value("themes", frozenset({THEMES[0]}))),
        "day": (f"published:{day:%Y-%m-%d}", tree.Between("published", day, day + timedelta(days=1))),
        "story": ("is:story", tree.STORIES),
        "undated": ("is:undated", tree.Not(tree.Has("published"))),
        "everything": ("*", tree.Everything()),
    }
    return values[kind]


UTC_DAYS = ZoneInfo("UTC")  # the zone the days above begin in
