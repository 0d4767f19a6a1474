"""Builds the table of one language from simplemma's dictionary: once, on disk, read-only afterwards.

A dictionary says form → lemma. The table says both ways, folded by `indexer.words`:

    forms.marisa    form → edit that makes its lemma
    lemmas.marisa   lemma → where its paradigm stands in paradigms.txt
    paradigms.txt   the edits that make the forms of a lemma, one paradigm shared by all lemmas that inflect alike
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import marisa_trie

from indexer.morphology.folding import Folder
from indexer.morphology.paradigms import Paradigm, paradigm_of
from indexer.words import TOKENIZER_VERSION

_FORMAT = 2
_AT_ONCE = 100_000  # forms folded together


class UnknownLanguage(Exception):
    """There is no dictionary of the language it names."""


def table_folder(cache: Path, language: str) -> Path:
    """Return where the table of a language lies; its name changes whenever its content would."""
    return cache / f"{language}-{version('simplemma')}-{TOKENIZER_VERSION}-{_FORMAT}"


def build_table(cache: Path, language: str) -> None:
    """Write the table of a language; of several processes that do so at once one wins and the others lose nothing.

    Memory it has taken is not all given back; run it in a process of its own.

    Raises:
        UnknownLanguage: there is no such dictionary.
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
    """Return lemma → its forms joined by line ends, which takes a fifth of the memory of as many words apart."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    try:
        dictionary = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
    except ValueError:
        raise UnknownLanguage(language) from None
    folder, forms_of = Folder(), dict[str, str]()
    forms = iter(dictionary)
    while some := list(islice(forms, _AT_ONCE)):
        lemmas = folder.fold([dictionary[form] for form in some])
        for form, lemma in zip(folder.fold(some), lemmas, strict=True):
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
    """Yield (form, edit that makes its lemma) for every form; write each paradigm once, and note whose it is."""
    known: dict[Paradigm, tuple[tuple[int, int], list[bytes]]] = {}
    for lemma, forms in forms_of.items():
        ordered, paradigm = paradigm_of(lemma, set(forms.split("\n")))
        if paradigm not in known:
            line = paradigm.forwards().encode()
            known[paradigm] = ((file.tell(), len(line)), paradigm.backwards())
            file.write(line)
        place, backwards = known[paradigm]
        places.append((lemma, place))
        yield from zip(ordered, backwards, strict=True)
