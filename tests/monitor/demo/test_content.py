from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from config.sources import CLASSES
from monitor.demo.content import SampleArticle, load_content
from monitor.demo.expected import WITHOUT_ARTICLE

TODAY = date(2026, 11, 23)
CONTENT = load_content(TODAY)
WRITTEN = [article for article in CONTENT.articles if article.serving not in WITHOUT_ARTICLE]
OWN = [article for article in WRITTEN if article.original is None]
LANGUAGES = {"en", "ru", "uk", "de", "fr", "pl"}
THEMES = {
    "negotiations", "truce", "peace-terms", "withdrawal", "escalation", "arms", "war-economy", "repression",
    "imperial-rhetoric", "mediators", "casualties", "guarantees", "sanctions", "nuclear",
}  # fmt: skip
SPIKE = TODAY - timedelta(days=6)


def days_ago(article: SampleArticle) -> int | None:
    return None if article.published is None else (TODAY - article.published.date()).days


def test_there_are_enough_different_articles_in_six_languages() -> None:
    assert len(OWN) >= 120
    assert len({article.text for article in OWN}) == len({article.title for article in OWN}) == len(OWN)
    assert {article.language for article in OWN} == LANGUAGES
    assert min(Counter(article.language for article in OWN).values()) >= 15


def test_there_are_enough_outlets_of_every_class_on_reserved_addresses() -> None:
    outlets = CONTENT.outlets.values()
    assert len({article.outlet for article in WRITTEN}) >= 12
    assert {outlet.source_class for outlet in outlets} == set(CLASSES)
    assert all(re.fullmatch(r"[a-z-]+\.example", outlet.host) for outlet in outlets)
    assert len({outlet.host for outlet in outlets}) == len(outlets)


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_theme_is_written_about_in_several_languages(theme: str) -> None:
    about = [article for article in OWN if theme in article.themes]
    assert len(about) >= 6
    assert len({article.language for article in about}) >= 4


def test_all_themes_are_known_and_some_articles_have_none() -> None:
    assert set().union(*(article.themes for article in OWN)) == THEMES
    assert 15 <= sum(not article.themes for article in OWN) <= len(OWN) / 4


def test_the_truce_theme_has_a_spike_on_one_day() -> None:
    days = Counter(days_ago(article) for article in WRITTEN if "truce" in article.themes)
    others = [count for day, count in days.items() if day is not None and day != 6]
    assert days[6] >= 3 * max(others)


def test_all_articles_but_three_oddities_are_from_the_last_sixty_days() -> None:
    odd = {days_ago(article) for article in CONTENT.articles if days_ago(article) not in range(1, 61)}
    assert None in odd
    assert (TODAY - date(1970, 1, 1)).days in odd
    assert sum(day is not None and day < 0 for day in odd) == 1
    assert len(odd) == 3


def test_texts_are_as_long_as_short_news_reports() -> None:
    channels = {outlet.id for outlet in CONTENT.outlets.values() if outlet.format == "channel"}
    for article in OWN:
        low = 35 if article.outlet in channels else 80
        assert low <= len(article.text.split()) <= 200, article.key
        assert 2 <= len(article.paragraphs) <= 5, article.key


def test_wire_copies_differ_slightly_from_their_originals_and_are_later() -> None:
    copies = [article for article in WRITTEN if article.original]
    by_key = {article.key: article for article in WRITTEN}
    assert len(copies) >= 8
    for copy in copies:
        original = by_key[copy.original or ""]
        assert copy.outlet != original.outlet
        assert copy.text != original.text
        words, copied = set(original.text.split()), set(copy.text.split())
        assert len(words & copied) >= 0.7 * len(words)
        assert len(original.text.split()) >= 120
        assert copy.published is not None
        assert original.published is not None
        assert copy.published > original.published


def test_the_content_includes_every_oddity() -> None:
    assert {article.serving for article in CONTENT.articles} == {
        "page", "slow", "forbidden", "gone", "consent", "pdf", "robots",
    }  # fmt: skip
    assert sum(article.revision is not None for article in CONTENT.articles) == 1
    assert {article.precision for article in WRITTEN} == {"second", "day", None}
    formats = {outlet.format for outlet in CONTENT.outlets.values()}
    assert formats == {"rss", "rss-full", "rdf", "atom", "json", "sitemap", "listing", "channel", "broken"}
    assert any(outlet.charset == "windows-1251" for outlet in CONTENT.outlets.values())


def test_texts_use_only_the_letters_of_their_language() -> None:
    foreign = {"en": "а-яёіїєґ", "de": "а-яёіїєґ", "fr": "а-яёіїєґ", "pl": "а-яёіїєґ", "ru": "іїєґ", "uk": "ыэъё"}
    quoted = {"stepova-khvylia/ruskyi-mir-pidruchnyk"}  # quotes a Russian phrase
    for article in OWN:
        if article.key not in quoted:
            match = re.search(f"[{foreign[article.language]}]", f"{article.title} {article.text}".lower())
            assert match is None, (article.key, match)


def test_dates_move_with_today() -> None:
    later = {article.key: article for article in load_content(TODAY + timedelta(days=10)).articles}
    for article in OWN:
        if article.published and article.published.year > 1970:
            assert later[article.key].published == article.published + timedelta(days=10)
