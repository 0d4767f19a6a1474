from datetime import date
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.sources import Source, load_sources
from tests.support.overlay import KINDS, SOURCE, messages, refuse_all, write


def one(folder: Path, name: str = "example") -> Source:
    return next(source for source in load_sources(folder, KINDS) if source.id == name)


def refusal(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_sources(folder, KINDS)
    return messages(caught.value.problems, folder)


def test_a_file_becomes_a_source_with_its_feeds(tmp_path: Path) -> None:
    text = SOURCE + 'verified = 2026-07-18\nevery = "2h"\noptions = { links = "a" }\n'
    source = one(write(tmp_path, "sources/example.toml", text))
    assert (source.name, source.country, source.language, source.source_class) == ("Example", "FI", "en", "independent")
    feed = source.feeds[0]
    assert (feed.id, feed.source, feed.kind, feed.every, feed.cron) == ("example/rss", "example", "feed", 7200.0, None)
    assert (feed.enabled, feed.verified, feed.options) == (True, date(2026, 7, 18), {"links": "a"})


def test_a_feed_without_an_interval_inherits_that_of_its_source(tmp_path: Path) -> None:
    more = '[[feeds]]\nurl = "https://outlet.example/cron"\nkind = "feed"\ncron = "*/15 * * * *"\n'
    folder = write(tmp_path, "sources/example.toml", 'every = "5m"\n' + SOURCE + more)
    assert [(feed.every, feed.cron) for feed in one(folder).feeds] == [(300.0, None), (None, "*/15 * * * *")]


def test_the_default_polling_interval_is_half_an_hour(tmp_path: Path) -> None:
    assert one(write(tmp_path, "sources/example.toml", SOURCE)).feeds[0].every == 1800.0


def test_a_feeds_id_does_not_change_when_others_are_added_before_it(tmp_path: Path) -> None:
    before = one(write(tmp_path, "sources/example.toml", SOURCE)).feeds[0].id
    head, table = SOURCE.split("[[feeds]]")
    other = '[[feeds]]\nname = "talks"\nurl = "https://outlet.example/?tag=talks"\nkind = "feed"\n'
    after = one(write(tmp_path, "sources/example.toml", f"{head}{other}[[feeds]]{table}")).feeds
    assert [feed.id for feed in after] == ["example/talks", before]


def test_all_mistakes_in_all_files_are_reported_at_once(tmp_path: Path) -> None:
    bad = """
nme = "Example"
country = "UK"
language = "ua"
class = "independant"
[[feeds]]
url = "ftp://outlet.example/rss"
kind = "fed"
every = "15x"
[[feeds]]
url = 3
kind = "feed"
enabled = false
optinos = {}
"""
    write(tmp_path, "sources/bad.toml", bad)
    write(tmp_path, "sources/worse.toml", "a = \n")
    assert refusal(tmp_path) == [
        'sources/bad.toml: "name" is missing',
        'sources/bad.toml: country: "UK" is not a country code, did you mean "GB"? (ISO 3166-1: UA, RU, GB, …, or EU, UN)',
        'sources/bad.toml: language: "ua" is not a language code, did you mean "uk"? (ISO 639-1: en, ru, uk, de, fr, pl, …)',
        'sources/bad.toml: class: unknown class "independant", did you mean "independent"? '
        "(state, independent, public, wire, institution, think tank, military, aggregator)",
        'sources/bad.toml: feed 1: url: "ftp://outlet.example/rss" is not a web address '
        "(http:// or https://, no spaces, other characters percent-encoded)",
        'sources/bad.toml: feed 1: kind: unknown kind "fed", did you mean "feed"? (feed, listing, sitemap, spider, telegram)',
        'sources/bad.toml: feed 1: every: "15x" is not an interval (30s, 15m, 2h, 1d)',
        "sources/bad.toml: feed 2: url: must be text in quotes, not 3",
        "sources/bad.toml: feed 2: reason: is missing; say why the feed is not enabled",
        'sources/bad.toml: feed 2: unknown key "optinos", did you mean "options"? '
        "(allowed: url, enabled, reason, kind, name, every, cron, verified, options)",
        'sources/bad.toml: unknown key "nme", did you mean "name"? '
        "(allowed: name, country, language, class, homepage, note, timezone, every, feeds)",
        "sources/worse.toml: not TOML: Invalid value (at line 1, column 5)",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('every = "1h"\ncron = "0 * * * *"', '"every" is set as well'),
        ('reason = "too slow"', "is only for disabled feeds"),
        ('name = "My feed"', '"My feed" is not a valid name'),
        ('verified = "yesterday"', "must be a date such as 2026-07-18, not 'yesterday'"),
        ('enabled = "no"', "must be true or false, not 'no'"),
        ("options = 3", "must be a table, not 3"),
    ],
)
def test_an_unknown_key_in_a_feed_is_reported_with_the_number_of_the_feed(
    tmp_path: Path, line: str, message: str
) -> None:
    (problem,) = refusal(write(tmp_path, "sources/example.toml", f"{SOURCE}{line}\n"))
    assert problem.startswith("sources/example.toml: feed 1: ")
    assert message in problem


def test_a_source_without_feeds_is_refused(tmp_path: Path) -> None:
    text = SOURCE.partition("[[feeds]]")[0]
    assert refusal(write(tmp_path, "sources/example.toml", text + "feeds = []")) == [
        "sources/example.toml: feeds: must not be empty"
    ]


def test_an_address_used_by_two_sources_is_rejected_with_both_file_names(tmp_path: Path) -> None:
    write(tmp_path, "sources/one.toml", SOURCE)
    write(tmp_path, "sources/two.toml", SOURCE)
    assert refusal(tmp_path) == [
        f"sources/two.toml: feed 1: same address as {tmp_path}/sources/one.toml: feed 1; "
        "each address is polled once, so keep one of the two"
    ]


def test_two_feeds_with_the_same_derived_name_need_explicit_names(tmp_path: Path) -> None:
    more = '[[feeds]]\nurl = "https://mirror.example/rss"\nkind = "feed"\n'
    (problem,) = refusal(write(tmp_path, "sources/example.toml", SOURCE + more))
    assert 'feed 2: same id "example/rss"' in problem
    assert 'give this feed another "name"' in problem


def test_a_disabled_feed_may_have_an_unknown_kind(tmp_path: Path) -> None:
    text = SOURCE.replace('"feed"', '"teletext"') + 'enabled = false\nreason = "no such kind yet"\n'
    feed = one(write(tmp_path, "sources/example.toml", text)).feeds[0]
    assert (feed.enabled, feed.kind, feed.reason) == (False, "teletext", "no such kind yet")


def test_mistakes_reported_by_a_kind_name_the_feed(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", SOURCE)
    with pytest.raises(ConfigError) as caught:
        load_sources(tmp_path, {**KINDS, "feed": refuse_all})
    problems = messages(caught.value.problems, tmp_path)
    assert "sources/example.toml: feed 1: options: nothing suits https://outlet.example/rss" in problems


def test_a_file_name_that_cannot_be_an_id_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "sources/My Outlet.toml", SOURCE)) == [
        "sources/My Outlet.toml: file name: "
        '"My Outlet" is not a valid name; use lower-case Latin letters, digits and hyphens'
    ]


def test_all_or_some_shipped_sources_can_be_excluded_without_affecting_own_ones(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", SOURCE)
    assert {"example", "tass", "bbc-world"} < {source.id for source in load_sources(tmp_path, KINDS)}
    assert [source.id for source in load_sources(tmp_path, KINDS, ())] == ["example"]
    assert [source.id for source in load_sources(tmp_path, KINDS, ("tass",))] == ["example", "tass"]


def test_a_file_that_replaces_a_shipped_source_counts_as_the_users_own(tmp_path: Path) -> None:
    write(tmp_path, "sources/tass.toml", SOURCE)
    assert [source.name for source in load_sources(tmp_path, KINDS, ())] == ["Example"]


def test_the_address_of_an_excluded_shipped_source_can_be_reused(tmp_path: Path) -> None:
    shipped = next(source for source in load_sources(None, KINDS) if source.id == "tass").feeds[0].url
    write(tmp_path, "sources/example.toml", SOURCE.replace("https://outlet.example/rss", shipped))
    assert [source.id for source in load_sources(tmp_path, KINDS, ())] == ["example"]
    with pytest.raises(ConfigError, match="same address as"):
        load_sources(tmp_path, KINDS)


def test_a_source_has_the_timezone_of_its_file_or_none(tmp_path: Path) -> None:
    assert one(write(tmp_path, "sources/example.toml", SOURCE)).timezone is None
    folder = write(tmp_path, "sources/example.toml", 'timezone = "Europe/Kyiv"\n' + SOURCE)
    assert one(folder).timezone == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Europe/Kiyv", 'no time zone "Europe/Kiyv", did you mean "Europe/Kyiv"?'),
        ("MSK+2", 'no time zone "MSK+2"'),
        ("europe/kyiv", 'no time zone "europe/kyiv", did you mean "Europe/Kyiv"?'),
    ],
)
def test_an_unknown_timezone_is_refused(tmp_path: Path, name: str, message: str) -> None:
    folder = write(tmp_path, "sources/example.toml", f'timezone = "{name}"\n' + SOURCE)
    assert message in refusal(folder)[0]


@pytest.mark.parametrize(("country", "first"), [("US", False), ("GB", True), ("CA", None)])
def test_feeds_know_the_order_of_day_and_month(tmp_path: Path, country: str, first: bool | None) -> None:
    folder = write(tmp_path, "sources/example.toml", SOURCE.replace('"FI"', f'"{country}"'))
    assert one(folder).feeds[0].is_day_first is first
