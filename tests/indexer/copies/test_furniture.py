"""What a channel puts around its posts is not part of their text."""

from __future__ import annotations

import time

import pytest

from indexer.copies.furniture import is_furniture, substance

POST = "Nine drones were shot down over the lake at night."


@pytest.mark.parametrize(
    "line",
    [
        "https://t.me/lake_news",
        "Subscribe: https://t.me/lake_news",
        "👉 @lake_news",
        "🔴 [Подписаться](https://t.me/+abc)",
        "❤ Подписаться | Прислать новость",
        "Надіслати новину | Чат | Реклама",
        "Не пропустите главное, подпишитесь на нас",
        "Kanal abonnieren und nichts verpassen",
        "Suivez notre chaîne",
        "Dołącz do nas",
        "#lake #drones",
        "Source: Lake Agency",
        "Фото: пресс-служба",
        "➖➖➖",
        "Чтобы ничего не пропустить и быть в курсе всех событий дня, подписывайтесь на наш канал Озеро Новости в мессенджере",
        "Підтримати нас: 4441 1144 2222 3333",
        "Jetzt Kanal teilen! t.me/lake",
        "Kanal teilen!",
    ],
)
def test_links_calls_and_credits_are_furniture(line: str) -> None:
    assert is_furniture(line)
    assert substance(f"{POST}\n{line}") == POST
    assert substance(f"{line}\n{POST}") == POST


@pytest.mark.parametrize(
    "line",
    [
        "The governor said nobody was hurt.",
        "Губернатор сообщил, что пострадавших нет.",
        "The ministry published the complete list of exchanged prisoners on its website https://mod.example/list this evening",
        "Sweden will join the alliance this year, the minister told reporters in Stockholm on Monday",
        "At 19:00 the siren sounded again.",
        "Путин подписал указ о призыве",
        "Президент підписав закон",
        "Sources in the ministry confirm it",
        "Video shows tanks entering the village",
        "Follow-up talks are planned for Monday",
    ],
)
def test_sentences_are_text(line: str) -> None:
    assert not is_furniture(line)
    assert substance(f"{POST}\n{line}") == f"{POST}\n{line}"


def test_a_closing_sentence_on_the_last_line_is_removed_too() -> None:
    assert substance(f"{POST} Read more on lake.example/news/112") == POST
    assert substance(f"{POST} Follow us! Our chat: @lake") == POST


def test_the_name_of_a_channel_below_a_finished_sentence_is_not_text() -> None:
    assert substance(f"{POST}\n\nLake LIVE") == POST
    assert substance("Drones over the lake tonight:\nnine shot down") == "Drones over the lake tonight:\nnine shot down"
    assert substance(f"{POST}\nNobody was hurt.") == f"{POST}\nNobody was hurt."
    assert substance(f"{POST}\n9 shot down") == f"{POST}\n9 shot down"


def test_a_post_that_is_nothing_else_stays_as_it_is() -> None:
    assert substance("Subscribe: https://t.me/lake") == "Subscribe: https://t.me/lake"
    assert substance("Live now\nhttps://t.me/lake") == "Live now\nhttps://t.me/lake"


def test_lines_at_the_start_are_removed_only_as_long_as_five_words_remain() -> None:
    calls = "https://t.me/lake\n#lake\n@lake_news\n"
    assert substance(f"{calls}Nine drones shot\ndown tonight") == "Nine drones shot\ndown tonight"
    assert substance(f"{calls}Nine drones shot down") == "@lake_news\nNine drones shot down"
    assert substance(f"{calls}Nine drones") == f"{calls}Nine drones"


@pytest.mark.parametrize("line", ["#a", "-", "|", "@lake", "https://t.me/lake"])
def test_many_lines_around_a_text_take_no_time(line: str) -> None:
    lines = f"{line}\n" * 60_000
    start = time.process_time()
    assert substance(lines + POST) == POST
    substance(lines)
    substance(f"{lines}{POST}\n{lines}")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text", ["#" * 200_000, "a." * 100_000, "| " * 100_000, ". " * 100_000, "@a " * 80_000, "https://" * 30_000]
)
def test_hostile_lines_take_no_time(text: str) -> None:
    start = time.process_time()
    substance(f"{POST}\n{text}")
    substance(f"{text}\n{POST}\n{text}")
    assert time.process_time() - start < 1
