from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("installation")


def test_the_original_article_is_opened_in_the_browser(run_json: Callable[..., Any], tmp_path: Path) -> None:
    (hit,) = run_json("search", "truce", "--limit", "1")["hits"]
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}"\n')
    browser.chmod(0o755)
    command = [sys.executable, "-m", "monitor.cli", "open", hit["id"][:8]]
    environment = os.environ | {"BROWSER": f"{browser} %s"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, hit["url"]), done.stderr
    assert opened.read_text() == hit["url"]


def test_opening_an_unknown_article_fails_with_a_sentence(run_failing: Callable[..., str]) -> None:
    assert "deadbeef" in run_failing("open", "deadbeef")
