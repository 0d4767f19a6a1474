from __future__ import annotations

import pytest

from crawler.parse.html_tree import parse
from crawler.parse.selectors import compiled, elements, first_text, matches

PAGE = "<ul><li class='a b'><a href='/1'>One</a></li><li><a href='/2'>Two</a></li></ul>"


@pytest.mark.parametrize("selector", ["li a", "//li/a", ".//a", "(//a)[position() < 3]", "./body//a"])
def test_css_and_xpath_return_elements_in_page_order(selector: str) -> None:
    page = parse(PAGE)
    assert page is not None
    assert [element.get("href") for element in elements(selector, page)] == ["/1", "/2"]


def test_attribute_values_and_text_are_matches() -> None:
    page = parse(PAGE)
    assert page is not None
    assert matches("//a/@href", page) == ["/1", "/2"]
    assert elements("//a/@href", page) == []
    assert first_text(".b", page) == "One"
    assert first_text(".c", page) is None
    assert matches("count(//a)", page) == []


@pytest.mark.parametrize("selector", ["", "li[", "//li[", "a" * 501, "//a[unknown()]"])
def test_an_unusable_selector_matches_nothing(selector: str) -> None:
    page = parse(PAGE)
    assert page is not None
    assert matches(selector, page) == []


@pytest.mark.parametrize("selector", ["", "li[", "//li[", "a" * 501])
def test_an_invalid_selector_is_refused_with_an_explanation(selector: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        compiled(selector)
