"""A query is said in words as it is read."""

from __future__ import annotations

import pytest

from config.errors import QueryError
from monitor.app import App
from monitor.services.queries import explain
from monitor.services.wording import MOST, wording


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("(truce OR ceasefire) -Gaza", "(truce or ceasefire) and not Gaza"),
        ("truce ceasefire", "truce and ceasefire"),
        ("a OR b c", "a or (b and c)"),
        ("(a OR b) c", "(a or b) and c"),
        ("((a))", "a"),
        ("((a OR b) (c OR (d e)))", "(a or b) and (c or (d and e))"),
        ("NOT (a b)", "not (a and b)"),
        ("peace -(war OR gaza)", "peace and not (war or gaza)"),
        ('"peace plan"', "“peace plan”"),
        ('"peace plan"~5', "“peace plan” with at most 5 other words between"),
        ('"peace plan"~1', "“peace plan” with at most 1 other word between"),
        ("U.S. cease-fire", "U.S. and “cease-fire”"),
        ("a|b", "a or b"),
        ('"troops|soldiers leave"', "“troops or soldiers leave”"),
        ("truce~1", "truce, or a word spelt nearly so"),
        ("truce^2", "truce"),
        ("negotiat*", "negotiat*"),
        ("*", "every article"),
        ("exact:truce", "exactly truce"),
        ("lang:de(Frieden)", "German words Frieden"),
        ("title:truce", "headline with truce"),
        ("headline:truce", "headline with truce"),
        ("theme:truce", "theme Truce"),
        ("class:(state OR wire)", "class (state or wire)"),
        ("language:ru -language:uk", "language Russian and not language Ukrainian"),
        ("country:ru", "country Russia"),
        ("is:story truce", "no copies and truce"),
        ("is:undated", "without a known date"),
        ("published:>=2026-11-01", "published since 2026-11-01"),
        ("since:7d truce", "published since 7d and truce"),
        ("published:[2026-11-01 TO 2026-11-05}", "published since 2026-11-01 before 2026-11-05"),
        ("published:[2026-11-01 TO *]", "published since 2026-11-01"),
        ("“peace plan” truce", "“peace plan” and truce"),
        ("перемирие OR перемир'я", "перемирие or перемир'я"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_query_is_said_in_words(app: App, query: str, words: str) -> None:
    worded = wording(app, query)
    assert worded.text == words == "".join(piece.text for piece in worded.pieces)
    assert explain(app, query).wording == words


def test_operators_are_told_from_words(app: App) -> None:
    assert [piece.text for piece in wording(app, 'war -"and"').pieces if piece.is_operator] == [" and not "]


def test_forms_are_promised_only_where_words_have_them(app: App) -> None:
    assert wording(app, "truce").has_forms
    assert not wording(app, "exact:truce").has_forms
    assert not wording(app, "language:ru").has_forms


def test_of_a_long_query_the_rest_is_counted(app: App) -> None:
    worded = wording(app, " OR ".join(f"word{number}" for number in range(100)))
    assert len(worded.pieces) == MOST
    assert worded.left_out == 100 - MOST // 2


def test_a_wrong_query_has_no_words(app: App) -> None:
    with pytest.raises(QueryError):
        wording(app, "(truce")
