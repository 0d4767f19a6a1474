"""Programs list alert rules, try them on the past, snooze them and try their channels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from monitor.access import AccessFile
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.web import browser

NOW = datetime.now(UTC)
RULE = 'title = "Truce"\non = "story"\ntheme = "truce"\n'
API = "/api/v1"


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    write(small.config, "alerts/truce-news.toml", RULE)
    moment = NOW - timedelta(hours=5)
    small.keep(
        article(serial=1, text="The truce holds", themes=frozenset({"truce"}), published=moment, collected=moment)
    )
    with browser(small.data) as client:
        yield client


def error(answer: httpx.Response) -> tuple[int, str, str]:
    failure = answer.json()["error"]
    return answer.status_code, failure["code"], failure["field"]


def test_a_rule_is_listed_and_shown(client: httpx.Client) -> None:
    [listed] = client.get(f"{API}/alerts").json()["rules"]
    assert listed == client.get(f"{API}/alerts/truce-news").json()
    assert (listed["id"], listed["state"], listed["channels"]) == ("truce-news", "new", [])
    assert client.get(f"{API}/messages").json() == {"messages": []}
    assert "truce-news" in client.get(f"{API}/alerts/truce-new").json()["error"]["message"]


def test_a_rule_is_tried_as_the_command_line_tries_it(client: httpx.Client, small: Installation) -> None:
    question = {"rule": {"on": "story", "theme": "truce"}, "since": "yesterday", "until": None}
    answer = client.post(f"{API}/alerts/test", json=question)
    printed = small.json("alerts", "test", "--theme", "truce", "--on", "story", "--since", "yesterday")
    tried = answer.json()
    assert len(tried["messages"]) == 1
    assert [sum(day[key] for day in tried["days"]) for key in ("stories", "messages")] == [1, 1]
    assert {key: value for key, value in tried.items() if key not in ("end", "messages")} == {
        key: value for key, value in printed.items() if key not in ("end", "messages")
    }
    assert not (small.config / "alerts" / "rule.toml").exists()


def test_the_days_of_a_trial_are_those_of_the_rule_and_its_last_day_is_named(client: httpx.Client) -> None:
    first, last = ((NOW - timedelta(days=days)).date() for days in (20, 10))
    rule = {"on": "story", "theme": "truce", "timezone": "Pacific/Kiritimati"}
    tried = client.post(f"{API}/alerts/test", json={"rule": rule, "since": f"{first}", "until": f"{last}"}).json()
    assert (tried["start"], tried["end"]) == (f"{first}T00:00:00+14:00", f"{last + timedelta(days=1)}T00:00:00+14:00")
    assert f" to {last.day} " in tried["sentence"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({}, '"on" is missing'),
        ({"on": "spikes"}, 'did you mean "spike"'),
        ({"on": "spike", "theme": "truc"}, 'did you mean "truce"'),
        ({"on": "spike", "theme": 7}, "must be text in quotes"),
        ({"on": "spike", "query": "(truce"}, "query: "),
        ({"on": "spike", "share": 0.2}, 'is only for rules with on = "share"'),
        ({"on": "more"}, '"more_than" is missing'),
        ({"on": "story", "to": ["desk"]}, 'there is no channel "desk"'),
        ({"on": "story", "colour": "red"}, 'unknown key "colour"'),
        ({"on": "story", "scope": ["ru"]}, "must be a table"),
    ],
)
def test_a_rule_with_a_mistake_is_not_tried(client: httpx.Client, rule: dict[str, Any], says: str) -> None:
    answer = client.post(f"{API}/alerts/test", json={"rule": rule})
    assert error(answer) == (422, "wrong_argument", "rule")
    assert says in answer.json()["error"]["message"]


def test_a_rule_is_snoozed_and_woken(client: httpx.Client) -> None:
    snoozed = client.post(f"{API}/alerts/truce-news/snooze", json={"until": "3d"}).json()
    assert snoozed["state"] == "snoozed"
    left = datetime.fromisoformat(snoozed["snoozed_until"]) - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < left < timedelta(days=3, seconds=1)
    woken = client.post(f"{API}/alerts/truce-news/snooze", json={"until": None}).json()
    assert (woken["state"], woken["snoozed_until"]) == ("new", None)
    for past in ("2020-01-01", "2020-01-01T00:00Z"):
        assert error(client.post(f"{API}/alerts/truce-news/snooze", json={"until": past}))[2] == "until"
    assert error(client.post(f"{API}/alerts/nothing/snooze", json={"until": "3d"})) == (404, "not_found", "rule")


def test_a_digest_is_shown_snoozed_and_woken(client: httpx.Client, small: Installation) -> None:
    write(small.config, "digests/weekly.toml", 'title = "The week"\nevery = "week"\n')
    [listed] = client.get(f"{API}/alerts").json()["digests"]
    assert (listed["state"], listed) == ("planned", client.get(f"{API}/digests/weekly").json())
    snoozed = client.post(f"{API}/digests/weekly/snooze", json={"until": "8d"}).json()
    assert (snoozed["state"], snoozed["next"][0] > snoozed["snoozed_until"]) == ("snoozed", True)
    woken = client.post(f"{API}/digests/weekly/snooze", json={"until": None}).json()
    assert woken == listed
    assert error(client.get(f"{API}/digests/weakly")) == (404, "not_found", "digest")
    assert error(client.post(f"{API}/digests/weakly/snooze", json={"until": "3d"})) == (404, "not_found", "digest")
    assert error(client.post(f"{API}/digests/weekly/snooze", json={"until": "soon"}))[2] == "until"


def test_a_channel_that_is_not_there_is_named(client: httpx.Client) -> None:
    assert error(client.post(f"{API}/channels/desk/send-test")) == (404, "not_found", "channel")


def test_who_may_only_read_tries_rules_and_changes_nothing(client: httpx.Client, small: Installation) -> None:
    client.headers["authorization"] = f"Bearer {AccessFile(small.data).new_token('notebook', 'read', NOW)}"
    question = {"rule": {"on": "story", "theme": "truce"}, "since": "yesterday"}
    assert client.post(f"{API}/alerts/test", json=question).status_code == 200
    assert client.post(f"{API}/alerts/truce-news/snooze", json={"until": "3d"}).status_code == 403
    assert client.post(f"{API}/channels/desk/send-test").status_code == 403


def test_a_rule_and_its_page_say_when_it_is_quiet_and_how_much_it_sends(
    client: httpx.Client, small: Installation
) -> None:
    text_of_file = 'title = "News"\non = "story"\ntheme = "truce"\nquiet = "22:00-07:00"\ntimezone = "Europe/Berlin"\n'
    write(small.config, "alerts/quiet.toml", text_of_file + "daily_cap = 1\n")
    write(small.config, "alerts/loud.toml", text_of_file.replace('quiet = "22:00-07:00"\n', ""))
    assert "1 message a day; none from 22:00 to 07:00, Europe/Berlin" in client.get("/alerts/quiet").text
    assert "20 messages a day, Europe/Berlin" in client.get("/alerts/loud").text
    api = client.get(f"{API}/alerts/quiet").json()
    assert (api["quiet"], api["daily_cap"], api["timezone"]) == ("22:00-07:00", 1, "Europe/Berlin")
