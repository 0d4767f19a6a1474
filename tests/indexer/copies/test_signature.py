"""A text is recognised again, on every machine, whatever its channel puts around it."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from indexer.copies.signature import LONGEST, Signature, signature, unpacked

WORDS = [f"word{number}" for number in range(400)]
TEXT = " ".join(random.Random(1).choices(WORDS, k=300))
OTHER = " ".join(random.Random(2).choices(WORDS, k=300))


def signed(text: str) -> Signature:
    result = signature(text)
    assert result is not None
    return result


def shared(a: str, b: str) -> int:
    return len(set(signed(a).keys) & set(signed(b).keys))


@pytest.mark.parametrize("text", ["", "  \n", "…!?", "🔴 🔴"])
def test_a_text_without_words_has_no_signature(text: str) -> None:
    assert signature(text) is None


def test_case_marks_spacing_and_emoji_do_not_matter() -> None:
    assert signed("Talks resume, at last.").digest == signed("⚡ talks  RESUME\nat last").digest


def test_names_of_a_short_text_are_marked_and_others_are_not() -> None:
    short = signed("The mayor of Sumy speaks. People in «Kharkiv» listen: Odesa too.")
    assert [word for word in unpacked(short.content) if word.startswith("^")] == ["^sumy", "^kharkiv"]
    assert "^" not in " ".join(unpacked(signed(TEXT.title()).content))


@pytest.mark.parametrize(
    "copy",
    [
        f"GENEVA (Example Agency) — {TEXT} Reporting by Example Agency; editing by the desk.",
        " ".join(TEXT.split()[:120]),
        f"{OTHER} {OTHER} {TEXT} {OTHER} {OTHER}",
        " ".join("changed" if place % 20 == 7 else word for place, word in enumerate(TEXT.split())),
    ],
    ids=["agency", "cut to 40 %", "carried", "5 % of words changed"],
)
def test_texts_that_share_a_passage_share_keys(copy: str) -> None:
    assert shared(TEXT, copy) >= 5


def test_other_texts_share_no_keys() -> None:
    assert shared(TEXT, OTHER) == 0


def test_the_keys_of_a_long_text_are_among_those_of_its_parts() -> None:
    words = random.Random(3).choices(WORDS, k=6_000)
    parts = {key for start in range(5_950) for key in signed(" ".join(words[start : start + 50])).keys}
    assert len(set(signed(" ".join(words)).keys) - parts) == 1  # that of the whole


def test_the_size_of_a_signature_is_limited() -> None:
    long = signed(" ".join(random.Random(4).choices(WORDS, k=3 * LONGEST)))
    assert len(unpacked(long.content)) == long.length == LONGEST
    assert len(long.keys) <= 2_001


def test_another_process_makes_the_same_signature() -> None:
    code = f"from indexer.copies.signature import signature; s = signature({TEXT!r}); print(s.digest.hex(), sum(s.keys), s.keys)"
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77"}
    )
    here = signed(TEXT)
    assert made.stdout.strip() == f"{here.digest.hex()} {sum(here.keys)} {here.keys}"
