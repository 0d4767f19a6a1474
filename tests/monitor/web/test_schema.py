"""Requests that the API's own description suggests, good and bad, bring nothing but what it describes, on both engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.settings import load_settings
from monitor.app import App
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import serving

pytestmark = pytest.mark.long  # more than a thousand requests, one after the other

# A text can be no query, no time and no time zone in more ways than a schema can exclude.
CONFIGURATION = """
request-timeout = 120

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 403, 404, 409, 422]

[phases.coverage]
unexpected-methods = ["PATCH"]
"""


# These answer from the archive and from files, whatever the engine. So is what breaks the description refused.
WITHOUT_ENGINE = r"^/api/v1/(channels|deliveries|digests|examples|fetches|messages|requests|sources)|/snooze$|\.opml$"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("engine", "selection"),
    [("tantivy", ()), ("elasticsearch", ("--mode", "positive", "--exclude-path-regex", WITHOUT_ENGINE))],
)
def test_no_request_brings_what_the_description_does_not_allow(
    engine: str,
    selection: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    remote = f"{request.getfixturevalue('elasticsearch_url')}/schema-{uuid4().hex}" if engine == "elasticsearch" else ""
    installation = Installation(tmp_path, monkeypatch, capsys, engine=remote)
    installation.keep(article(text="A truce was agreed.", themes=frozenset({"truce"})))
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    with serving(App(load_settings())) as address:
        # Made at its first use: Schemathesis waits ten seconds for it, however busy the machine is.
        httpx.get(f"{address}/api/v1/openapi.json", timeout=120)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", tmp_path / "schemathesis.toml"),
                *("run", f"{address}/api/v1/openapi.json", "--no-color", "--warnings", "off"),
                *("--generation-deterministic", "--phases", "coverage", *selection),
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=500,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: " in done.stdout
