"""Builds the table of one language from simplemma's dictionary. A table is built once and then only read.

The dictionary maps forms to lemmas. The table maps both ways, with all words folded by `indexer.words`:

    forms.marisa    form → the edit that turns it into its lemma
    lemmas.marisa   lemma → the position of its paradigm in paradigms.txt
    paradigms.txt   the edits that turn a lemma into its forms; lemmas that inflect alike share a paradigm
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import marisa_trie

from indexer.morphology.folding import Folder
from indexer.morphology.paradigms import Paradigm, find_paradigm
from indexer.words import TOKENIZER_VERSION

_FORMAT = 2
_AT_ONCE = 100_000  # forms folded in one batch


class UnknownLanguage(Exception):
    """There is no dictionary for a language; the message is its code."""


@lru_cache
def table_folder(cache: Path, language: str) -> Path:
    """Return the folder for the table of a language. Its name contains the versions that the content depends on."""
    return cache / f"{language}-{version('simplemma')}-{TOKENIZER_VERSION}-{_FORMAT}"


def build_table(cache: Path, language: str) -> None:
    """Write the table of a language and delete its older tables.

    Several processes may do this at once: the first to finish provides the table. Run it in a separate process, because some of
    the memory it uses is not released.

    Raises:
        UnknownLanguage: simplemma has no dictionary for the language.
        OSError: the folder cannot be written.
    """
    folder = table_folder(cache, language)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f".{language}-", ignore_cleanup_errors=True) as part:
        _write(Path(part) / "table", _forms_of(language))
        try:
            (Path(part) / "table").rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    for old in cache.glob(f"{language}-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def _forms_of(language: str) -> dict[str, str]:
    """Return lemma → forms joined by newlines, which takes a fifth of the memory of separate strings."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    try:
        dictionary = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
    except ValueError:
        raise UnknownLanguage(language) from None
    folder, forms_of = Folder(), dict[str, str]()
    forms = iter(dictionary)
    while batch := list(islice(forms, _AT_ONCE)):
        lemmas = folder.fold([dictionary[form] for form in batch])
        for form, lemma in zip(folder.fold(batch), lemmas, strict=True):
            if form is not None and lemma is not None:
                forms_of[lemma] = f"{forms_of.get(lemma, lemma)}\n{form}"
    return forms_of


def _write(folder: Path, forms_of: Mapping[str, str]) -> None:
    folder.mkdir()
    places: list[tuple[str, tuple[int, int]]] = []
    with (folder / "paradigms.txt").open("wb") as file:
        marisa_trie.BytesTrie(_entries(forms_of, file, places)).save(str(folder / "forms.marisa"))
    marisa_trie.RecordTrie("<II", places).save(str(folder / "lemmas.marisa"))


def _entries(
    forms_of: Mapping[str, str], file: BinaryIO, places: list[tuple[str, tuple[int, int]]]
) -> Iterator[tuple[str, bytes]]:
    """Yield (form, edit to its lemma) for every form.

    Every paradigm is written to the file once, and its position is added to `places` for each lemma.
    """
    known: dict[Paradigm, tuple[tuple[int, int], list[bytes]]] = {}
    for lemma, forms in forms_of.items():
        ordered, paradigm = find_paradigm(lemma, set(forms.split("\n")))
        if paradigm not in known:
            line = paradigm.write_inflections().encode()
            known[paradigm] = ((file.tell(), len(line)), paradigm.write_lemmatisations())
            file.write(line)
        place, lemmatisations = known[paradigm]
        places.append((lemma, place))
        yield from zip(ordered, lemmatisations, strict=True)
