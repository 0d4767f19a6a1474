"""Health and metrics: what supervisors, Prometheus and Grafana see."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from config.settings import Settings
from crawler.archive import fetches
from crawler.archive.archive import open_archive
from crawler.archive.fetches import Fetch
from monitor.access import AccessFile
from monitor.app import App
from monitor.services.readiness import FRESH, Readiness
from monitor.web.answers import API
from tests.support.web import browser

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana" / "parley.json"
NOW = datetime.now(UTC)

Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(client: httpx.Client) -> Samples:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(metrics: Samples, name: str, **labels: str) -> float:
    return metrics[name, tuple(sorted(labels.items()))]


def poll(data: Path, outcome: str) -> None:
    archive = open_archive(data)
    with archive.database.write() as connection:
        fetches.record(
            connection,
            Fetch(
                feed="one/1",
                at=NOW,
                outcome=outcome,
                status=200,
                milliseconds=1,
                bytes=1,
                listed=1,
                new=1,
                detail="",
            ),
        )
    archive.close()


def test_a_server_lives_though_nothing_was_collected_and_is_not_ready(tmp_path: Path) -> None:
    client = browser(tmp_path / "none", password="pass phrase")
    assert client.get("/health/live").text == "alive\n"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "archive": False, "engine": False}
    assert not (tmp_path / "none").exists()


def test_a_server_with_an_archive_and_an_index_is_ready(client: httpx.Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_whoever_asks_often_makes_no_work(tmp_path: Path) -> None:
    now = 0.0
    readiness = Readiness(App(Settings(data=tmp_path)), clock=lambda: now)
    first = readiness.look()
    assert readiness.look() is first
    now = FRESH
    assert readiness.look() is not first


def test_metrics_need_the_right_to_read(tmp_path: Path) -> None:
    secret = AccessFile(tmp_path).new_token("prometheus", "read", NOW)
    client = browser(tmp_path)
    assert client.get("/metrics", headers={"accept": "*/*"}).status_code == 401
    assert client.get("/metrics", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    for path in ("/health/live", "/health/ready"):
        assert client.get(path).status_code in (200, 503)


def test_metrics_count_what_the_archive_has(client: httpx.Client) -> None:
    metrics = samples(client)
    status = client.get(f"{API}/status").json()
    assert value(metrics, "parley_archive_up") == value(metrics, "parley_engine_up") == 1
    assert value(metrics, "parley_articles") == status["engine"]["articles"] > 100
    assert value(metrics, "parley_articles_kept") == value(metrics, "parley_articles")
    for state, number in status["pages"].items():
        assert value(metrics, "parley_pages", state=state) == number
    feeds = sum(number for (name, _), number in metrics.items() if name == "parley_feeds")
    assert feeds == 18
    assert value(metrics, "parley_index_delay_seconds") == 0
    assert value(metrics, "parley_process_up", process="crawler") == 0


def test_polls_are_counted_from_the_first_look_on(tmp_path: Path) -> None:
    poll(tmp_path, "read")
    client = browser(tmp_path)
    assert ("parley_polls_total", (("outcome", "read"),)) not in samples(client)
    for outcome in ("read", "read", "not_found"):
        poll(tmp_path, outcome)
    for _ in range(2):
        metrics = samples(client)
        assert value(metrics, "parley_polls_total", outcome="read") == 2
        assert value(metrics, "parley_polls_total", outcome="not_found") == 1


def test_requests_are_counted_by_address_and_not_by_what_somebody_looks_for(tmp_path: Path) -> None:
    client = browser(tmp_path)
    for path in ("/sources/one", "/sources/two", f"{API}/lint?query=secret", "/nothing/secret"):
        client.get(path)
    client.request("SECRET", "/help")
    text = client.get("/metrics").text
    assert "secret" not in text.lower()
    metrics = samples(client)
    assert value(metrics, "parley_request_seconds_count", address="/sources/{id}", method="GET", status="404") == 2
    assert value(metrics, "parley_request_seconds_count", address=f"{API}/lint", method="GET", status="200") == 1
    assert value(metrics, "parley_request_seconds_count", address="other", method="GET", status="404") == 1
    assert any(("method", "other") in labels for _, labels in metrics)


def test_errors_of_the_engine_are_counted(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    client = browser(tmp_path)
    assert client.get(f"{API}/search?query=truce").status_code == 503
    assert value(samples(client), "parley_engine_errors_total", error="EngineUnavailable") == 1


def test_without_an_archive_metrics_say_so(tmp_path: Path) -> None:
    metrics = samples(browser(tmp_path))
    assert value(metrics, "parley_archive_up") == 0
    assert not any(name == "parley_pages" for name, _ in metrics)


def test_the_page_that_waits_longest_is_the_delay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = open_archive(tmp_path)
    monkeypatch.setattr(type(archive), "oldest_pending", lambda _: datetime.now(UTC) - timedelta(hours=2))
    assert value(samples(browser(tmp_path)), "parley_index_delay_seconds") == pytest.approx(7_200, abs=100)
    archive.close()


@pytest.fixture
def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return board


def test_the_dashboard_shows_only_metrics_and_labels_that_are_exported(
    client: httpx.Client, dashboard: dict[str, Any]
) -> None:
    client.get(f"{API}/search?query=(")
    labels: dict[str, set[str]] = {}
    for name, pairs in samples(client):
        labels.setdefault(name, set()).update(label for label, _ in pairs)
    labels |= {"parley_polls_total": {"outcome"}, "parley_engine_errors_total": {"error"}}  # with their first event
    types = client.get("/metrics").text
    assert {"# TYPE parley_polls_total counter", "# TYPE parley_engine_errors_total counter"} <= set(types.splitlines())
    expressions = [
        (target["expr"], target["legendFormat"]) for panel in dashboard["panels"] for target in panel["targets"]
    ]
    assert len(expressions) > 12
    for expression, legend in expressions:
        [name] = re.findall(r"\b(?:parley|process)_\w+", expression)
        assert name in labels, name
        grouped = re.findall(r"by \(([^)]*)\)", expression)
        used = {label.strip() for group in grouped for label in group.split(",")} | set(
            re.findall(r"{{(\w+)}}", legend)
        )
        assert used <= labels[name], expression


def test_the_dashboard_can_be_imported_anywhere(dashboard: dict[str, Any]) -> None:
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    assert {"datasource", "instance"} <= names
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["description"]
        place = panel["gridPos"]
        covered = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not covered & cells
        assert max(x for x, _ in covered) < 24
        cells |= covered
