"""The language is detected in the text; a declared language is used only when the text is unclear."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from indexer.extract.language import language_of

TEXTS = {
    "ru": "Переговоры о прекращении огня возобновились в четверг, сообщили участники встречи в Женеве.",
    "uk": "Переговори про припинення вогню поновилися у четвер, повідомили учасники зустрічі в Женеві.",
    "be": "Перамовы аб спыненні агню аднавіліся ў чацвер, паведамілі ўдзельнікі сустрэчы ў Жэневе.",
    "pl": "Rozmowy o zawieszeniu broni wznowiono w czwartek, poinformowali uczestnicy spotkania w Genewie.",
    "de": "Die Gespräche über eine Waffenruhe wurden am Donnerstag fortgesetzt, teilten die Teilnehmer in Genf mit.",
    "fr": "Les pourparlers sur un cessez-le-feu ont repris jeudi, ont annoncé les participants réunis à Genève.",
    "en": "Talks about a ceasefire were resumed on Thursday, participants of the meeting in Geneva announced.",
    "es": "Las conversaciones sobre un alto el fuego se reanudaron el jueves, anunciaron los participantes en Ginebra.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_the_language_of_one_sentence_is_detected(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_a_clear_text_takes_precedence_over_the_declared_language(language: str, text: str) -> None:
    wrong = "de" if language != "de" else "ru"
    assert language_of(text, wrong) == language


@pytest.mark.parametrize("text", ["", "!!!", "12:30", "https://news.example/переговоры", "Geneva", "🔥🔥"])
def test_the_language_of_a_very_short_text_is_unknown(text: str) -> None:
    assert language_of(text) is None


def test_a_very_short_text_has_the_declared_language_if_the_alphabet_fits() -> None:
    assert language_of("Брифинг", "ru-RU") == "ru"
    assert language_of("Geneva", "ru") is None
    assert language_of("🔥", "ru") is None


def test_addresses_and_user_names_are_ignored() -> None:
    assert language_of(f"https://www.example.com/some/long/english/words @channel #ceasefire {TEXTS['ru']}") == "ru"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Взрывы в Киеве", "ru"),
        ("Вибухи у Києві", "uk"),
        ("Эвакуация", "ru"),
        ("Відбій тривоги", "uk"),
        ("Путин прибыл в Анкару", "ru"),
        ("Путін прибув до Анкари", "uk"),
        ("⚡️ Срочно: переговоры сорваны", "ru"),
        ("Терміново! Переговори зірвано", "uk"),
        ("Шахеды на Одессу", "ru"),
        ("Обстріл Херсона", "uk"),
    ],
)
def test_a_short_post_in_russian_or_ukrainian_has_a_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["Извини, българи, за днес ще", "Ўсё добра", "Ђорђе и Љубица"])
def test_few_words_in_another_cyrillic_language_are_not_taken_for_russian(text: str) -> None:
    assert language_of(text) not in {"ru", "uk"}


NAMES = (
    "Volodymyr Zelensky, Andriy Yermak, Rustem Umerov, Sergei Lavrov, Radoslaw Sikorski, Johann Wadephul, Hakan Fidan, "
)


@pytest.mark.parametrize("times", [2, 4])
def test_a_list_of_names_at_the_beginning_does_not_decide(times: int) -> None:
    text = "The delegations met in the customs house and talked about a pause in the fighting for four hours. "
    assert language_of(NAMES * times + text * times) == "en"


@pytest.mark.parametrize("name", ["kremlin-ru", "official-statements-en-ru", "telegram-ru"])
def test_real_documents_are_recognised(test_data: Path, name: str) -> None:
    with gzip.open(test_data / f"corpus/open-licence/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if len(row["text"]) > 200][:500]
    right = sum(language_of(row["text"]) == row["language"] for row in rows)
    assert right >= 0.99 * len(rows)
