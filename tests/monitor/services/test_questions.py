from __future__ import annotations

import pytest

from config.errors import NotFound, QueryError, WrongArgument
from indexer.query.tree import Everything, Value
from monitor.app import App
from monitor.services.questions import resolve, theme_of
from tests.support.installation import TRUCE, Installation

TAG = Value("themes", frozenset({"truce"}))


def test_themes_come_before_queries_in_the_order_given(app: App) -> None:
    questions = resolve(app, ["truce"], {"second": "war", "first": "peace"}, None)
    assert list(questions.nodes) == ["truce", "second", "first"]
    assert questions.nodes["truce"] == TAG
    assert questions.scope == Everything()


def test_all_themes_are_used_when_none_is_given(small: Installation, app: App) -> None:
    small.write_theme("parades", TRUCE.split("[matches]")[0])
    assert list(resolve(app, [], {}, None).nodes) == ["parades", "truce"]
    with pytest.raises(WrongArgument, match="give a theme") as error:
        resolve(app, [], {}, None, every_theme=False)
    assert error.value.field == "themes"


def test_a_theme_given_twice_is_counted_once(app: App) -> None:
    assert list(resolve(app, ["truce", "truce"], {}, None).nodes) == ["truce"]


def test_remarks_refer_to_their_query(app: App) -> None:
    remarks = resolve(
        app,
        [],
        {
            "first": "source:nobody",
        },
        "country:ZZ",
    ).diagnostics
    assert [remark.query for remark in remarks] == ["source:nobody", "country:ZZ"]
    assert {remark.severity for remark in remarks} == {"warning"}


def test_the_error_for_an_invalid_query_has_a_code_and_a_field(app: App) -> None:
    with pytest.raises(NotFound, match='there is no theme "truc", did you mean "truce"') as unknown:
        resolve(app, ["truc"], {}, None)
    assert (unknown.value.code, unknown.value.field) == ("not_found", "themes")
    with pytest.raises(WrongArgument, match="another name") as twice:
        resolve(app, ["truce"], {"truce": "war"}, None)
    assert (twice.value.code, twice.value.field) == ("wrong_argument", "queries")
    for queries, scope in (({"open": "(war"}, None), ({"war": "war"}, "(war")):
        with pytest.raises(QueryError) as wrong:
            resolve(app, [], queries, scope)
        assert wrong.value.code == "wrong_query"


def test_one_theme_is_looked_up_by_its_id(app: App) -> None:
    assert theme_of(app, "truce").title == "Truce"
    with pytest.raises(NotFound) as unknown:
        theme_of(app, "nothing")
    assert unknown.value.field == "theme"
