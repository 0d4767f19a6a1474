"""Tests for links that only lead to another address."""

from __future__ import annotations

import pytest

from crawler.wrapped import unwrapped

A1 = "https://news.example/a1"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?ct=ga&rct=j&sa=t&url=https://news.example/a1",
        "https://l.facebook.com/l.php?h=x&u=https%3A%2F%2Fnews.example%2Fa1%3Futm_source%3Dfb",
        "https://vk.com/away.php?to=https%3A%2F%2Fnews.example%2Fa1",
        "https://www.bing.com/news/apiclick.aspx?c=1&url=https%3a%2f%2fnews.example%2fa1",
        "https://mail.example/redirect/?target=https://news.example/a1",
        "https://out.example/out?u=https%3A%2F%2Fwww.google.com%2Furl%3Furl%3Dhttps%3A%2F%2Fnews.example%2Fa1",
    ],
)
def test_a_wrapping_link_gives_the_address_it_leads_to(url: str) -> None:
    assert unwrapped(url) == A1


@pytest.mark.parametrize(
    "url",
    [
        A1,
        "https://www.facebook.com/sharer/sharer.php?u=https://news.example/a1",
        "https://archive.example/search?q=https://news.example/a1",
        "https://news.example/go?url=https://news.example/b",
        "https://www.news.example/url?u=https://news.example/b",
        "https://out.example/url?u=ftp://news.example/a1",
        "https://out.example/url?u=news.example/a1",
        "https://out.example/out?u=https://a.example/1&to=https://b.example/2",
        "https://out.example/away",
    ],
)
def test_other_links_are_left_alone(url: str) -> None:
    assert unwrapped(url) == url
