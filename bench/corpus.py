"""A made-up corpus of any size for measurements: real word forms, drawn by Zipf's law, with the themes' examples among them.

The same number, seed and themes give the same articles.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from config.themes import Theme, load_themes
from indexer.article import Article

SOURCES = tuple(f"outlet-{number}" for number in range(60))
LAST = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=731)

_SHARES = {"en": 40, "ru": 25, "uk": 12, "de": 9, "fr": 7, "pl": 7}
_FORMS = 60_000  # per language
_WORDS = 520  # median number per article; long ones make the mean text longer than 4 KB
_FIRST_TOPIC = 800  # rank of the commonest word of the themes' examples: one in a thousand words


class _Language:
    """Draws random running text in one language."""

    def __init__(self, code: str, topics: list[str], random: Random) -> None:
        self.code = code
        dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(code)
        plain = sorted(form for form in dictionary if 2 <= len(form) <= 14 and form.isalpha() and form.islower())
        self._forms = random.sample(plain, min(_FORMS, len(plain)))
        self._forms[_FIRST_TOPIC:_FIRST_TOPIC] = topics
        self._weights = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(self._forms))))

    def text(self, random: Random, words: int) -> str:
        drawn = random.choices(self._forms, cum_weights=self._weights, k=words)
        sentences = []
        while drawn:
            length = random.randint(6, 24)
            sentences.append(" ".join(drawn[:length]).capitalize() + ".")
            del drawn[:length]
        return " ".join(sentences)


def articles(number: int, *, seed: int = 1, words: int = _WORDS, last: datetime = LAST) -> Iterator[Article]:
    """Yield articles of 4 KB of text and more on average, in six languages, over the two years before November 2026.

    A quarter of them quote the examples of one to three themes, and are tagged with these.

    Args:
        words: the median of a text, without what it quotes.
        last: end of the two years, if not November 2026.
    """
    random = Random(seed)
    themes = load_themes(None)
    languages = {code: _Language(code, _topics(themes, code), random) for code in _SHARES}
    ids: list[str] = []
    for serial in range(1, number + 1):
        code = random.choices(list(_SHARES), weights=list(_SHARES.values()))[0]
        ids.append(hashlib.sha256(f"{seed}-{serial}".encode()).hexdigest()[:32])
        spoken_of = random.sample(themes, random.choices((0, 1, 2, 3), weights=(75, 16, 6, 3))[0])
        yield _article(random, serial, languages[code], ids, spoken_of, words, last)


def _topics(themes: Sequence[Theme], code: str) -> list[str]:
    """Return the words of the themes' examples in this language, commonest first."""
    examples = [example for theme in themes for example in (*theme.matches, *theme.misses) if example.language == code]
    counted = Counter(word for example in examples for word in example.text.split())
    return [word for word, _ in counted.most_common()]


def _article(
    random: Random,
    serial: int,
    language: _Language,
    ids: list[str],
    themes: Sequence[Theme],
    words: int,
    last: datetime,
) -> Article:
    source = random.choice(SOURCES)
    published = last - SPAN * random.random()
    quoted = [example.text for theme in themes for example in theme.matches if example.language == language.code]
    body = language.text(random, max(20, int(random.lognormvariate(math.log(words), 0.6))))
    return Article(
        id=ids[-1],
        serial=serial,
        url=f"https://{source}.example/{published:%Y/%m/%d}/{serial}",
        site=f"{source}.example",
        title=language.text(random, random.randint(5, 12)),
        text=" ".join((body, *quoted)),
        authors=(language.text(random, 2),) if random.random() < 0.7 else (),
        source=source,
        language=language.code,
        published=published if random.random() < 0.98 else None,
        published_from="feed",
        published_precision="second",
        collected=published + timedelta(minutes=random.randrange(1, 90)),
        copy_of=random.choice(ids) if random.random() < 0.2 else None,
        themes=frozenset(theme.id for theme in themes),
    )
