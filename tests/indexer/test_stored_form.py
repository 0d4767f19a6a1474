"""The stored form of an article, and the number it is sorted by."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

import zstandard

from indexer.stored_form import pack, replace_surrogates, sort_key, text_fields, to_seconds, to_stored, unpack
from tests.support.builders import article
from tests.support.engines import by_date
from tests.support.trees import random_article


def test_unpacking_returns_the_packed_article() -> None:
    random = Random(3)
    for serial in range(1, 60):
        kept = random_article(random, serial)
        assert unpack(pack(kept)) == kept


def test_an_article_in_an_earlier_form_carries_nothing_and_has_no_time_of_change() -> None:
    kept = article(serial=9)
    fields = json.loads(zstandard.decompress(pack(kept)))
    del fields["carries"], fields["updated"], fields["updated_precision"]
    assert unpack(zstandard.compress(json.dumps(fields).encode())) == kept


def test_the_order_is_by_date_then_serial_and_undated_last() -> None:
    random = Random(4)
    crowd = [random_article(random, serial) for serial in range(1, 300)]
    assert sorted(crowd, key=sort_key, reverse=True) == by_date(crowd)
    assert len({sort_key(result) for result in crowd}) == len(crowd)


def test_the_order_fits_a_positive_signed_64_bit_number_for_extreme_dates() -> None:
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    first, last = (sort_key(article(serial=2**29 - 1, published=end)) for end in ends)
    assert sort_key(article(serial=2**29 - 1, published=None)) < first < last < 2**63


def test_fractions_of_a_second_and_lone_surrogates_are_dropped() -> None:
    moment = datetime(1960, 3, 1, 9, 30, 15, 999_999, tzinfo=UTC)
    kept = to_stored(
        article(title="\ud83d", text="a\udfffb", published=moment, collected=moment, themes=frozenset({"\ud800"}))
    )
    assert (kept.title, kept.text, kept.themes) == ("\ufffd", "a\ufffdb", frozenset({"\ufffd"}))
    assert kept.published == kept.collected == moment.replace(microsecond=0)
    assert unpack(pack(kept)) == kept


def test_two_matching_surrogates_become_one_character() -> None:
    assert replace_surrogates("\ud83d\udd4a") == "🕊"


def test_an_article_that_can_be_stored_is_unchanged() -> None:
    whole = article(serial=9)
    assert to_stored(whole) == whole
    assert to_stored(whole).text is whole.text


def test_seconds_are_rounded_towards_the_past() -> None:
    assert to_seconds(datetime(1970, 1, 1, 0, 0, 1, 900_000, tzinfo=UTC)) == 1
    assert to_seconds(datetime(1969, 12, 31, 23, 59, 58, 900_000, tzinfo=UTC)) == -2


def test_title_and_text_are_one_field_with_a_separator() -> None:
    fields = text_fields(article(title="A plan", text="For peace", authors=("Ann Lee", "Bo")))
    assert fields == {"words": "a plan ¶ for peace", "title_words": "a plan", "author_words": "ann lee ¶ bo"}
