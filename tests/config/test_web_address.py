import pytest

from config.web_address import check_url, joined, parts_of, slug


@pytest.mark.parametrize(
    "url", ["https://nato.example/news.htm", "http://[2001:db8::1]:8080/a?b=c", "https://a.example"]
)
def test_a_web_address_is_kept_as_it_is(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nato.example/rss",
        "ftp://nato.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://a b.example",
        "https://a.example/\n",
        "https://a.example:99999/",
        "https://[::1/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not a web address"):
        check_url(url)


@pytest.mark.parametrize("url", ["https://me:secret@a.example/", "https://me@a.example/", "https://@a.example/"])
def test_an_address_with_credentials_is_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(ValueError, match="user name or password") as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://outlet.example/world/RSS.xml", "world-rss-xml"),
        ("https://outlet.example/?tag=talks&page=2", "tag-talks-page-2"),
        ("https://outlet.example/", "home"),
    ],
)
def test_a_name_is_derived_from_the_path_and_query(url: str, name: str) -> None:
    assert slug(url) == name


def test_an_internationalised_host_is_written_as_the_network_writes_it() -> None:
    assert check_url("https://мвд.рф/news/rss") == "https://xn--b1aew.xn--p1ai/news/rss"
    assert check_url("https://МВД.РФ:8080/news") == "https://xn--b1aew.xn--p1ai:8080/news"
    assert check_url("https://faß.example/") == "https://xn--fa-hia.example/"


def test_letters_outside_ascii_elsewhere_are_refused_with_the_address_as_typed() -> None:
    with pytest.raises(ValueError, match=r"https://мвд\.рф/новости"):
        check_url("https://мвд.рф/новости")


def test_long_addresses_with_a_common_prefix_get_different_short_names() -> None:
    first, second = (slug(f"https://outlet.example/{'a' * 90}{end}") for end in "xy")
    assert first != second
    assert max(len(first), len(second)) < 80


MALFORMED = [
    "http://[",
    "http://[::1",
    "http://]/",
    "http://[v1.]/",
    "http://[1::2::3]/",
    "http://a.example:port/",
    "http://a.example:99999/",
    "http://a.example:-1/",
    "//\u2100.example/",
    "http://a\uff0fb.example/",
    "http://[a]b/",
]


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_address_has_no_parts(url: str) -> None:
    assert not any(parts_of(url))


@pytest.mark.parametrize(
    "url", [*MALFORMED, "\0", "\ud800", "http://" + "a" * 100_000, ":" * 1_000, "//", "?", "[" * 99]
)
def test_a_link_never_fails_on_either_side(url: str) -> None:
    for whole in (joined(url, "/a"), joined("https://a.example/b", url), joined(url, url)):
        assert parts_of(whole).port in {None, *range(65_536)}


def test_a_link_is_joined_as_browsers_do() -> None:
    assert joined("https://a.example/b/c?d", " ../e \n") == "https://a.example/e"
