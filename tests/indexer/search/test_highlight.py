"""Which words of a text are marked, and which part of it is shown."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indexer.query.parse import parse_query
from indexer.query.tree import And, Not, Or
from indexer.search.highlight import Segment, marked_title, matched_words, snippet
from indexer.search.positions import within_edits
from tests.support.builders import article
from tests.support.oracle import edits, matches
from tests.support.queries import query_context
from tests.support.trees import VOCABULARY, random_article, random_node, random_place


def highlight(text: str, query: str, width: int = 200) -> str:
    node = parse_query(query, context=query_context()).node
    segments = snippet(article(text=text), node, width)
    return "".join(f"[{segment.text}]" if segment.is_hit else segment.text for segment in segments)


def test_inflected_forms_are_marked() -> None:
    assert highlight("О Переговорах и перемирии.", "переговоры OR перемирие") == "О [Переговорах] и [перемирии]."


def test_a_phrase_is_marked_only_where_all_its_words_occur_together() -> None:
    assert highlight("plan of peace, peace plan", '"peace plan"') == "plan of peace, [peace] [plan]"


def test_near_words_are_marked_only_within_the_distance() -> None:
    assert (
        highlight("talks about peace and much later on talks", '"peace talks"~2')
        == "[talks] about [peace] and much later on talks"
    )


def test_excluded_words_are_not_marked() -> None:
    assert highlight("peace in Kyiv", "peace NOT gaza") == "[peace] in Kyiv"
    assert highlight("peace in Gaza", "peace OR NOT gaza") == "[peace] in Gaza"


def test_prefixes_wildcards_and_near_spellings_are_marked() -> None:
    assert (
        highlight("negotiators w0r negotation", "negotiat* OR w?r OR negotiation~1")
        == "[negotiators] [w0r] [negotation]"
    )


def test_the_part_with_the_most_matches_is_shown() -> None:
    text = "peace " + "filler " * 60 + "a peace plan for Ukraine " + "filler " * 60
    assert "[peace] [plan] for [Ukraine]" in highlight(text, "peace plan Ukraine", width=80)
    assert highlight(text, "peace plan Ukraine", width=80).startswith("…")
    assert len(highlight(text, "plan", width=80)) < 100


def test_a_text_without_matches_is_shown_from_its_beginning() -> None:
    assert highlight("war " * 100, "peace", width=20) == "war war war war war…"


def test_the_whole_title_is_shown_and_marked() -> None:
    node = parse_query("title:peace plan", context=query_context()).node
    assert marked_title("Peace plan", node) == [
        Segment("Peace", True),
        Segment(" ", False),
        Segment("plan", True),
    ]
    assert marked_title("", node) == []


def test_matched_words_are_listed_once() -> None:
    node = parse_query("peace OR truce", context=query_context()).node
    assert matched_words("Peace, truce, peace and Peace", node) == ["Peace", "truce", "peace"]


@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_segments_add_up_to_a_part_of_the_text(random: Random, width: int) -> None:
    one = random_article(random, 1)
    segments = snippet(one, random_node(random), width)
    assert "".join(segment.text for segment in segments).replace("…", "") in one.text
    assert all(segment.text for segment in segments)


@given(st.randoms(use_true_random=False))
def test_an_article_whose_text_matches_has_a_mark(random: Random) -> None:
    one = random_article(random, 1)
    places = [random_place(random, "words") for _ in range(3)]
    node = Or((places[0], And((places[1], Not(places[2])))))
    bare = article(title=None, text=one.text)
    marked = any(segment.is_hit for segment in snippet(bare, node, 10_000))
    assert marked or not matches(node, bare)


@given(st.sampled_from(VOCABULARY), st.sampled_from(VOCABULARY), st.integers(1, 2))
def test_edit_distances_agree_with_the_oracle(a: str, b: str, most: int) -> None:
    assert within_edits(a, b, most) == (edits(a, b) <= most)
