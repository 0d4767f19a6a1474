from __future__ import annotations

import threading

from tests.support.one_answer import answering
from tests.support.proxy import Proxy


def test_a_server_that_is_closed_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with answering(200, {}), Proxy("127.0.0.1:1"):
        assert len(set(threading.enumerate()) - before) == 2
    assert set(threading.enumerate()) <= before
