"""A search refuses arguments that no page can have led to."""

from __future__ import annotations

import pytest

from config.errors import WrongArgument
from config.settings import load_settings
from monitor.app import App
from monitor.services.search import search
from tests.support.builders import article
from tests.support.installation import Installation


@pytest.mark.parametrize("cursor", [-1, -(2**63), 2**63])
def test_what_is_no_cursor_is_refused(small: Installation, cursor: int) -> None:
    small.keep(article(text="A truce was agreed."))
    with pytest.raises(WrongArgument, match="is no cursor") as error:
        search(App(load_settings()), "truce", cursor=cursor)
    assert error.value.field == "cursor"
