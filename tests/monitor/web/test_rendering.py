from __future__ import annotations

import pytest

from monitor.web.rendering import sentence


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
