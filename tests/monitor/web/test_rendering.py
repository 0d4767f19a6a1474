from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.web.rendering import at, sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run `parley index`", "Run <code>parley index</code>."),
        ("`a` or `b`?", "<code>a</code> or <code>b</code>?"),
        ("one ` only", "One ` only."),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;."),
        ("", "."),
    ],
)
def test_a_sentence_has_a_capital_a_stop_and_its_commands_as_code(text: str, shown: str) -> None:
    assert str(sentence(text)) == shown


def test_a_day_of_publication_is_the_same_for_every_reader() -> None:
    noon = datetime(2024, 11, 20, 12, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "UTC", "Etc/GMT+12"):
        assert at(noon, ZoneInfo(zone), "day") == "20 Nov 2024"
    assert at(noon, ZoneInfo("Pacific/Kiritimati")) == "21 Nov 2024, 02:00"
