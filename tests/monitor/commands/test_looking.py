"""Commands that only look: themes, sources, show, status, check, extract, help."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.archive import open_archive
from monitor.cli import command_names, main
from monitor.demo.content import load_content
from monitor.demo.expected import expected
from tests.support.builders import article
from tests.support.collected import TALKS, page_of
from tests.support.installation import TRUCE, Installation
from tests.support.overlay import SOURCE, write

RunJson = Callable[..., Any]
Run = Callable[..., str]


@pytest.mark.usefixtures("installation")
def test_status_counts_feeds_pages_and_articles(run_json: RunJson) -> None:
    status = run_json("status")
    assert status["feeds"] == {"fine": 17, "not a feed": 1}
    articles = len(expected(load_content(datetime.now(UTC).date())).indexed)
    assert status["pages"] == {"indexed": articles, "consent_page": 1}
    assert status["articles"] == status["kept"] == articles
    assert status["engine"]["address"].startswith("tantivy:")
    assert status["last_poll"]
    assert [feed["health"] for feed in status["unwell"]] == ["not a feed"]


@pytest.mark.usefixtures("installation")
def test_status_is_readable(run_command: Run) -> None:
    shown = run_command("status")
    assert "17 fine" in shown
    assert "Feeds with problems" in shown
    assert "faded-gazette" in shown


@pytest.mark.usefixtures("installation")
def test_themes_lists_fourteen_with_their_articles(run_json: RunJson) -> None:
    themes = {row["id"]: row for row in run_json("themes")["themes"]}
    assert len(themes) == 14
    assert all(row["version"] == 1 and row["articles"] > 0 for row in themes.values())


@pytest.mark.usefixtures("installation")
def test_sources_lists_outlets_with_the_health_of_their_feeds(run_json: RunJson, run_command: Run) -> None:
    sources = run_json("sources")["sources"]
    assert len(sources) == 18
    assert {source["class"] for source in sources} >= {"state", "independent", "wire", "think tank", "military"}
    assert "18 sources" in run_command("sources")


@pytest.mark.usefixtures("installation")
def test_show_prints_an_article_with_where_its_date_comes_from(run_json: RunJson, run_command: Run) -> None:
    [hit] = run_json("search", "truce", "--limit", "1")["hits"]
    shown = run_json("show", hit["id"])
    assert shown["article"]["title"] == hit["title"]
    assert [page["state"] for page in shown["pages"]] == ["indexed"]
    assert shown["origins"]["published"] in run_command("show", hit["id"])


@pytest.mark.usefixtures("installation")
def test_an_unknown_id_is_rejected_with_a_sentence(run_failing: Run) -> None:
    assert 'no article has the id or address "nonsense"' in run_failing("show", "nonsense")


@pytest.mark.usefixtures("installation")
def test_check_finds_no_problem_in_the_default_configuration(run_command: Run) -> None:
    assert "No problems found: 18 sources, 14 themes, 3 alert rules." in run_command("check")


def test_check_lists_all_mistakes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_failing: Run) -> None:
    mistakes = {"sources/a.toml": 'name = "A"\n', "themes/b.toml": "title = 3\n", "settings.toml": "delay = \n"}
    for name, text in mistakes.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("PARLEY_CONFIG", str(tmp_path))
    errors = run_failing("check")
    assert "settings.toml: not TOML" in errors
    assert "sources/a.toml" in errors
    assert "themes/b.toml" in errors


@pytest.mark.parametrize("settings", ["delay = \n", 'delay = "fast"\n', "dealy = 3\n"])
def test_check_reads_queries_and_rules_although_settings_or_names_of_folders_are_wrong(
    small: Installation, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    monkeypatch.setenv("PARLEY_WORKERS", "many")
    write(small.config, "settings.toml", settings)
    (small.config / "theme").mkdir()
    write(small.config, "alerts/talks.toml", 'title = "Talks"\nkind = "spike"\nthemes = ["nothing"]\n')
    code, _, err = small.run("check")
    assert code == 1
    assert ["workers" in err, "settings.toml: " in err, "alerts/talks.toml: " in err] == [True] * 3
    assert 'did you mean "themes"?' in err
    small.write_theme("truce", TRUCE.replace("truce OR", "(truce OR"))
    places = [problem["where"] for problem in small.json("check", code=1)["problems"]]
    assert "theme truce" in places


def test_check_covers_fragments_that_no_theme_uses_yet(small: Installation) -> None:
    write(small.config, "fragments/loop.toml", 'description = "x"\n[query]\nen = "truce OR @loop"\n')
    code, _, err = small.run("check")
    assert code == 1
    assert "fragment loop: in @loop, en, character 10: @loop → @loop: a query cannot contain itself\n" in err


def test_check_shows_warnings_and_succeeds(small: Installation) -> None:
    small.write_theme("truce", TRUCE.replace("truce OR ceasefire", "truce OR peace plan"))
    code, out, err = small.run("check")
    assert code == 0
    assert "No problems found" in out
    assert "warning: theme truce: en, character 10: AND and OR without brackets" in err
    assert small.json("check")["problems"] == []
    assert [each["where"] for each in small.json("check")["warnings"]] == ["theme truce"]


def test_commands_report_that_nothing_has_run_yet(empty: Path, run_command: Run, run_failing: Run) -> None:
    assert "nothing has been collected" in run_failing("status")
    assert "nothing has been collected" in run_failing("search", "truce")
    open_archive(empty).close()
    assert "none collected yet" in run_command("status")
    assert "index" in run_failing("search", "truce")


def test_one_source_is_shown_with_its_feeds(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_SHIPPED_SOURCES", "none")
    write(small.config, "sources/example.toml", SOURCE)
    shown = small.json("sources", "example")
    assert (shown["id"], shown["articles"], shown["last_new"]) == ("example", None, None)
    assert [feed["health"] for feed in shown["feeds"]] == ["never polled"]
    assert "example/" in small.run("sources", "example")[1]
    code, _, err = small.run("sources", "exmaple")
    assert (code, 'no source "exmaple", did you mean "example"?' in err) == (1, True)


def test_a_crawl_in_which_every_feed_fails_fails(tmp_path: Path) -> None:
    write(tmp_path, "sources/example.toml", re.sub(r'url = ".*"', 'url = "http://127.0.0.1:9/feed"', SOURCE))
    environment = {
        "PARLEY_DATA": str(tmp_path / "data"),
        "PARLEY_CONFIG": str(tmp_path),
        "PARLEY_SHIPPED_SOURCES": "none",
    }
    command = [sys.executable, "-m", "monitor.cli", "crawl", "--once", "--json"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, timeout=120)
    assert done.returncode == 1
    assert json.loads(done.stdout)["polls"] == {"refused_address": 1}
    assert json.loads(done.stderr[done.stderr.index(b"{\n") :])["error"]["code"] == "unavailable"


def test_extract_shows_the_extracted_fields_of_a_file(
    tmp_path: Path, run_json: RunJson, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(page_of(TALKS))
    assert run_json("extract", str(page))["article"]["title"] == "Talks resume"
    page.write_bytes(b"%PDF-1.7")
    assert main(["extract", str(page), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["outcome"] == "not_html"


def test_a_page_from_standard_input_leaves_it_open(run_json: RunJson, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(page_of(TALKS)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run_json("extract", "-")["article"]["title"] == "Talks resume"
    assert not stdin.closed


def test_a_missing_file_is_reported(run_failing: Run) -> None:
    assert "/nowhere.html: cannot be read" in run_failing("extract", "/nowhere.html")


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in command_names():
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert f"usage: parley {name}" in capsys.readouterr().out


def test_the_overview_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    overview = capsys.readouterr().out
    assert all(f"  {name} " in overview for name in command_names())


def test_check_reports_an_engine_address_of_an_unknown_engine(
    small: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_ENGINE", "tantvy:/data")
    code, _, errors = small.run("check")
    assert code == 1
    assert errors.startswith('engine: unknown engine "tantvy" in "tantvy:/data"')


def test_check_counts_only_own_sources_when_the_default_ones_are_off(
    small: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_SHIPPED_SOURCES", "none")
    write(small.config, "sources/example.toml", SOURCE)
    assert ": 1 source," in small.run("check")[1]


def test_the_note_about_a_crawl_without_feeds_says_what_to_add(
    small: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_SHIPPED_SOURCES", "none")
    code, out, errors = small.run("crawl", "--once")
    assert code == 0
    assert "Polls: none." in out
    assert (
        "note: no feed is enabled; see docs/sources.md for how to add sources, and check the setting `shipped_sources`\n"
        in errors
    )
    assert "Traceback" not in errors


def test_the_time_of_the_last_change_stands_beside_that_of_publication(
    small: Installation, run_command: Run, run_json: RunJson
) -> None:
    published = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    kept = article(
        title="Talks", published=published, updated=published + timedelta(hours=2), updated_precision="second"
    )
    small.keep(kept)
    assert run_json("show", kept.id)["article"]["updated"] == "2026-03-01T11:30:00+00:00"
    assert "updated  2026-03-01 11:30 UTC" in run_command("show", kept.id)
    assert "2026-03-01 09:30, updated 2026-03-01 11:30" in run_command("search", "*")
    assert run_json("search", "*")["hits"][0]["updated_precision"] == "second"
