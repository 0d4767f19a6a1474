"""Asking for work leaves it to the indexer: whoever asks never does it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.errors import Conflict, NotFound, WrongArgument
from indexer.query.tree import Everything
from monitor.app import App
from monitor.services.jobs import prunable, prune_before, rebuild_target
from monitor.services.requests import ask, progress, result
from tests.support.builders import article
from tests.support.installation import Installation


def test_asking_for_a_prune_deletes_nothing_until_an_indexer_runs(small: Installation, app: App) -> None:
    small.keep(article(published=datetime(2020, 1, 1, tzinfo=UTC)))
    assert (prunable(app, "2021-01-01").articles, prunable(app, "2019-01-01").articles) == (1, 0)
    request = ask(app, "prune", prune_before(app, "2021-01-01").isoformat())
    assert (request.work, request.state, app.engine.count(Everything())) == ("prune", "waiting", 1)
    with pytest.raises(Conflict):
        result(app, request.id)
    assert small.run("index", "--once")[0] == 0
    assert progress(app, request.id).state == "done"
    assert "1 article" in result(app, request.id)


def test_an_unknown_request_is_an_error(app: App) -> None:
    with pytest.raises(NotFound):
        progress(app, 99)


@pytest.mark.parametrize("into", ["nonsense", "solr:x", "elasticsearch://user:secret@host:9200/parley"])
def test_a_rebuild_into_an_unknown_engine_is_rejected_before_it_is_requested(into: str) -> None:
    with pytest.raises(WrongArgument) as error_info:
        rebuild_target(into)
    assert error_info.value.field == "into"
    assert "secret" not in str(error_info.value)
