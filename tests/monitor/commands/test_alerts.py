"""`parley alerts`: rules, what they would have sent, and what they sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import write

DAY = timedelta(days=1)
RULE = 'title = "Truce"\non = "spike"\ntheme = "truce"\n'


@pytest.fixture
def burst(small: Installation) -> Installation:
    """Return an installation with one story a day about a truce, and ten in one hour two days ago.

    The ten are in one calendar day and the newest story is less than a day old, whenever the test runs.
    """
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    moments = [hour - number * DAY for number in range(50, 0, -1)]
    moments += [hour - 2 * DAY + each * timedelta(minutes=1) for each in range(10)]
    small.keep(
        *(
            article(
                serial=serial,
                title=f"Truce number {serial}",
                text=f"The truce holds, part {serial}.",
                source=f"source-{serial % 4}",
                published=moment,
                collected=moment + timedelta(minutes=5),
                themes=frozenset({"truce"}),
            )
            for serial, moment in enumerate(moments, 1)
        )
    )
    return small


def test_a_rule_shows_what_it_would_have_sent(burst: Installation) -> None:
    tried = burst.json("alerts", "test", "--theme", "truce", "--on", "spike", "--since", "10d")
    assert [len(message["events"]) for message in tried["messages"]] == [1]
    assert len(tried["messages"][0]["events"][0]["headlines"]) == 3
    assert {one["sensitivity"]: one["messages"] for one in tried["neighbours"]} == {"seldom": 1, "early": 1}
    code, out, _ = burst.run("alerts", "test", "--theme", "truce", "--on", "spike", "--since", "10d")
    assert (code, "this rule would have told you once" in out) == (0, True)
    assert "At other sensitivities: seldom: 1 message, early: 1 message." in out


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (("--query", "truce", "--on", "story", "--since", "1d"), 1),
        (("--theme", "truce", "--on", "more", "--more-than", "4", "--since", "10d"), 1),
        (("--theme", "truce", "--on", "more", "--more-than", "40", "--since", "10d"), 0),
        (("--theme", "truce", "--on", "silence", "--silence", "30h", "--since", "10d"), 0),
    ],
)
def test_every_trigger_can_be_tried(burst: Installation, words: tuple[str, ...], messages: int) -> None:
    assert len(burst.json("alerts", "test", *words)["messages"]) == messages


def test_a_file_is_tried_without_being_saved(burst: Installation) -> None:
    file = write(burst.folder, "mine.toml", RULE) / "mine.toml"
    assert burst.json("alerts", "test", str(file), "--since", "10d")["rule"] == "mine"
    assert not (burst.config / "alerts").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--theme", "truc", "--on", "spike"), 'there is no theme "truc", did you mean "truce"?'),
        (("--query", "(truce", "--on", "story"), "query: "),
        (("--theme", "truce", "--on", "more"), '"more_than" is missing'),
        (("--on", "source"), "cannot be tried on the past"),
        (("--theme", "truce"), "say what the rule tells of"),
        (("--theme", "truce", "--on", "spike", "--since", "3y"), "up to 400 days"),
        (("nowhere.toml",), "nowhere.toml: cannot be read"),
        (("nowhere.toml", "--on", "spike"), "either a file or the parts"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_tried(small: Installation, words: tuple[str, ...], message: str) -> None:
    code, _, err = small.run("alerts", "test", *words)
    assert (code, message in err) == (2, True), err


def test_check_names_mistakes_in_rules_and_channels(small: Installation) -> None:
    write(small.config, "alerts/good.toml", RULE)
    assert small.json("check")["alerts"] == 1
    write(small.config, "alerts/bad.toml", RULE.replace('"truce"', '"truc"') + 'to = ["dask"]\n')
    write(small.config, "channels/desk.toml", 'title = "Desk"\naddress = "hush"\n')
    code, _, err = small.run("check")
    assert code == 1
    assert 'there is no theme "truc", did you mean "truce"?' in err
    assert 'there is no channel "dask", did you mean "desk"?' in err
    assert "hush" not in err


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("file:///tmp/hush%00", "a path has no %00"),
        ("mailtoo://me:hush@smtp.example", 'did you mean "mailto"?'),
    ],
)
def test_check_names_a_channel_that_nothing_could_be_sent_to(small: Installation, address: str, message: str) -> None:
    write(small.config, "channels/desk.toml", f'title = "Desk"\naddress = "{address}"\n')
    code, _, err = small.run("check")
    assert (code, message in err, "channels/desk.toml" in err, "hush" in err) == (1, True, True, False), err


def test_check_warns_of_a_file_that_cannot_be_written_now(small: Installation) -> None:
    write(small.config, "channels/desk.toml", 'title = "Desk"\naddress = "file:///hush/hush.jsonl"\n')
    [warning] = small.json("check")["warnings"]
    assert warning["where"].endswith("channels/desk.toml")
    assert "the folder of its file does not exist" in warning["message"]
    assert "hush" not in str(warning)
