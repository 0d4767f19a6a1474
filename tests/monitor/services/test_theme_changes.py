from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.errors import ConfigError, Conflict, NotFound, QueryError, Refused, RequestFailed, WrongArgument
from config.settings import load_settings
from config.themes import load_themes
from indexer.jobs import requests
from monitor.app import App
from monitor.services import theme_changes, themes
from monitor.services.requests import progress, result
from tests.support.builders import article
from tests.support.installation import TRUCE, Installation

PLAIN = TRUCE.split("[matches]")[0]


@pytest.fixture(autouse=True)
def stocked(small: Installation) -> Installation:
    small.keep(article(serial=1, title="A truce"), article(serial=2, title="War", text="An armistice."))
    return small


def test_a_process_sees_its_own_save_at_once(app: App) -> None:
    assert themes.show(app, "truce").version is None
    document = theme_changes.save(app, "truce", query={"en": "truce OR armistice"})
    assert (document.version, document.added, document.differs) == (1, None, False)
    shown = themes.show(app, "truce")
    assert (shown.version, shown.query["en"]) == (1, "truce OR armistice")
    assert theme_changes.preview(app, "truce").added == 2


def test_one_of_two_simultaneous_saves_is_rejected(app: App, small: Installation) -> None:
    def save(number: int) -> int:
        try:
            return theme_changes.save(app, "truce", query={"en": f"truce OR word{number}"}, based_on=0).version
        except Conflict as error:
            assert (error.code, error.field) == ("conflict", "based_on")
            return 0

    with ThreadPoolExecutor(4) as threads:
        versions = sorted(threads.map(save, range(4)))
    assert versions == [0, 0, 0, 1]
    [version] = themes.show_history(app, "truce").history
    assert version.query["en"] in (small.config / "themes" / "truce.toml").read_text()


def test_a_theme_is_given_as_the_text_of_its_file(app: App) -> None:
    text = f"# Ours.\n{PLAIN}".replace("truce OR ceasefire", "armistice")
    assert theme_changes.preview(app, "parades", text=text).added == 1
    assert theme_changes.save(app, "parades", text=text).theme == "parades"
    assert [theme.id for theme in themes.list_themes(app).themes] == ["parades", "truce"]


@pytest.mark.parametrize(
    ("arguments", "error", "field"),
    [
        ({"theme": "nothing"}, NotFound, "theme"),
        ({"theme": "truce", "context": {"ru": ""}}, WrongArgument, "context"),
        ({"theme": "truce", "query": {"en": "(truce"}}, QueryError, "query"),
        ({"theme": "truce", "query": {"en": "", "ru": ""}}, WrongArgument, "query"),
        ({"theme": "truce", "context": "@nowhere"}, WrongArgument, "context"),
        ({"theme": "Not a name", "query": {"en": "truce"}}, WrongArgument, "query"),
        ({"theme": "truce", "query": {"en": "war"}}, Refused, "query"),
        ({"theme": "parades", "text": "not toml"}, WrongArgument, "text"),
        ({"theme": "parades", "text": "removed = true"}, WrongArgument, "text"),
        ({"theme": "parades", "text": "title = 1"}, WrongArgument, "text"),
    ],
)
def test_the_error_for_an_invalid_theme_has_a_code_and_a_field(
    app: App, small: Installation, arguments: dict[str, str], error: type[Exception], field: str
) -> None:
    before = (small.config / "themes" / "truce.toml").read_text()
    with pytest.raises(error) as error_info:
        theme_changes.save(app, **arguments)  # type: ignore[arg-type]
    assert error_info.value.field == field  # type: ignore[attr-defined]
    assert (small.config / "themes" / "truce.toml").read_text() == before
    assert not (small.config / "themes" / "parades.toml").exists()


def test_a_change_that_breaks_another_theme_is_rejected(app: App, small: Installation) -> None:
    small.write_theme("both", PLAIN.replace("truce OR ceasefire", "theme:truce AND war"))
    app.look_again()
    with pytest.raises(Refused, match='other themes contain "truce"'):
        theme_changes.remove(app, "truce", delete=True)
    with pytest.raises(QueryError, match="theme truce: "):
        theme_changes.save(app, "truce", query={"en": "theme:both"})


def test_without_an_overlay_folder_nothing_is_saved_or_removed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_CONFIG")
    bare = App(load_settings())
    for change in (lambda: theme_changes.save(bare, "truce"), lambda: theme_changes.remove(bare, "truce")):
        with pytest.raises(ConfigError, match="set PARLEY_CONFIG"):
            change()


def test_a_serving_process_requests_a_sweep_instead_of_doing_it(app: App, small: Installation) -> None:
    request = themes.sweep(app, ["truce"])
    assert (request.work, request.state, request.progress) == ("sweep", "waiting", 0.0)
    with pytest.raises(Conflict, match="waiting"):
        result(app, request.id)
    assert small.tags(article(serial=1)) == [[]]
    for state, message in (("failed", "the disk is full"), ("done", "swept")):
        with app.archive.database.write() as connection:
            requests.report(connection, request.id, state, 1.0, message)  # type: ignore[arg-type]
        if state == "failed":
            with pytest.raises(RequestFailed, match="the disk is full"):
                result(app, request.id)
    assert result(app, request.id) == "swept"
    assert progress(app, request.id).state == "done"
    with pytest.raises(NotFound, match="there is no request 99"):
        progress(app, 99)
    with pytest.raises(NotFound):
        themes.sweep(app, ["nothing"])


def test_a_text_is_matched_and_examples_are_tested(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    [match] = themes.match(app, "Truces, a ceasefire").themes
    assert (match.theme, match.words) == ("truce", ("Truces", "ceasefire"))
    [tested] = themes.test(app).themes
    assert (tested.examples, tested.failures) == (2, ())
    monkeypatch.setenv("PARLEY_MAX_BYTES", "100")
    with pytest.raises(WrongArgument, match="longer than 100 bytes"):
        themes.match(App(load_settings()), "x" * 101)


def test_a_removed_theme_is_restored_with_the_shipped_examples_that_its_queries_fulfil(app: App) -> None:
    [shipped] = [theme for theme in load_themes(None) if theme.id == "truce"]
    theme_changes.save(app, "truce", query={"en": "truce OR armistice"})
    theme_changes.remove(app, "truce", delete=True)
    theme_changes.restore(app, "truce", 1)
    [restored] = app.themes
    assert restored.query == {"en": "truce OR armistice", "ru": "перемирие"}
    assert {example.language for example in restored.matches} == {"en", "ru"}
    assert set(restored.matches) < set(shipped.matches)
    assert set() < set(restored.misses) < set(shipped.misses)
    [tested] = themes.test(app).themes
    assert tested.failures == ()
