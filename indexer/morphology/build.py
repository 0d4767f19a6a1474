"""Builds the table of one language from simplemma's dictionary: once, on disk, read-only afterwards.

A dictionary says form → lemma. The table says both ways, folded by `indexer.words`:

    forms.marisa    form → edit that makes its lemma
    lemmas.marisa   lemma → where its paradigm stands in paradigms.txt
    paradigms.txt   the edits that make the forms of a lemma, one paradigm shared by all lemmas that inflect alike
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import marisa_trie

from indexer.morphology.edits import Edit
from indexer.words import TOKENIZER_VERSION, tokens

_FORMAT = 1


def table_folder(cache: Path, language: str) -> Path:
    """Return where the table of a language lies; its name changes whenever its content would."""
    return cache / f"{language}-{version('simplemma')}-{TOKENIZER_VERSION}-{_FORMAT}"


def build_table(cache: Path, language: str) -> None:
    """Write the table of a language; of several processes that do so at once one wins and the others lose nothing.

    Polish, the largest, takes about 50 s and 900 MB; run it in a process of its own.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = table_folder(cache, language)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f".{language}-", ignore_cleanup_errors=True) as part:
        _write(Path(part) / "table", _paradigms(language))
        try:
            (Path(part) / "table").rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    for old in cache.glob(f"{language}-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def _paradigms(language: str) -> dict[str, set[str]]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    paradigms: dict[str, set[str]] = {}
    for form, lemma in DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language).items():
        folded_form, folded_lemma = tokens(form), tokens(lemma)
        if len(folded_form) == len(folded_lemma) == 1:
            paradigms.setdefault(folded_lemma[0], {folded_lemma[0]}).add(folded_form[0])
    return paradigms


def _write(folder: Path, paradigms: Mapping[str, Iterable[str]]) -> None:
    folder.mkdir()
    places: dict[str, tuple[int, int]] = {}
    with (folder / "paradigms.txt").open("wb") as file:
        where: dict[bytes, tuple[int, int]] = {}
        for lemma, forms in paradigms.items():
            line = "\n".join(sorted(Edit.between(lemma, form).written() for form in forms)).encode()
            if line not in where:
                where[line] = (file.tell(), len(line))
                file.write(line)
            places[lemma] = where[line]
    marisa_trie.RecordTrie("<II", places.items()).save(str(folder / "lemmas.marisa"))
    del places, where
    edits = (
        (form, Edit.between(lemma, form).reversed_for(lemma).written().encode())
        for lemma, forms in paradigms.items()
        for form in forms
    )
    marisa_trie.BytesTrie(edits).save(str(folder / "forms.marisa"))
