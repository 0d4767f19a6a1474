"""Alert rules and channels as their files describe them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.alerts import TRIGGERS, Quiet, Rule, RuleFile, Scope, Trigger, read_rules
from config.channels import Channel, read_channels
from config.digests import read_digests
from config.last_good import Report
from config.themes import read_themes
from tests.support.overlay import THEME, messages, write

RULE = 'title = "Truce spikes"\non = "spike"\ntheme = "truce"\n'
KEY = base64.b64encode(b"k" * 32).decode()


def only(folder: Path, text: str) -> Rule:
    rules, report = read_rules(write(folder, "alerts/truce.toml", text))
    assert report.problems == ()
    return rules[0]


def wrong(folder: Path, text: str) -> list[str]:
    _, report = read_rules(write(folder, "alerts/truce.toml", text))
    return messages(report.problems, folder)


def test_a_file_becomes_a_rule(tmp_path: Path) -> None:
    text = RULE + (
        'sensitivity = "early"\nto = ["desk", "desk"]\nquiet = "22:00-7:30"\ntimezone = "Europe/Berlin"\n'
        'daily_cap = 5\nweekly_budget = 7\n[scope]\nclasses = ["state"]\nlanguages = ["ru"]\ncountries = ["RU"]\n'
    )
    assert only(tmp_path, text) == Rule(
        id="truce",
        title="Truce spikes",
        on="spike",
        theme="truce",
        sensitivity="early",
        scope=Scope(classes=("state",), languages=("ru",), countries=("RU",)),
        to=("desk",),
        quiet=Quiet(time(22), time(7, 30)),
        timezone=ZoneInfo("Europe/Berlin"),
        daily_cap=5,
        weekly_budget=7,
    )


def test_a_silence_is_hours_or_days(tmp_path: Path) -> None:
    text = 'title = "Quiet"\non = "silence"\ntheme = "truce"\nsilence = "36h"\n'
    assert only(tmp_path, text).silence == timedelta(hours=36)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE.replace("spike", "spikes", 2), 'unknown trigger "spikes", did you mean "spike"?'),
        (RULE + 'sensitivity = "erly"\n', 'unknown sensitivity "erly", did you mean "early"?'),
        (RULE + 'query = "truce"\n', 'query: "theme" is set as well; keep one of the two'),
        (RULE + "more_than = 3\n", 'more_than: is only for rules with on = "more"; this one has on = "spike"'),
        (RULE + 'quiet = "22-7"\n', 'quiet: "22-7" is not a span of hours such as "22:00-07:00"'),
        (RULE + 'quiet = "07:00-07:00"\n', "starts when it ends"),
        (RULE + 'timezone = "Europe/Berln"\n', 'did you mean "Europe/Berlin"?'),
        (RULE + '[scope]\nclasses = ["stat"]\n', 'unknown class "stat", did you mean "state"?'),
        (RULE + '[scope]\nclas = ["state"]\n', 'unknown key "clas", did you mean "classes"?'),
        ('title = "a"\non = "more"\ntheme = "truce"\n', '"more_than" is missing; for example more_than = 10'),
        ('title = "a"\non = "share"\ntheme = "truce"\n', '"share" is missing; for example share = 0.2'),
        ('title = "a"\non = "share"\nshare = 0.2\n', '"theme" or "query" is missing'),
        ('title = "a"\non = "share"\nshare = 20\ntheme = "truce"\n', "share: "),
        ('title = "a"\non = "source"\ntheme = "truce"\n', "a rule about sources watches no theme"),
        ('title = "a"\non = "silence"\nsilence = "90m"\n', '"90m" is not a number of hours or days'),
        ("title = ", "not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_cure(tmp_path: Path, text: str, message: str) -> None:
    assert message in "\n".join(wrong(tmp_path, text))


NEEDS = {"more": ["more_than = 10"], "share": ['theme = "other"', "share = 0.2"]}  # what a trigger cannot do without
EVERYTHING = frozenset(TRIGGERS)
# Which triggers an option works with, as docs/alerts.md says; the others refuse it by name.
WORKS_WITH: dict[str, frozenset[str]] = {
    'theme = "truce"': EVERYTHING - {"source"},
    'query = "truce"': EVERYTHING - {"source"},
    'sensitivity = "early"': frozenset({"spike"}),
    "more_than = 3": frozenset({"more"}),
    'per = "hour"': frozenset({"more"}),
    'silence = "3d"': frozenset({"silence"}),
    "share = 0.3": frozenset({"share"}),
    "days = 3": frozenset({"share"}),
    'quiet = "22:00-07:00"': EVERYTHING,
    'timezone = "Europe/Berlin"': EVERYTHING,
    "daily_cap = 3": EVERYTHING,
    "weekly_budget = 3": EVERYTHING,
    "paused = true": EVERYTHING,
    'to = ["desk"]': EVERYTHING,
    'scope.sources = ["tass"]': EVERYTHING,
    'scope.classes = ["state"]': EVERYTHING,
    'scope.languages = ["ru"]': EVERYTHING,
    'scope.countries = ["RU"]': EVERYTHING,
}


@pytest.mark.parametrize("option", WORKS_WITH)
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_an_option_changes_a_rule_or_is_refused_by_name(tmp_path: Path, trigger: Trigger, option: str) -> None:
    key = option.split(" ")[0]
    replaced = ("theme", "query") if key in ("theme", "query") else (key,)
    needs = NEEDS.get(trigger, [])
    kept = [line for line in needs if line.split(" ")[0] not in replaced]
    head = ['title = "a"', f'on = "{trigger}"']
    write(tmp_path, "alerts/plain.toml", "\n".join([*head, *needs]))
    rules, report = read_rules(write(tmp_path, "alerts/option.toml", "\n".join([*head, *kept, option])))
    if trigger in WORKS_WITH[option]:
        changed, plain = rules
        assert replace(changed, id="plain") != plain
    else:
        assert key in str(report.problems[0])


def test_every_option_of_a_rule_is_in_the_table_of_options() -> None:
    keys = {option.split(" ")[0].split(".")[0] for option in WORKS_WITH}
    assert keys == set(RuleFile.model_fields) - {"title", "on"}


@pytest.mark.parametrize("section", ["alerts", "themes"])
def test_what_a_form_would_hide_is_refused_as_an_id(tmp_path: Path, section: str) -> None:
    read = read_rules if section == "alerts" else read_themes
    _, *_, report = read(write(tmp_path, f"{section}/new.toml", RULE if section == "alerts" else THEME))
    [problem] = report.problems
    assert '"new" cannot be an id' in str(problem)


def test_a_file_with_a_mistake_stops_no_other_and_is_used_in_its_last_good_form(tmp_path: Path) -> None:
    write(tmp_path, "alerts/other.toml", RULE)
    write(tmp_path, "alerts/truce.toml", RULE)
    _, before = read_rules(tmp_path)
    write(tmp_path, "alerts/truce.toml", "title = 3\n")
    rules, report = read_rules(tmp_path, before.texts)
    assert [rule.id for rule in rules] == ["other", "truce"]
    assert len(report.remedies) == 1
    rules, report = read_rules(tmp_path)
    assert ([rule.id for rule in rules], report.left_out) == (["other"], frozenset({"truce"}))


def channel(folder: Path, text: str, **environment: str) -> Channel:
    channels, report = read_channels(write(folder, "channels/desk.toml", text), environment)
    assert report.problems == ()
    return channels[0]


def test_secrets_of_a_channel_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    text = 'title = "Desk"\naddress = "mailtos://me:${SMTP_PASSWORD}@smtp.example?to=desk@example.org"\n'
    (tmp_path / "password").write_text("p@ss/word\n")
    expected = "mailtos://me:p%40ss%2Fword@smtp.example?to=desk@example.org"
    assert channel(tmp_path, text, SMTP_PASSWORD="p@ss/word").address == expected
    assert channel(tmp_path, text, SMTP_PASSWORD_FILE=str(tmp_path / "password")).address == expected
    whole = channel(tmp_path, 'title = "Desk"\naddress = "${ADDRESS}"\n', ADDRESS="ntfy://a@b/c")
    assert whole.address == "ntfy://a@b/c"


def test_a_webhook_has_a_key_for_its_signature(tmp_path: Path) -> None:
    text = 'title = "Desk"\naddress = "https://hooks.example/in"\nsecret = "${KEY}"\n'
    hook = channel(tmp_path, text, KEY=f"whsec_{KEY}")
    assert (hook.is_webhook, hook.secret) == (True, b"k" * 32)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "a"\naddress = "${HUSH}"\n', "${HUSH} is not set; set the variable HUSH, or HUSH_FILE"),
        ('title = "a"\naddress = "hush-hush"\n', "is not an address such as mailto://"),
        ('title = "a"\naddress = "https://:80/hush"\n', "is not a web address"),
        ('title = "a"\naddress = "https://ho%st/hush"\n', "is not a web address"),
        ('title = "a"\naddress = "https://[v1.x]/hush"\n', "is not a web address"),
        ('title = "a"\naddress = "https://a.example:99999/hush"\n', "is not a web address"),
        ('title = "a"\naddress = "https://a.example/hush"\nsecret = "hush"\n', "is not whsec_ followed by"),
        ('title = "a"\naddress = "https://a.example/hush"\nsecret = "whsec_aHVzaA=="\n', "is not whsec_ followed by"),
        (f'title = "a"\naddress = "ntfy://hush"\nsecret = "whsec_{KEY}"\n', "only for webhooks"),
        ('title = "a"\naddress = "https://hush..example/"\n', "is not a web address"),
        (f'title = "a"\naddress = "https://{"hush" * 16}.example/"\n', "is not a web address"),
        ('title = "a"\naddress = "file:///tmp/hush%00.jsonl"\n', "a path has no %00"),
        ('title = "a"\naddress = "file://hush.jsonl"\n', "with its whole path"),
        ('title = "a"\naddress = "file:hush.jsonl"\n', "is not an address such as"),
        ('title = "a"\naddress = "file:///tmp/hush/"\n', "with its whole path"),
        ('title = "a"\naddress = ["https://user:hush@a.example"]\n', "address: must be text in quotes"),
        ('title = "a"\naddress = {a = "hush"}\n', "address: must be text in quotes"),
        ('title = "a"\naddress = "https://a.example/hush\n', "not TOML"),
        ('title = "a"\nadress = "https://a.example/hush"\n', 'unknown key "adress", did you mean "address"?'),
    ],
)
def test_a_mistake_in_a_channel_is_named_without_its_secrets(tmp_path: Path, text: str, message: str) -> None:
    channels, report = read_channels(write(tmp_path, "channels/desk.toml", text), {})
    shown = "\n".join(messages(report.problems, tmp_path))
    assert (channels, report.left_out) == ((), frozenset({"desk"}))
    assert report.texts == {}
    assert message in shown
    assert "hush" not in shown.lower().replace("hush_file", "").replace("${hush}", "").replace("variable hush", "")


def test_no_secret_is_in_what_python_shows_of_a_channel() -> None:
    shown = repr(Channel(id="desk", title="Desk", address="ntfy://hush", secret=b"hush" * 8))
    assert "hush" not in shown
    assert "desk" in shown


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("two\\nlines", "must be one line"),
        ("a bell\\u0007", "must be one line"),
        ("an escape\\u001b[31m", "must be one line"),
        ("\\u202ebackwards", "must be one line"),
        ("\\u2028", "must not be empty"),
        ("x" * 201, "has 201 characters"),
        ("é" * 100_000, "has 100,000 characters"),
    ],
)
@pytest.mark.parametrize("kind", ["alerts", "digests", "channels"])
def test_a_title_is_a_line_that_is_shown_whole(tmp_path: Path, kind: str, title: str, message: str) -> None:
    rest = {"alerts": 'on = "story"', "digests": 'every = "day"', "channels": 'address = "https://a.example"'}[kind]
    read: dict[str, Callable[[Path], tuple[object, Report]]] = {
        "alerts": read_rules,
        "digests": read_digests,
        "channels": read_channels,
    }
    _, report = read[kind](write(tmp_path, f"{kind}/mine.toml", f'title = "{title}"\n{rest}\n'))
    assert message in str(report.problems[0])
    assert len(str(report.problems[0])) < 500


@pytest.mark.parametrize(
    "title", ["Élections\u00a0: le point", "Перемир’я", "«Перемирие» — 2026", "休戦", "🕊️👩‍💻", "هدنة"]
)
def test_titles_of_all_languages_are_titles(tmp_path: Path, title: str) -> None:
    assert only(tmp_path, RULE.replace("Truce spikes", title)).title == title


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 2026-01-01\n", "must be text in quotes, not 2026-01-01"),
        ("title = true\n", "must be text in quotes, not true"),
        (RULE + f"to = [[{'1,' * 1_000}]]\n", "…"),
        (RULE + '[scope]\ncountries = ["ru"]\n', "scope: country 1: "),
        (RULE + '[scope]\nclasses = ["ru"]\n', "scope: class 1: "),
    ],
)
def test_a_value_is_shown_as_people_write_it(tmp_path: Path, text: str, message: str) -> None:
    [line] = wrong(tmp_path, text)[:1]
    assert message in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('on = "story"\n', "title"),
        (RULE + 'silence = "2d"\n', "silence"),
        ('title = "a"\non = "more"\n', "more_than"),
        (RULE + '[scope]\ncountries = ["RU", "ru"]\n', "scope.countries"),
        (RULE + 'to = ["a", 3]\n', "to"),
        (RULE + "nothing = 3\n", "nothing"),
        ('title = "a"\non = "share"\nshare = 0.2\n', "theme"),
    ],
)
def test_a_mistake_says_at_which_key_it_is(tmp_path: Path, text: str, key: str) -> None:
    _, report = read_rules(write(tmp_path, "alerts/truce.toml", text))
    assert {problem.key for problem in report.problems} == {key}
