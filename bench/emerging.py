"""Words and phrases that rise: `PARLEY_TEST_DATA=… python -m bench.emerging [--made N]`, or `--index FOLDER [--days N]`.

The dated documents of the test data, or N made-up articles in six languages, get random dates in 24 weeks: nothing rises.
Whatever is reported in the last 12 weeks is a false alarm, except for the phrases planted in each of these weeks, by the number
of stories that have them.

With `--index`, two looks over so many days of the index that `python -m bench.search FOLDER` made: their processor time, and the
memory of the process without what is mapped from files.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import process_time

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from bench import corpus
from bench.corpus import LAST
from bench.data import data_folder
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.context import Words
from indexer.query.tree import Everything
from indexer.trends.emerging import News, find_emerging
from indexer.words import tokens
from tests.support.builders import article
from tests.support.words import morphology

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)
WEEKS, LOOKS = 24, 12
DOSES = (4, 5, 6, 8, 12, 20)
Pair = tuple[str, str]
LANGUAGES = ("ru", "uk", "en", "de", "fr", "pl")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--made", type=int, default=0, help="made-up articles instead of the test data")
    parser.add_argument("--seeds", type=int, default=1, help="times that dates are drawn")
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="measure two looks over the index in this folder")
    parser.add_argument("--days", type=int, default=7, help="days of these looks")
    arguments = parser.parse_args()
    words = morphology()
    if arguments.index:
        _look(arguments.index, timedelta(days=arguments.days), words)
        return
    false, looks, recognised, planted, seconds = 0, 0, Counter[int](), Counter[int](), 0.0
    for seed in range(arguments.seeds):
        random = Random(seed)
        texts = list(corpus.articles(arguments.made, words=150)) if arguments.made else list(_documents(data_folder()))
        dated = [
            replace(one, published=FIRST + WEEKS * WEEK * random.random(), copy_of=None, themes=frozenset())
            for one in texts
        ]
        with TemporaryDirectory() as folder:
            engine, marks = _planted(random, dated, words, Path(folder))
            for week in range(WEEKS - LOOKS, WEEKS):
                began = process_time()
                news = find_emerging(
                    engine,
                    Everything(),
                    start=FIRST + week * WEEK,
                    end=FIRST + (week + 1) * WEEK,
                    words=words,
                    most=100,
                )
                seconds += process_time() - began
                own = {language: marks[week, language] for language in LANGUAGES if (week, language) in marks}
                reported, others = _reported(news, own)
                looks, false = looks + 1, false + len(others)
                for language, (_, dose) in own.items():
                    planted[dose] += 1
                    recognised[dose] += language in reported
                if others:
                    print(f"  week {week}: {', '.join(others)}")
            engine.close()
    print(f"{len(dated):,} articles, {looks} looks, {seconds / looks:.2f} s of processor time each")
    print(f"false alarms: {false}, {false / looks:.3f} a look")
    for dose in DOSES:
        print(f"  planted in {dose:2} stories: {recognised[dose]} of {planted[dose]} found")


def _look(folder: Path, days: timedelta, words: Words) -> None:
    """Print what two looks over the end of an index take: the first also looks words up, whose forms are then kept."""
    engine = open_engine(f"tantivy:{folder}/index")
    for turn in ("first", "second"):
        before, began = _own_memory(), process_time()
        peak, done = [before], Event()
        watch = Thread(target=_watch, args=(peak, done))
        watch.start()
        try:
            news = find_emerging(engine, Everything(), start=LAST - days, end=LAST, words=words)
        finally:
            done.set()
            watch.join()
        print(
            f"{days.days} days, {turn} look: {news.stories:,} stories, {news.read:,} read, {news.candidates:,} candidates; "
            f"{process_time() - began:.1f} CPU-s; {max(peak):.0f} MB at most, {max(peak) - before:.0f} more than before it"
        )
    engine.close()


def _watch(peak: list[float], done: Event) -> None:
    while not done.wait(0.02):
        peak.append(_own_memory())


def _own_memory() -> float:
    """Return the memory of this process without what is mapped from files, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def _documents(folder: Path) -> Iterator[Article]:
    """Yield the documents of the corpora that have several sources."""
    serial = 0
    for path in sorted((folder / "corpus" / "open-licence").glob("telegram-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                serial += 1
                fields = json.loads(line)
                yield article(
                    serial=serial,
                    title=fields["title"],
                    text=fields["text"],
                    source=fields["source"],
                    language=fields["language"],
                )


def _planted(
    random: Random, articles: Sequence[Article], words: Words, folder: Path
) -> tuple[Engine, dict[tuple[int, str], tuple[Pair, int]]]:
    """Return an engine with the articles, a phrase in some of each week's in each language, and which phrase and how many."""
    by_week: dict[tuple[int, str], list[int]] = {}
    for place, one in enumerate(articles):
        assert one.published
        by_week.setdefault(((one.published - FIRST) // WEEK, one.language or ""), []).append(place)
    changed = list(articles)
    marks: dict[tuple[int, str], tuple[Pair, int]] = {}
    for week in range(WEEKS - LOOKS, WEEKS):
        for language in LANGUAGES:
            places, dose = by_week.get((week, language), []), DOSES[week % len(DOSES)]
            if len(places) < 2 * dose:
                continue
            pair = _pair(random, words, language)
            marks[week, language] = pair, dose
            for place in random.sample(places, dose):
                phrase = " ".join(random.choice(sorted(words.forms(word, language))) for word in pair)
                changed[place] = replace(changed[place], text=f"{phrase} {changed[place].text}")
    engine = open_engine(f"tantivy:{folder}/index", writable=True)
    for first in range(0, len(changed), 1_000):
        engine.add(changed[first : first + 1_000])
    engine.refresh()
    return engine, marks


@lru_cache
def _dictionary(language: str) -> list[str]:
    forms = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language)
    return sorted(
        {
            token
            for form in forms
            if 5 <= len(form) <= 10 and form.isalpha() and form.islower()
            for token in tokens(form)
        }
    )


def _pair(random: Random, words: Words, language: str) -> Pair:
    """Return two words that are inflected and hardly ever stand together."""
    chosen: list[str] = []
    while len(chosen) < 2:
        word = random.choice(_dictionary(language))
        if words.is_dictionary_form(word, language) and len(words.forms(word, language)) > 1:
            chosen.append(word)
    return chosen[0], chosen[1]


def _reported(news: News, planted: dict[str, tuple[Pair, int]]) -> tuple[set[str], list[str]]:
    """Return the languages whose planted phrase, or a word of it, is reported, and the false alarms."""
    right, wrong = set(), []
    for one in news.phrases:
        pair = planted[one.language][0] if one.language in planted else ()
        if any(word in forms for word in pair for forms in one.places):
            right.add(one.language or "")
        else:
            wrong.append(f"{one.phrase} ({one.stories} of {one.expected:.1f}, {one.chance:.1g})")
    return right, wrong


if __name__ == "__main__":
    main()
