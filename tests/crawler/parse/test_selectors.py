from __future__ import annotations

import pytest

from crawler.parse.selectors import compiled, elements, found, parsed, text_found

PAGE = "<ul><li class='a b'><a href='/1'>One</a></li><li><a href='/2'>Two</a></li></ul>"


@pytest.mark.parametrize("selector", ["li a", "//li/a", ".//a", "(//a)[position() < 3]", "./body//a"])
def test_css_and_xpath_find_elements_in_page_order(selector: str) -> None:
    page = parsed(PAGE)
    assert page is not None
    assert [element.get("href") for element in elements(selector, page)] == ["/1", "/2"]


def test_attribute_values_and_text_are_found() -> None:
    page = parsed(PAGE)
    assert page is not None
    assert found("//a/@href", page) == ["/1", "/2"]
    assert elements("//a/@href", page) == []
    assert text_found(".b", page) == "One"
    assert text_found(".c", page) is None
    assert found("count(//a)", page) == []


@pytest.mark.parametrize("selector", ["", "li[", "//li[", "a" * 501, "//a[unknown()]"])
def test_a_selector_that_cannot_be_used_finds_nothing(selector: str) -> None:
    page = parsed(PAGE)
    assert page is not None
    assert found(selector, page) == []


@pytest.mark.parametrize("selector", ["", "li[", "//li[", "a" * 501])
def test_a_wrong_selector_is_refused_in_words(selector: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        compiled(selector)


def test_what_is_no_page_has_no_root() -> None:
    assert parsed("") is None
