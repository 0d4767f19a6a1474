from __future__ import annotations

import shutil

from tests.support.builders import article
from tests.support.installation import Installation


def test_an_index_that_was_deleted_is_filled_from_the_archive(small: Installation) -> None:
    small.keep(*(article(serial=number, title="A truce") for number in range(1, 6)))
    shutil.rmtree(small.data / "index")
    code, out, _ = small.run("index", "--once")
    assert code == 0
    assert "Added to the index from the archive: 5 articles." in out
    assert small.json("search", "truce")["total"] == 5
    verdict = small.json("verify")
    assert (verdict["kept"], verdict["indexed"], verdict["waiting"]) == (5, 5, 0)
