"""A signature recognises the same text on every machine and does not confuse it with another."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from indexer.copies.signature import containment, signature
from indexer.words import tokens

WORDS = [f"word{number}" for number in range(400)]
TEXT = " ".join(random.Random(1).choices(WORDS, k=300))
OTHER = " ".join(random.Random(2).choices(WORDS, k=300))


def estimate(a: str, b: str) -> float:
    first, second = signature(tokens(a)), signature(tokens(b))
    assert first is not None and second is not None
    return containment(first, second)


def share_a_band(a: str, b: str) -> bool:
    first, second = signature(tokens(a)), signature(tokens(b))
    assert first is not None and second is not None
    return bool(set(first.bands) & set(second.bands))


@pytest.mark.parametrize("text", ["", "  \n", "…!?"])
def test_a_text_without_words_has_no_signature(text: str) -> None:
    assert signature(tokens(text)) is None


def test_case_punctuation_and_spacing_do_not_matter() -> None:
    assert signature(tokens("Talks resume, at last.")) == signature(tokens("talks  RESUME\nat last"))


def test_a_short_text_is_compared_as_a_whole() -> None:
    short = signature(tokens("Talks resume in Geneva at last"))
    assert short is not None and short.minhash is None and len(short.bands) == 1


@pytest.mark.parametrize(
    "copy",
    [
        f"GENEVA (Example Agency) — {TEXT} Reporting by Example Agency; editing by the desk.",
        " ".join(TEXT.split()[:210]),
        f"{TEXT} {' '.join(OTHER.split()[:90])}",
        " ".join("changed" if place % 20 == 7 else word for place, word in enumerate(TEXT.split())),
    ],
    ids=["agency", "cut to 70 %", "30 % foreign", "5 % of words changed"],
)
def test_copies_share_a_band_and_most_shingles(copy: str) -> None:
    assert share_a_band(TEXT, copy)
    assert estimate(TEXT, copy) > 0.7


def test_unrelated_texts_share_almost_no_shingles() -> None:
    assert estimate(TEXT, OTHER) < 0.1


def test_bands_fit_a_signed_64_bit_column() -> None:
    result = signature(tokens(TEXT))
    assert result is not None and len(result.bands) == 17
    assert all(-(2**63) <= band < 2**63 for band in result.bands)


def test_another_process_computes_the_same_signature() -> None:
    imports = "from indexer.copies.signature import signature; from indexer.words import tokens"
    code = f"{imports}; s = signature(tokens({TEXT!r})); print(s.digest.hex(), s.minhash.hex(), s.bands)"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77"}
    )
    here = signature(tokens(TEXT))
    assert here is not None and here.minhash is not None
    assert process.stdout.strip() == f"{here.digest.hex()} {here.minhash.hex()} {here.bands}"
