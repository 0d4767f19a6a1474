"""Themes are changed by forms that work without scripts, and nobody overwrites what somebody else saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from lxml import html

from monitor.app import App
from tests.support.builders import article
from tests.support.forms import form_of, send
from tests.support.installation import TRUCE, Installation
from tests.support.web import client_of, serving

NOW = datetime.now(UTC)
ARTICLES = (
    article(serial=1, title="One", text="The truce holds", themes=frozenset({"truce"}), published=NOW),
    article(serial=2, title="Two", text="An armistice", published=NOW - timedelta(days=1)),
    article(serial=3, title="Three", text="A ceasefire", themes=frozenset({"truce"}), published=NOW),
)


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    small.keep(*ARTICLES)
    with serving(App.load()) as address, client_of(address) as client:
        yield client


def tree(page: str) -> html.HtmlElement:
    return html.fromstring(page)


def text(page: str) -> str:
    return " ".join(tree(page).text_content().split())


def preview(client: httpx.Client, query: str) -> httpx.Response:
    return send(client, client.get("/themes/truce/edit").text, query__en=query, action="preview")


def test_a_change_is_previewed_and_then_saved(client: httpx.Client, small: Installation) -> None:
    tried = preview(client, "truce OR armistice")
    assert tried.status_code == 200
    assert "+1 / −1 articles" in text(tried.text)
    assert {"Two", "Three"} <= set(tree(tried.text).xpath("//p[@class='said']/a/text()"))
    assert "Save version 1" in tried.text
    saved = send(client, tried.text, action="save")
    assert (saved.status_code, saved.headers["location"]) == (303, "/themes/truce/versions")
    assert 'en = "truce OR armistice"' in (small.config / "themes" / "truce.toml").read_text()
    versions = client.get(saved.headers["location"]).text
    assert "Version 1 is not applied yet" in text(versions)


def test_nothing_is_saved_that_was_not_previewed(client: httpx.Client, small: Installation) -> None:
    assert "Save version" not in client.get("/themes/truce/edit").text
    answer = send(client, preview(client, "truce OR armistice").text, query__en="truce OR pause", action="save")
    assert answer.status_code == 200
    assert "Save version 1" in answer.text
    assert "pause" not in (small.config / "themes" / "truce.toml").read_text()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("(truce", "This bracket is never closed"),
        ("truce and peace", "treated as a search term"),
        ("war", "should match, and does not"),
        ("theme:truce", "theme:truce"),
        ("published:>2026", "published"),
        ("*", "*"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_keeps_what_was_typed(
    client: httpx.Client, query: str, says: str
) -> None:
    tried = preview(client, query)
    assert tried.status_code == 200
    assert says in text(tried.text)
    assert tree(tried.text).xpath("//textarea[@id='query-en']")[0].value == query


def remarks(client: httpx.Client, query: str, language: str = "en") -> str:
    data = {
        "form_token": form_of(client.get("/themes/new").text).fields["form_token"],
        "query": query,
        "language": language,
    }
    answer = client.post("/themes/remarks", data=data)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "query",
    ["(truce", "truce and peace", "theme:truce", "*", "truce OR", '"truce', "@nothing", "colour:red <b>", "x" * 30_000],
)
def test_while_somebody_types_the_remarks_are_those_of_the_check(client: httpx.Client, query: str) -> None:
    checked = tree(preview(client, query).text).xpath("//div[@id='remarks-en']")[0]
    assert text(remarks(client, query)) == " ".join(checked.text_content().split())
    assert "<b>" not in remarks(client, query)


def test_a_query_is_checked_in_the_language_of_its_field(client: httpx.Client) -> None:
    assert "This bracket is never closed" in text(remarks(client, "(перемирие", "ru"))
    for language in ("", "zz", "x" * 3_000, "<b>", "\0"):
        remarks(client, "truce", language)
    assert text(remarks(client, " ")) == ""


def test_of_two_who_edit_at_once_the_second_is_shown_both(client: httpx.Client, small: Installation) -> None:
    first, second = preview(client, "truce OR armistice").text, preview(client, "truce OR ceasefire OR pause").text
    assert send(client, first, action="save").status_code == 303
    conflict = send(client, second, action="save")
    assert conflict.status_code == 409
    assert "changed by somebody else" in text(conflict.text)
    compared = tree(conflict.text).xpath("//dl[contains(@class, 'differ')]")[0]
    assert "armistice" in compared.text_content()
    assert compared.xpath(".//del") and compared.xpath(".//ins")
    assert tree(conflict.text).xpath("//textarea[@id='query-en']")[0].value == "truce OR ceasefire OR pause"
    assert "armistice" in (small.config / "themes" / "truce.toml").read_text()
    again = send(client, conflict.text, action="preview")
    assert send(client, again.text, action="save").status_code == 303
    assert "pause" in (small.config / "themes" / "truce.toml").read_text()


def test_a_file_that_was_changed_by_hand_is_not_overwritten_either(client: httpx.Client, small: Installation) -> None:
    tried = preview(client, "truce OR armistice")
    small.write_theme("truce", TRUCE.replace("ceasefire", "ceasefire OR lull"))
    assert send(client, tried.text, action="save").status_code == 409
    assert "lull" in (small.config / "themes" / "truce.toml").read_text()


def test_an_earlier_version_is_restored_through_the_preview(client: httpx.Client, small: Installation) -> None:
    send(client, preview(client, "truce OR armistice").text, action="save")
    send(client, preview(client, "truce OR pause").text, action="save")
    versions = client.get("/themes/truce/versions").text
    shown = tree(versions)
    assert "armistice" in shown.xpath("//li[@id='v2']//del")[0].text_content()
    assert "pause" in shown.xpath("//li[@id='v2']//ins")[0].text_content()
    [link] = shown.xpath("//a[contains(., 'Restore version 1')]/@href")
    restoring = client.get(link).text
    assert "The queries are those of version 1" in text(restoring)
    assert send(client, restoring, action="save").status_code == 303
    assert 'en = "truce OR armistice"' in (small.config / "themes" / "truce.toml").read_text()
    assert client.get("/themes/truce/edit?version=99").status_code == 404
    assert client.get("/themes/truce/edit?version=x").status_code == 422


def test_a_search_becomes_a_theme(client: httpx.Client, small: Installation) -> None:
    begun = client.get("/themes/new", params={"query": 'armistice OR "лит перемир\'я" <b>'}).text
    filled = {"theme": "pauses", "title": "Pauses", "description": "Talk of pauses", "query__en": "armistice"}
    tried = send(client, begun, action="preview", **filled)
    assert "+1 / −0 articles" in text(tried.text)
    saved = send(client, tried.text, action="save")
    assert saved.headers["location"] == "/themes/pauses/versions"
    written = (small.config / "themes" / "pauses.toml").read_text()
    assert 'title = "Pauses"' in written
    assert client.get("/themes/pauses").status_code == 200


@pytest.mark.parametrize("id", ["", "../evil", "a/b", "Ärger", "x" * 300, "a\x00b", "new theme", "truce"])
def test_a_theme_gets_no_id_that_a_file_cannot_have(client: httpx.Client, small: Installation, id: str) -> None:
    before = sorted(path.name for path in small.folder.rglob("*.toml"))
    filled = {"theme": id, "title": "T", "description": "D", "query__en": "armistice"}
    tried = send(client, client.get("/themes/new").text, action="preview", **filled)
    assert "It cannot be saved so" in tried.text
    forced = send(client, tried.text, action="save")
    assert forced.status_code in (200, 409, 422)
    assert sorted(path.name for path in small.folder.rglob("*.toml")) == before


def test_a_theme_needs_a_title_and_a_query(client: httpx.Client) -> None:
    begun = client.get("/themes/new").text
    filled = {"theme": "pauses", "title": " ", "description": "D", "query__en": "armistice"}
    assert "needs a title" in text(send(client, begun, action="preview", **filled).text)
    filled |= {"title": "T", "query__en": "  "}
    assert "needs a query in one language" in text(send(client, begun, action="preview", **filled).text)


def test_removing_a_theme_asks_first(client: httpx.Client, small: Installation) -> None:
    question = client.get("/themes/truce/remove").text
    assert "2 articles lose its tag" in text(question)
    removed = send(client, question)
    assert (removed.status_code, removed.headers["location"]) == (303, "/themes")
    assert (small.config / "themes" / "truce.toml").read_text() == "removed = true\n"  # it comes with Parley
    assert client.get("/themes/truce").status_code == 404
    assert "This theme was removed" in text(client.get("/themes/truce/versions").text)


def test_a_theme_that_was_changed_meanwhile_is_not_removed(client: httpx.Client, small: Installation) -> None:
    question = client.get("/themes/truce/remove").text
    send(client, preview(client, "truce OR armistice").text, action="save")
    assert send(client, question).status_code == 409
    assert "armistice" in (small.config / "themes" / "truce.toml").read_text()


def test_what_people_type_does_not_become_markup(client: httpx.Client) -> None:
    hostile = '</textarea><script>alert(1)</script>" onfocus="x'
    tried = preview(client, hostile)
    assert "<script>alert" not in tried.text
    assert tree(tried.text).xpath("//textarea[@id='query-en']")[0].value == hostile


def test_the_id_of_a_theme_that_exists_can_be_changed_on_the_form_of_a_new_one(client: httpx.Client) -> None:
    answer = send(
        client, client.get("/themes/new").text, theme="truce", title="Truce", query__en="truce", action="preview"
    )
    assert answer.status_code == 409
    assert "There is a theme" in text(answer.text)
    assert tree(answer.text).xpath("//input[@name='theme']/@value") == ["truce"]
