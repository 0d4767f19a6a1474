"""Ways through the pages without a mouse: few keys, and what has the focus is seen after each of them."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.support.browser import window

MOST_KEYS = 25
_FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {text: one.textContent.trim(), address: one.getAttribute("href") ?? "", isBody: one === document.body,
    isSeen: style.outlineStyle === "solid" && box.width > 0 && box.bottom > 0 && box.top < innerHeight};
}"""


class Keys:
    """Presses keys on a page, counts them, and checks that what has the focus is seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self._page.keyboard.press(key)
        self.pressed += len(keys)

    def tab_to(self, *, text: str = "", address: str = "", key: str = "Tab") -> None:
        """Press Tab, or Tab backwards, until something with this text, or an address with this part, has the focus."""
        while self.pressed < MOST_KEYS:
            self.press(key)
            focus = self._page.evaluate(_FOCUS)
            assert focus["isBody"] or focus["isSeen"], focus
            if (text and focus["text"].startswith(text)) or (address and address in focus["address"]):
                return
        raise AssertionError(f"not reached within {MOST_KEYS} keys: {text}{address}")


def test_from_the_overview_over_a_spike_and_its_reasons_to_an_article(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/")
        keys = Keys(page)
        keys.tab_to(address="#why")
        keys.press("Enter")
        page.wait_for_url("**/themes/*#why")
        keys.press("j", "Enter")
        page.wait_for_url("**/articles/*")
        assert keys.pressed <= MOST_KEYS
        assert opened.complaints == []


def test_from_a_search_over_a_facet_to_saving_it_as_a_theme(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/")
        keys = Keys(page)
        keys.press("/")
        page.keyboard.type("truce")
        keys.press("Enter")
        page.wait_for_url("**/search?q=truce")
        keys.tab_to(text="Narrow down")
        keys.press("Enter")
        keys.tab_to(address="class%3A")
        keys.press("Enter")
        page.wait_for_url("**/search?q=truce+class*")
        keys.tab_to(text="Narrow down")
        keys.press("Enter")
        keys.tab_to(text="Save as a theme", key="Shift+Tab")
        keys.press("Enter")
        page.wait_for_url("**/themes/new?query=*")
        assert "truce class:" in page.locator("textarea").first.input_value()
        assert keys.pressed <= MOST_KEYS
        assert opened.complaints == []
