"""A made-up corpus of any size for measurements: real word forms, drawn by Zipf's law, with theme vocabulary among them.

The same number and seed give the same articles.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from indexer.article import Article

THEMES = (
    *("negotiations", "truce", "peace-terms", "withdrawal", "escalation", "arms", "war-economy"),
    *("repression", "imperial-rhetoric", "mediators", "casualties", "guarantees", "sanctions", "nuclear"),
)
SOURCES = tuple(f"outlet-{number}" for number in range(60))
LAST = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=731)

_SHARES = {"en": 40, "ru": 25, "uk": 12, "de": 9, "fr": 7, "pl": 7}
_FORMS = 60_000  # per language
_WORDS = 520  # median number per article; long ones make the mean text longer than 4 KB
# Words of the themes, which real coverage uses far more often than a dictionary does.
_TOPICS = {
    "en": "peace war talks talk negotiations negotiation negotiate negotiated ceasefire truce armistice treaty plan plans "
    "terms withdrawal withdraw withdrew troops troop escalation escalate arms weapon weapons missile missiles tank tanks "
    "sanction sanctions nuclear warhead guarantee guarantees security casualties killed wounded mediator mediators envoy "
    "economy budget arrest arrested court empire nato russia ukraine moscow kyiv summit agreement deal",
    "ru": "мир мира миру мирный мирного мирные план плана планы война войны войну переговоры переговоров переговорам перемирие "
    "перемирия прекращение огня договор договора условия вывод войск войска эскалация эскалации оружие оружия ракета ракеты "
    "танк танки санкции санкций ядерный ядерное ядерного гарантии гарантий безопасности потери убитых раненых посредник "
    "посредники экономика бюджет арест суд империя нато россия россии украина украины москва саммит соглашение",
    "uk": "мир миру мирний мирного план плану війна війни війну переговори переговорів перемирʼя припинення вогню договір "
    "договору умови виведення військ війська ескалація ескалації зброя зброї ракета ракети танк танки санкції санкцій ядерна "
    "ядерної гарантії гарантій безпеки втрати загиблих поранених посередник економіка бюджет арешт суд імперія нато росія "
    "росії україна україни київ угода саміт",
    "de": "frieden friedens friedensplan krieg krieges verhandlungen verhandlung verhandeln waffenruhe waffenstillstand vertrag "
    "plan abzug truppen eskalation waffen rakete raketen panzer sanktionen nuklear atomwaffen garantie sicherheitsgarantien "
    "opfer tote verletzte vermittler wirtschaft haushalt gericht imperium nato russland ukraine moskau gipfel abkommen",
    "fr": "paix guerre négociations négociation négocier trêve cessez-le-feu armistice traité plan retrait troupes escalade armes "
    "missile missiles chars sanctions nucléaire garantie garanties sécurité victimes morts blessés médiateur économie budget "
    "arrestation tribunal empire otan russie ukraine moscou sommet accord",
    "pl": "pokój pokoju pokojowy plan wojna wojny wojnę negocjacje negocjacji rozmowy rozejm rozejmu zawieszenie broni traktat "
    "warunki wycofanie wojsk eskalacja eskalacji broń rakieta rakiety czołgi sankcje sankcji nuklearna gwarancje "
    "bezpieczeństwa ofiary zabitych rannych mediator gospodarka budżet aresztowanie sąd imperium nato rosja ukraina szczyt",
}


class _Language:
    """Draws running words of one language."""

    def __init__(self, code: str, random: Random) -> None:
        dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(code)
        plain = sorted(form for form in dictionary if 2 <= len(form) <= 14 and form.isalpha() and form.islower())
        self._forms = random.sample(plain, min(_FORMS, len(plain)))
        for word in _TOPICS[code].split():
            # Between 0.1 % and 0.01 % of all words.
            self._forms.insert(random.randrange(90, 900), word)
        self._weights = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(self._forms))))

    def text(self, random: Random, words: int) -> str:
        drawn = random.choices(self._forms, cum_weights=self._weights, k=words)
        sentences = []
        while drawn:
            length = random.randint(6, 24)
            sentences.append(" ".join(drawn[:length]).capitalize() + ".")
            del drawn[:length]
        return " ".join(sentences)


def articles(number: int, *, seed: int = 1) -> Iterator[Article]:
    """Yield articles of 4 KB of text and more on average, in six languages, over the two years before November 2026."""
    random = Random(seed)
    languages = {code: _Language(code, random) for code in _SHARES}
    ids: list[str] = []
    for serial in range(1, number + 1):
        code = random.choices(list(_SHARES), weights=list(_SHARES.values()))[0]
        ids.append(hashlib.sha256(f"{seed}-{serial}".encode()).hexdigest()[:32])
        yield _article(random, serial, languages[code], code, ids)


def _article(random: Random, serial: int, language: _Language, code: str, ids: list[str]) -> Article:
    source = random.choice(SOURCES)
    published = LAST - SPAN * random.random()
    return Article(
        id=ids[-1],
        serial=serial,
        url=f"https://{source}.example/{published:%Y/%m/%d}/{serial}",
        site=f"{source}.example",
        title=language.text(random, random.randint(5, 12)),
        text=language.text(random, max(20, int(random.lognormvariate(math.log(_WORDS), 0.6)))),
        authors=(language.text(random, 2),) if random.random() < 0.7 else (),
        source=source,
        language=code,
        published=published if random.random() < 0.98 else None,
        published_from="feed",
        published_precision="second",
        collected=published + timedelta(minutes=random.randrange(1, 90)),
        copy_of=random.choice(ids) if random.random() < 0.2 else None,
        themes=frozenset(random.sample(THEMES, random.choices((0, 1, 2, 3), weights=(60, 25, 10, 5))[0])),
    )
