"""What the pages of one source repeat, and what that leaves of an article."""

from __future__ import annotations

import pytest

from crawler.page import PageKind
from indexer.article import Extraction
from indexer.extract import NoArticle
from indexer.repeats import Repeats, Sample, Trimmed, has_repeats, repeats_of, trim

NOTICE = "Subscribe to our letter, which arrives every morning at seven."
RELATED = "Ministers meet at the lake for the third time this month"
URL = "https://courier.example/world"


def own(number: int) -> str:
    return f"Story number {number} says what nobody else says about the harbour.\nIt has a second paragraph, {number} times."


def article(text: str, title: str = "Lake talks") -> Extraction:
    return Extraction(
        title=title,
        text=text,
        authors=(),
        published=None,
        published_from="none",
        published_precision=None,
        language="en",
        canonical_url=None,
    )


def samples(number: int, *, with_notice: int, kind: PageKind = "document") -> list[Sample]:
    texts = [f"{own(n)}\n{NOTICE}" if n < with_notice else own(n) for n in range(number)]
    return [Sample(f"Title {n}", text, f"{URL}/{n}", kind) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("number", "with_notice", "is_repeated"),
    [(12, 12, True), (12, 5, True), (12, 4, False), (4, 4, False), (40, 9, False), (300, 30, True), (300, 29, False)],
)
def test_a_line_on_many_pages_is_repeated(number: int, with_notice: int, is_repeated: bool) -> None:
    known = repeats_of(samples(number, with_notice=with_notice))
    result = trim(article(f"{own(999)}\n{NOTICE}"), URL, "document", known)
    assert isinstance(result, Trimmed)
    assert result.article.text == (own(999) if is_repeated else f"{own(999)}\n{NOTICE}")
    assert result.lines == int(is_repeated)


def test_punctuation_does_not_tell_repeated_lines_apart() -> None:
    known = repeats_of(samples(12, with_notice=12))
    result = trim(article(f"* {NOTICE.rstrip('.')} …\n{own(1)}"), URL, "document", known)
    assert isinstance(result, Trimmed) and result.article.text == own(1)


def test_an_article_of_repeated_lines_alone_stays_whole() -> None:
    known = repeats_of(samples(12, with_notice=12))
    result = trim(article(f"{NOTICE}\nAir alert is over."), URL, "message", known)
    assert isinstance(result, Trimmed) and result.lines == 0


def test_short_lines_are_never_repeated() -> None:
    speeches = [Sample(f"T{n}", f"{own(n)}\nThe President:", f"{URL}/{n}", "document") for n in range(20)]
    assert repeats_of(speeches).lines == frozenset()


TITLES = ("Ministers meet at the lake", "Grain prices fall again", "Bridge closed until spring")


def test_one_text_under_three_titles_is_no_article() -> None:
    wall = [Sample(title, own(0), f"{URL}/{n}", "document") for n, title in enumerate(TITLES)]
    known = repeats_of(wall)
    result = trim(article(own(0)), f"{URL}/0", "document", known)
    assert isinstance(result, NoArticle) and result.outcome == "not_an_article"
    assert all(has_repeats(sample, known) for sample in wall)


def test_one_address_under_three_titles_is_no_article() -> None:
    known = repeats_of([], [(f"{URL}/landing", title) for title in TITLES])
    assert isinstance(trim(article(own(0)), f"{URL}/landing", "document", known), NoArticle)
    assert isinstance(trim(article(own(0)), f"{URL}/other", "document", known), Trimmed)


@pytest.mark.parametrize(
    "titles",
    [
        ("One title",) * 9,
        TITLES[:2],
        (
            "Ministers meet at the lake",
            "Ministers meet at the lake | Courier",
            "At the lake, ministers meet",
            "UPDATE: ministers meet",
        ),
    ],
)
def test_an_article_at_several_addresses_under_wordings_of_one_title_is_one(titles: tuple[str, ...]) -> None:
    same = [Sample(title, own(0), f"{URL}/{n}", "document") for n, title in enumerate(titles)]
    known = repeats_of(same, [(URL, title) for title in titles])
    assert not known.texts and not known.addresses


def test_the_same_message_twice_is_a_message() -> None:
    posts = [
        Sample(f"Title {n}", "Air alert in the whole region, go to the shelters.", URL, "message") for n in range(4)
    ]
    assert repeats_of(posts) == Repeats()


def test_an_article_without_repeats_is_left_alone() -> None:
    known = repeats_of(samples(12, with_notice=12))
    assert not has_repeats(Sample("Title", own(77), URL, "document"), known)
    assert has_repeats(Sample("Title", f"{own(77)}\n{NOTICE}", URL, "document"), known)
