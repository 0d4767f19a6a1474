"""Alert rules are made, tried, changed and snoozed by forms that work without scripts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from lxml import html

from config.alerts import Rule, Scope
from crawler.archive.archive import open_archive
from indexer.alerts.state import State, fingerprint, to_json
from monitor.access import AccessFile
from monitor.alerts import outbox
from monitor.documents.alerts import AlertMessageDocument
from tests.support.builders import article
from tests.support.forms import fields_of
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.web import browser

NOW = datetime.now(UTC)
RULE = '# Ours.\ntitle = "Feeds"\non = "source"\n'  # which needs no trial, and so no time

MISTAKES: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"query": "(truce"}, "query", "bracket"),
    ({"query": "truce", "theme": "truce"}, "query", "keep one of the two"),
    ({"theme": "truc"}, "theme", 'did you mean "truce"'),
    ({"on": "spikes"}, "on", 'did you mean "spike"'),
    ({"on": "more", "more_than": "many"}, "more_than", "valid integer"),
    ({"on": "more", "more_than": ""}, "more_than", '"more_than" is missing'),
    ({"on": "more", "more_than": "9" * 5000}, "more_than", "valid integer"),
    ({"on": "more", "per": "week"}, "per", "unknown bucket"),
    ({"on": "share", "share": "20"}, "share", "less than 1"),
    ({"on": "share", "share": "nan"}, "share", "less than 1"),
    ({"on": "silence", "silence": "5m"}, "silence", "hours or days"),
    ({"on": "silence", "silence": "2 days"}, "silence", "hours or days"),
    ({"on": "more", "more_than": "-3"}, "more_than", "Input should be greater than or equal to 0, not -3"),
    ({"on": "share", "share": "120%"}, "share", "less than 1, not 1.2"),
    ({"quiet": "22-7"}, "quiet", "span of hours"),
    ({"timezone": "Mars"}, "timezone", "Mars"),
    ({"weekly_budget": "0"}, "weekly_budget", "greater than or equal to 1"),
    ({"languages": "ru, ua"}, "languages", 'did you mean "uk"'),
    ({"classes": "stat"}, "classes", 'did you mean "state"'),
    ({"countries": "RU, Russia"}, "countries", "Russia"),
    ({"sources": "nowhere"}, "sources", 'there is no source "nowhere"'),
    ({"to": "desk"}, "to", 'there is no channel "desk"'),
    ({"id": "../evil"}, "id", "is not a valid name"),
    ({"id": "x" * 300}, "id", "at most 60"),
    ({"id": "a/b"}, "id", "is not a valid name"),
)


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    moments = [NOW - timedelta(hours=5), NOW - timedelta(days=3)]
    small.keep(
        *(
            article(
                serial=serial,
                title=f"Truce number {serial}",
                text=f"The truce holds, part {serial}",
                themes=frozenset({"truce"}),
                published=moment,
                collected=moment,
            )
            for serial, moment in enumerate(moments, 1)
        )
    )
    with browser(small.data) as client:
        yield client


@pytest.fixture
def ruled(client: httpx.Client, small: Installation) -> httpx.Client:
    write(small.config, "alerts/feeds.toml", RULE)
    return client


def tree(page: str) -> html.HtmlElement:
    return html.fromstring(page)


def text(page: str) -> str:
    return " ".join(tree(page).text_content().split())


def press(client: httpx.Client, page: str, button: str, **changed: Any) -> httpx.Response:
    """Fill in the form that has a button, press it, and return the answer."""
    [pressed] = tree(page).xpath(f"//form[@method='post']//button[normalize-space()='{button}']")
    form = next(pressed.iterancestors("form"))
    return client.post(pressed.get("formaction") or form.action, data=fields_of(form) | changed)


def beside(page: str, key: str) -> str:
    [wrong] = tree(page).xpath(f"//*[@id='wrong-{key}']")
    return str(wrong.text_content())


def has_button(page: str, name: str) -> bool:
    return bool(tree(page).xpath(f"//button[normalize-space()='{name}']"))


def test_a_rule_is_tried_before_it_is_saved(client: httpx.Client, small: Installation) -> None:
    begun = client.get("/alerts/new").text
    assert not has_button(begun, "Save rule")
    tried = press(client, begun, "Try it", theme="truce", on="story")
    assert tried.status_code == 200
    assert "this rule would have told you twice" in text(tried.text)
    assert {"Truce number 1", "Truce number 2"} <= set(tree(tried.text).xpath("//section[@id='trial']//a/text()"))
    assert tree(tried.text).xpath("//section[@id='trial']//figure/div[contains(@class, 'wide')]/svg")
    saved = press(client, tried.text, "Save rule")
    assert (saved.status_code, saved.headers["location"]) == (303, "/alerts")
    written = (small.config / "alerts" / "truce-story.toml").read_text()
    assert tomllib.loads(written) == {"title": "New stories about Truce", "theme": "truce", "on": "story"}
    assert "New stories about Truce" in text(client.get("/alerts").text)
    assert small.run("check")[0] == 0


def test_the_form_of_a_theme_or_a_search_shows_at_once_what_would_have_been_sent(client: httpx.Client) -> None:
    assert "/alerts/new?theme=truce" in client.get("/themes/truce").text
    begun = client.get("/alerts/new?theme=truce").text
    assert "this rule would have told you nothing" in text(begun)
    assert "Seldom would have sent 0 messages. Early would have sent 0 messages." in text(begun)
    assert has_button(begun, "Save rule")
    assert "/alerts/new?query=truce" in client.get("/search?q=truce").text
    query = 'truce OR "a <b>"'
    searched = client.get("/alerts/new", params={"query": query}).text
    assert tree(searched).xpath("//textarea[@id='query']")[0].value == query
    assert tree(searched).xpath("//input[@id='id']")[0].value == "truce-or-a-b-spike"


def test_nothing_is_saved_that_was_not_tried(client: httpx.Client, small: Installation) -> None:
    tried = client.get("/alerts/new?theme=truce").text
    answer = press(client, tried, "Save rule", on="more", more_than="0")
    assert (answer.status_code, has_button(answer.text, "Save rule")) == (200, True)
    assert "this rule would have told you twice" in text(answer.text)
    assert "Not saved yet. You changed the rule since it was tried." in text(answer.text)
    assert not (small.config / "alerts").exists()


def test_who_gets_it_is_chosen_after_the_trial(client: httpx.Client, small: Installation) -> None:
    write(small.config, "channels/desk.toml", 'title = "The desk"\naddress = "http://127.0.0.1:9/"\n')
    tried = client.get("/alerts/new?theme=truce").text
    assert press(client, tried, "Save rule", to="desk", title="Mine", id="mine", paused="true").status_code == 303
    saved = tomllib.loads((small.config / "alerts" / "mine.toml").read_text())
    assert saved == {
        "title": "Mine",
        "theme": "truce",
        "on": "spike",
        "sensitivity": "balanced",
        "paused": True,
        "to": ["desk"],
    }


def test_a_suggested_name_follows_what_the_rule_tells_and_a_typed_one_stays(client: httpx.Client) -> None:
    def names(page: str) -> list[str]:
        return [tree(page).xpath(f"//input[@id='{name}']")[0].value for name in ("title", "id")]

    tried = client.get("/alerts/new?theme=truce").text
    assert names(tried) == ["A spike in Truce", "truce-spike"]
    other = press(client, tried, "Try it again", on="more").text
    assert names(other) == ["A busy day for Truce", "truce-more"]
    typed = press(client, other, "Try it again", title="Mine").text
    assert names(press(client, typed, "Try it again", theme="", on="source").text) == ["Mine", "mine"]
    assert names(press(client, client.get("/alerts/new").text, "Try it", on="source").text) == ["Feeds", "feeds"]


def test_a_mistake_stands_beside_its_field(client: httpx.Client, small: Installation) -> None:
    begun = client.get("/alerts/new").text
    for changed, key, says in MISTAKES:
        tried = press(client, begun, "Try it", **{"id": "mine", "title": "Mine", **changed})
        assert (tried.status_code, has_button(tried.text, "Save rule")) == (422, False), changed
        assert says.lower() in beside(tried.text, key).lower(), changed
        assert not beside(tried.text, key).lower().startswith(f"{key}:")  # it stands below that field
    assert not list(small.config.rglob("alerts/*"))


def test_a_mistake_is_not_saved_by_force(client: httpx.Client, small: Installation) -> None:
    tried = client.get("/alerts/new?theme=truce").text
    for changed in ({"id": "../evil"}, {"theme": "truc"}, {"to": "desk"}, {"title": "x" * 201}):
        assert press(client, tried, "Save rule", **changed).status_code == 422
    assert not list(small.folder.rglob("evil*"))
    assert not (small.config / "alerts").exists()


def test_what_was_typed_stays_and_is_no_markup(client: httpx.Client) -> None:
    hostile = '</textarea><script>alert(1)</script>" onfocus="x'
    changed = {"query": hostile, "theme": "", "title": hostile, "quiet": hostile, "sources": hostile}
    tried = press(client, client.get("/alerts/new").text, "Try it", **changed)
    assert "<script>alert" not in tried.text
    assert tree(tried.text).xpath("//textarea[@id='query']")[0].value == hostile
    assert tree(tried.text).xpath("//input[@id='quiet']")[0].value == hostile


def test_a_rule_about_sources_is_saved_although_it_cannot_be_tried(client: httpx.Client, small: Installation) -> None:
    tried = press(client, client.get("/alerts/new").text, "Try it", on="source", title="Feeds")
    assert "cannot be tried on the past" in text(tried.text)
    assert press(client, tried.text, "Save rule").status_code == 303
    assert (small.config / "alerts" / "feeds.toml").exists()


def test_a_new_rule_does_not_replace_another(ruled: httpx.Client, small: Installation) -> None:
    begun = ruled.get("/alerts/new").text
    tried = press(ruled, begun, "Try it", id="feeds", title="Mine", on="source")
    assert (tried.status_code, "already" in beside(tried.text, "id")) == (422, True)
    ready = press(ruled, tried.text, "Try it", id="mine").text
    write(small.config, "alerts/mine.toml", RULE)
    late = press(ruled, ready, "Save rule")
    assert (late.status_code, "already" in beside(late.text, "id")) == (422, True)
    assert (small.config / "alerts" / "mine.toml").read_text() == RULE


def test_a_change_keeps_the_comments_and_what_the_form_showed(ruled: httpx.Client, small: Installation) -> None:
    path = small.config / "alerts" / "feeds.toml"
    path.write_text(RULE + 'quiet = "22:00-07:00"\nweekly_budget = 7\n[scope]\nlanguages = ["en", "ru"]\n')
    before = path.read_text()
    tried = press(ruled, ruled.get("/alerts/feeds/edit").text, "Try it", title="All of it").text
    assert press(ruled, tried, "Save rule").status_code == 303
    assert path.read_text() == before.replace("Feeds", "All of it")


def test_of_two_who_change_a_rule_at_once_the_second_is_told(ruled: httpx.Client, small: Installation) -> None:
    begun = ruled.get("/alerts/feeds/edit").text
    first = press(ruled, begun, "Try it", title="First").text
    second = press(ruled, begun, "Try it", title="Second", quiet="22:00-07:00").text
    assert press(ruled, first, "Save rule").status_code == 303
    conflict = press(ruled, second, "Save rule")
    assert conflict.status_code == 409
    assert "was changed by somebody else" in text(conflict.text)
    assert "First" in tree(conflict.text).xpath("//dl[contains(@class, 'differ')]")[0].text_content()
    assert tree(conflict.text).xpath("//input[@id='title']")[0].value == "Second"
    assert 'title = "First"' in (small.config / "alerts" / "feeds.toml").read_text()
    again = press(ruled, conflict.text, "Try it").text
    assert press(ruled, again, "Save rule").status_code == 303
    assert 'title = "Second"' in (small.config / "alerts" / "feeds.toml").read_text()


def test_a_rule_is_snoozed_and_woken(ruled: httpx.Client) -> None:
    assert press(ruled, ruled.get("/alerts").text, "Snooze", until="3d").status_code == 303
    assert "Snoozed until" in text(ruled.get("/alerts").text)
    assert press(ruled, ruled.get("/alerts").text, "Wake it").status_code == 303
    assert "Not watched yet" in text(ruled.get("/alerts").text)
    assert press(ruled, ruled.get("/alerts").text, "Snooze", until="soon").status_code == 422


def test_all_rules_are_paused_and_woken_at_once(ruled: httpx.Client, small: Installation) -> None:
    write(small.config, "alerts/other.toml", RULE)
    assert not has_button(ruled.get("/alerts").text, "Wake all")
    assert press(ruled, ruled.get("/alerts").text, "Pause all", until="7d").status_code == 303
    assert text(ruled.get("/alerts").text).count("Snoozed until") == 2
    assert press(ruled, ruled.get("/alerts").text, "Wake all").status_code == 303
    assert "Snoozed until" not in text(ruled.get("/alerts").text)
    assert press(ruled, ruled.get("/alerts").text, "Pause all", until="yesterday").status_code == 422


def test_pausing_all_includes_the_digests_and_says_so(client: httpx.Client, small: Installation) -> None:
    write(small.config, "digests/own.toml", 'title = "Each day"\nevery = "day"\n')
    assert "Pause all digests for" in text(client.get("/alerts").text)
    write(small.config, "alerts/feeds.toml", RULE)
    page = client.get("/alerts").text
    assert "Pause all rules and digests for" in text(page)
    assert press(client, page, "Pause all", until="7d").status_code == 303
    assert text(client.get("/alerts").text).count("Snoozed until") == 2
    assert press(client, client.get("/alerts").text, "Wake all").status_code == 303
    assert "Snoozed until" not in text(client.get("/alerts").text)


def test_a_digest_is_snoozed_and_woken(client: httpx.Client, small: Installation) -> None:
    write(small.config, "digests/own.toml", 'title = "Each day"\nevery = "day"\n')
    assert press(client, client.get("/alerts").text, "Snooze", until="3d").status_code == 303
    assert "Snoozed until" in text(client.get("/alerts").text)
    assert press(client, client.get("/alerts").text, "Wake it").status_code == 303
    assert "Snoozed until" not in text(client.get("/alerts").text)


def test_a_rule_that_its_file_pauses_stays_so_when_the_form_saves_it(ruled: httpx.Client, small: Installation) -> None:
    path = small.config / "alerts" / "feeds.toml"
    path.write_text(f"{RULE}paused = true\n")
    assert "Paused in its file" in text(ruled.get("/alerts").text)
    tried = press(ruled, ruled.get("/alerts/feeds/edit").text, "Try it", title="All of it").text
    assert press(ruled, tried, "Save rule").status_code == 303
    assert tomllib.loads(path.read_text())["paused"] is True
    tried = press(ruled, ruled.get("/alerts/feeds/edit").text, "Try it", paused="").text
    assert press(ruled, tried, "Save rule").status_code == 303
    assert "paused" not in path.read_text()


def test_a_rule_is_removed_after_a_question(ruled: httpx.Client, small: Installation) -> None:
    path = small.config / "alerts" / "feeds.toml"
    assert "/alerts/feeds/remove" in ruled.get("/alerts/feeds/edit").text
    question = ruled.get("/alerts/feeds/remove").text
    assert "alerts/feeds.toml is deleted" in text(question)
    assert path.exists()
    path.write_text(RULE.replace("Feeds", "Changed"))
    assert press(ruled, question, "Remove it").status_code == 409
    assert path.exists()
    assert press(ruled, ruled.get("/alerts/feeds/remove").text, "Remove it").status_code == 303
    assert not path.exists()
    assert "There is no rule yet" in text(ruled.get("/alerts").text)
    assert ruled.get("/alerts/feeds/remove").status_code == 404


def test_digests_stand_beside_the_rules(ruled: httpx.Client, small: Installation) -> None:
    assert "Digests" not in text(ruled.get("/alerts").text)
    write(small.config, "channels/desk.toml", 'title = "The desk"\naddress = "http://127.0.0.1:9/hush"\n')
    write(small.config, "digests/weekly.toml", 'title = "The week"\nevery = "week"\nto = ["desk"]\n')
    write(small.config, "digests/own.toml", 'title = "Each day"\nevery = "day"\n')
    rows = tree(ruled.get("/alerts").text).xpath("//section[h2='Digests']//tbody/tr")
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert [(row[0], row[2], row[4]) for row in cells] == [
        ("Each day", "nowhere; kept here", "none yet"),
        ("The week", "The desk", "none yet"),
    ]
    assert "every Monday at 08:00" in cells[1][1]
    assert "08:00" in cells[1][3]


def test_a_rule_has_a_page_of_what_it_does_sent_and_would_have_sent(client: httpx.Client, small: Installation) -> None:
    write(
        small.config, "alerts/news.toml", 'title = "News"\non = "story"\ntheme = "truce"\n[scope]\nlanguages = ["en"]\n'
    )
    message = AlertMessageDocument(
        type="parley.alert",
        key="a",
        rule="news",
        title="News: <b>Truce</b> number 2",
        at=NOW,
        occasion="event",
        events=(),
        left_out=3,
        remarks=("3 more were not sent: beyond the daily cap.",),
    )
    with open_archive(small.data).database.write() as connection:
        state = to_json(State(seen=NOW, left_out=2, snoozed=2))
        rule = Rule(id="news", title="News", on="story", theme="truce", scope=Scope(languages=("en",)))
        outbox.record(connection, "news", fingerprint(rule), state, [message], ["gone"])
    listed = client.get("/alerts").text
    assert tree(listed).xpath("//table//a[@href='/alerts/news']/text()") == ["News"]
    assert tree(listed).xpath("//ul//a[@href='/alerts/news']")
    shown = client.get("/alerts/news").text
    says = text(shown)
    assert "about the theme Truce. Limited to articles in English." in says
    assert "Not sent since the last message: 2 events, while the rule was snoozed or paused." in says
    assert "3 more were not sent: beyond the daily cap." in says
    assert "gone: waits" in says
    assert "<b>Truce" not in shown
    assert not tree(shown).xpath("//section[@id='trial']//svg")
    tried = client.get(tree(shown).xpath("//section[@id='trial']//a/@href")[0]).text
    assert "this rule would have told you twice" in text(tried)
    assert tree(tried).xpath("//section[@id='trial']//svg")
    days = tree(tried).xpath("//section[@id='trial']//tbody/tr")
    assert sum(int(day[2].text_content()) for day in days) == 2
    assert {"Truce number 1", "Truce number 2"} <= set(tree(tried).xpath("//section[@id='trial']//a/text()"))
    assert client.get("/alerts/news?test=soon").status_code == 422
    api = client.get("/api/v1/alerts/news").json()
    assert (api["scope"]["languages"], len(api["held"])) == (["en"], 1)
    assert api["sentence"] in says


def test_the_page_of_a_rule_about_feeds_says_that_it_cannot_be_tried(ruled: httpx.Client) -> None:
    assert "the health of feeds is not kept" in text(ruled.get("/alerts/feeds").text)
    assert ruled.get("/alerts/feeds?test=60d").status_code == 200
    assert press(ruled, ruled.get("/alerts/feeds").text, "Snooze", until="3d").headers["location"] == "/alerts/feeds"
    assert ruled.get("/alerts/nothing").status_code == 404


def test_a_file_with_a_mistake_is_named_and_the_others_are_listed(ruled: httpx.Client, small: Installation) -> None:
    write(small.config, "alerts/wrong.toml", 'title = "x"\non = "spikes"\n')
    page = text(ruled.get("/alerts").text)
    assert 'did you mean "spike"' in page
    assert "Feeds" in page


def test_who_may_only_read_tries_and_is_offered_nothing_else(ruled: httpx.Client, small: Installation) -> None:
    writer = ruled.get("/alerts/new").text
    secret = AccessFile(small.data).new_token("notebook", "read", NOW)
    assert press(ruled, ruled.get("/login").text, "Sign in", secret=secret).status_code == 303
    listed = ruled.get("/alerts").text
    assert not has_button(listed, "Snooze")
    assert not has_button(listed, "Pause all")
    assert "/alerts/feeds/remove" not in ruled.get("/alerts/feeds/edit").text
    tried = press(ruled, ruled.get("/alerts/new").text, "Try it", theme="truce", on="story")
    assert "this rule would have told you twice" in text(tried.text)
    assert not has_button(tried.text, "Save rule")
    fields = fields_of(tree(tried.text).forms[-1])
    assert ruled.post("/alerts/new", data=fields).status_code == 403
    assert ruled.post("/alerts/new", data=fields_of(tree(writer).forms[-1])).status_code == 403


def test_a_rule_that_is_not_there_is_not_edited(client: httpx.Client) -> None:
    assert client.get("/alerts/nothing/edit").status_code == 404
    assert "There is no rule yet" in text(client.get("/alerts").text)
