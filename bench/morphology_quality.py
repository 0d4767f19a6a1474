"""How well words are expanded, compared with Snowball: `python -m bench.morphology_quality DATA_FOLDER`; needs PyStemmer.

Two judges. The first is bench/paradigms.toml, listed by hand: words of the themes with all their forms; a form is wrong when a
text of the vocabulary holds it and it is not listed. The second is the lemma that simplemma's dictionary gives to 200 words drawn
from the vocabulary: independent of pymorphy3, which expands Russian and Ukrainian; for all other languages the tables are made
of the same dictionary, so that there it judges the stemmer, and of Parley only what folding and our own rules change.

The vocabulary is made of the openly licensed corpus, the gold texts of the extraction sets, the sample site and the themes'
examples: large for Russian, small for Polish. Snowball has no Ukrainian stemmer.
"""

from __future__ import annotations

import gzip
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random

import Stemmer
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from config.themes import load_themes
from indexer.extract.language import language_of
from indexer.morphology import DEFAULT_LANGUAGES, Morphology
from indexer.words import tokens
from tests.support.words import morphology

DRAWN = 200
ALGORITHMS = {"en": "english", "de": "german", "fr": "french", "pl": "polish", "ru": "russian"}

Expand = Callable[[str], Iterable[str]]


def texts(data: Path) -> Iterator[str]:
    """Yield every text of the vocabulary."""
    for file in sorted((data / "corpus" / "open-licence").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)
    for gold in sorted((data / "extraction").rglob("*.json")):
        yield from _strings(json.loads(gold.read_text("utf-8")))
    for articles in sorted((Path(__file__).parents[1] / "monitor" / "demo" / "articles").glob("*.toml")):
        yield from _strings(tomllib.loads(articles.read_text("utf-8")))
    for theme in load_themes(None):
        yield from (example.text for example in (*theme.matches, *theme.misses))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def vocabularies(data: Path) -> dict[str, Counter[str]]:
    """Return the word counts of each language."""
    vocabularies: dict[str, Counter[str]] = {language: Counter() for language in DEFAULT_LANGUAGES}
    for text in texts(data):
        language = language_of(text)
        if language in vocabularies:
            vocabularies[language].update(word for word in tokens(text) if word.replace("'", "").isalpha())
    return vocabularies


def listed(language: str) -> dict[str, frozenset[str]]:
    """Return the hand-listed forms of each word."""
    written = tomllib.loads((Path(__file__).parent / "paradigms.toml").read_text("utf-8"))[language]
    paradigms = {}
    for word, paradigm in written.items():
        stem, _, endings = paradigm.partition("|")
        paradigms[word] = frozenset(stem + ending.replace("-", "") for ending in endings.split())
    return paradigms


def drawn(language: str, vocabulary: Counter[str], words: Morphology) -> dict[str, frozenset[str]]:
    """Return 200 words of the vocabulary, each with the forms in the vocabulary that have the same lemma in simplemma."""
    dictionary = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
    lemmas = {folded[0]: tokens(lemma) for form, lemma in dictionary.items() if len(folded := tokens(form)) == 1}
    forms: dict[str, set[str]] = {}
    for word in vocabulary:
        if len(lemma := lemmas.get(word, [])) == 1:
            forms.setdefault(lemma[0], set()).add(word)
    known = sorted(
        word
        for word, count in vocabulary.items()
        if count > 1 and len(word) > 3 and word in lemmas and len(lemmas[word]) == 1
        if not words.is_function_word(word, language)
    )
    chosen = Random(5).sample(known, min(DRAWN, len(known)))
    return {word: frozenset(forms[lemmas[word][0]]) for word in chosen}


def score(paradigms: Mapping[str, frozenset[str]], expand: Expand, vocabulary: Iterable[str]) -> str:
    """Return the share of forms found, and the number of wrong ones per word, within the vocabulary."""
    known = frozenset(vocabulary)
    wanted = hits = wrong = 0
    for word, forms in paradigms.items():
        expanded = frozenset(expand(word)) | {word}
        wanted += len(forms)
        hits += len(forms & expanded)
        wrong += len((expanded & known) - forms)
    return f"{hits / wanted:6.1%} of {wanted:5} found, {wrong / len(paradigms):5.2f} wrong a word"


def main(data: Path) -> None:
    """Print a line per language, judge and way to expand."""
    words = morphology()
    for language, vocabulary in vocabularies(data).items():
        print(f"{language}: vocabulary of {len(vocabulary):,} words")
        ways: dict[str, Expand] = {"Parley": partial(words.forms, language=language)}
        if language in ALGORITHMS:
            ways["Snowball"] = _stemmed(
                ALGORITHMS[language], {*vocabulary, *(f for p in listed(language).values() for f in p)}
            )
        ways["as typed"] = lambda word: (word,)
        for name, paradigms in (
            ("listed by hand", listed(language)),
            ("drawn, simplemma", drawn(language, vocabulary, words)),
        ):
            for way, expand in ways.items():
                print(f"    {name:17} {way:9} {score(paradigms, expand, vocabulary)}", flush=True)


def _stemmed(algorithm: str, vocabulary: Iterable[str]) -> Expand:
    stemmer = Stemmer.Stemmer(algorithm)
    alike: dict[str, set[str]] = {}
    for word in vocabulary:
        alike.setdefault(stemmer.stemWord(word), set()).add(word)
    return lambda word: alike.get(stemmer.stemWord(word), set())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
