from __future__ import annotations

import json

from monitor.documents.escapes import escaped


def test_json_reads_the_same_without_raw_control_and_direction_signs() -> None:
    texts = [chr(number) for number in (*range(0x250), *range(0x2000, 0x2070), 0xFEFF, 0x1F600)]
    written = json.dumps(texts, ensure_ascii=False)
    assert json.loads(escaped(written)) == texts
    assert not set(escaped(written)) & set("\x1b\x7f\x85\x9b\u2028\u2029\u202a\u202e\u2066\u2069")
