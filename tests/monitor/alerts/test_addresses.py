"""What is wrong with the address of a channel shows before anything is sent, and without its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.channels import Channel
from monitor.alerts.addresses import mistake, obstacle


def channel(address: str) -> Channel:
    return Channel(id="desk", title="Desk", address=address)


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://me:hush@smtp.example?to=desk@example.org",
        "mailto://me:hush@smtp.example",
        "ntfy://hush",
        "ntfys://me:hush@ntfy.example:8443/topic",
        "tgram://123456789:abcdefg_hijklmnop/",
        "json://127.0.0.1:8080/hush",
        "https://hooks.example/hush",
        "file:///var/lib/parley/alerts.jsonl",
    ],
)
def test_an_address_that_may_work_is_accepted(address: str) -> None:
    assert mistake(channel(address)) is None


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mailtoo://me:hush@smtp.example", 'unknown service "mailtoo", did you mean "mailto"?'),
        ("ftp://hush", 'unknown service "ftp"'),
        ("javascript://hush", "unknown service"),
        ("mailto://hush.example", "something is missing or wrong in it for mailto"),
        ("tgram://hush", "something is missing or wrong in it for tgram"),
        ("slack://hush", "something is missing or wrong in it for slack"),
        ("discord://hush", "something is missing or wrong in it for discord"),
        ("mailto://me:hush@smtp.example:99999?to=a@example.org", "its port is not between"),
        ("ntfy://me:hush@ntfy.example:0/topic", "its port is not between"),
        ("ntfy://me:hush@ntfy.example:70000/topic", "its port is not between"),
        ("mailto://me:hush@smtp.example?to=hush", "nobody to send to"),
        ("mailto://me:hush@smtp.example?to=,", "nobody to send to"),
        ("ntfys://", "nobody to send to"),
    ],
)
def test_an_address_that_nothing_could_be_sent_to_is_named_without_its_secrets(address: str, sentence: str) -> None:
    shown = mistake(channel(address)) or ""
    assert sentence in shown
    assert "hush" not in shown


def test_a_file_that_cannot_be_written_is_named_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for path, sentence in {
        "new.jsonl": None,
        "a%20file": None,
        ".": "is that of a folder",
        "missing/new.jsonl": "the folder of its file does not exist",
        "a%20file/new.jsonl": "the folder of its file does not exist",
        f"{'long' * 100}.jsonl": "File name too long",
    }.items():
        shown = obstacle(channel(f"file://{tmp_path}/{path}"))
        assert (shown is None) if sentence is None else sentence in (shown or ""), (path, shown)
        assert str(tmp_path) not in (shown or "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file"]


def test_only_files_can_have_something_in_their_way() -> None:
    assert obstacle(channel("https://hooks.example/in")) is None
