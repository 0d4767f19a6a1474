"""The examples of docs/alerts.md do what the page says."""

from __future__ import annotations

import base64
import doctest
import json
import re
import shlex
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.alerts import RuleFile, read_rules
from config.channels import Channel, read_channels
from config.digests import DigestFile
from monitor import cli
from monitor.alerts.channels import send
from monitor.demo.watching import RULES
from tests.monitor.alerts.test_channels import UTC_ZONE, message
from tests.support.demonstration import demonstration
from tests.support.installation import Installation, small
from tests.support.overlay import write
from tests.support.receiver import receiving

__all__ = ["demonstration", "small"]

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
RULE = 'title = "Truce"\non = "spike"\ntheme = "truce"\n'
SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", blocks("rule"))
def test_every_rule_on_the_page_is_one(tmp_path: Path, text: str) -> None:
    rules, report = read_rules(write(tmp_path, "alerts/example.toml", text))
    assert ([rule.id for rule in rules], report.problems) == (["example"], ())


@pytest.mark.parametrize("block", blocks("wrong"))
def test_every_mistake_on_the_page_is_named_as_shown(small: Installation, block: str) -> None:
    line, sentence = block.strip().split("\n")
    key = line.partition(" ")[0]
    text = "".join(kept for kept in RULE.splitlines(True) if not kept.startswith(f"{key} ")) + f"{line}\n"
    write(small.config, "alerts/example.toml", text)
    code, _, err = small.run("check")
    assert (code, sentence in err) == (1, True), err


@pytest.mark.parametrize("text", blocks("digest"))
def test_every_digest_on_the_page_is_one_that_is_sent_when_the_page_says(small: Installation, text: str) -> None:
    write(small.config, "channels/desk.toml", 'title = "Desk"\naddress = "json://news.example"\n')
    write(small.config, "digests/weekly.toml", text)
    assert small.run("check")[0] == 0
    [block] = [block for block in blocks("console") if "digests/" in block]
    _, shown = block.splitlines()
    assert small.run("alerts", "test", str(small.config / "digests/weekly.toml"))[1].splitlines()[0] == shown


@pytest.mark.parametrize("block", blocks("mistake"))
def test_every_mistake_in_a_digest_is_named_as_shown(small: Installation, block: str) -> None:
    line, sentence = block.strip().split("\n")
    write(small.config, "channels/desk.toml", 'title = "Desk"\naddress = "json://news.example"\n')
    key, [plan] = line.partition(" ")[0], blocks("digest")
    text = "".join(kept for kept in plan.splitlines(True) if not kept.startswith(f"{key} ")) + f"{line}\n"
    write(small.config, "digests/weekly.toml", text)
    code, _, err = small.run("check")
    assert (code, sentence in err) == (1, True), err


def test_the_page_lists_every_key_of_a_digest() -> None:
    assert {name for name in DigestFile.model_fields if f"`{name}`" not in PAGE} <= {"title"}


@pytest.mark.parametrize("text", blocks("channel"))
def test_every_channel_on_the_page_is_one(tmp_path: Path, text: str) -> None:
    secrets = {"SMTP_PASSWORD": "hush", "WEBHOOK_SECRET": SECRET}
    channels, report = read_channels(write(tmp_path, "channels/desk.toml", text), secrets)
    assert ([channel.id for channel in channels], report.problems) == (["desk"], ())


def test_the_page_lists_every_key_of_a_rule() -> None:
    keys = set(re.findall(r"`\[?(\w+)\]?`", PAGE))
    assert {name for name in RuleFile.model_fields if name not in keys} <= {"title"}


def test_the_commands_print_what_the_page_shows(
    demonstration: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in demonstration.items():
        monkeypatch.setenv(name, value)
    [block] = [block for block in blocks("console") if "digests/" not in block]
    examples = re.findall(r"^\$ parley (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    for command, shown in examples:
        assert cli.main(shlex.split(command)) == 0
        printed = capsys.readouterr().out.splitlines()[0]
        expected = shown.splitlines()[0].replace("…", "...")
        assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), printed
    assert len(examples) == 4


@pytest.mark.parametrize("rule", [RULES / "busy-days.toml", RULES / "truce-spikes.toml"], ids=lambda rule: rule.stem)
def test_every_rule_of_the_demonstration_that_can_be_tried_on_the_past_fires(
    demonstration: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rule: Path
) -> None:
    for name, value in demonstration.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["alerts", "test", str(rule), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["messages"]


def test_the_rules_of_the_demonstration_send_to_a_file(
    demonstration: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in demonstration.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["alerts", "messages", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)["messages"]
    assert {sent["message"]["rule"] for sent in made} == {"feeds"}  # the others tell of what is generated
    assert {one["state"] for sent in made for one in sent["deliveries"]} == {"sent"}
    assert cli.main(["alerts", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {rule["state"] for rule in listed["rules"]} == {"watching"}
    assert [(one["id"], one["kind"], one["waiting"]) for one in listed["channels"]] == [("file", "file", 0)]
    written = (Path(demonstration["PARLEY_DATA"]) / "alerts.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["key"] for line in written) == sorted(sent["message"]["key"] for sent in made)


def test_the_receiver_of_the_page_verifies_what_is_sent_and_nothing_else() -> None:
    [code] = blocks("python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    with receiving() as receiver:
        channel = Channel(id="hook", title="Hook", address=receiver.url, secret=base64.b64decode(SECRET[6:]))
        send(channel, message(), names={}, zone=UTC_ZONE, now=datetime.now(UTC))
    [(headers, body)] = receiver.received
    given = {name.lower(): value for name, value in headers.items()}
    assert names["verify"](SECRET, given, body)
    assert not names["verify"](SECRET, given, body + b" ")
    assert not names["verify"](SECRET, {**given, "webhook-timestamp": str(int(time.time()) - 999)}, body)
