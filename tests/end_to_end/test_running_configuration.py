"""Configuration files edited while crawler and indexer run: mistakes are reported, valid changes take effect at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything, Value
from indexer.themes.sweep import Difference, count_differences
from monitor.live import LiveThemes
from tests.support.demo_run import demo_parley, demo_site
from tests.support.processes import Parley, until

FIRST, LATER = "northern-wire", "lowland-institute"
ARTICLES = {FIRST: 16, LATER: 6}  # at least; some of their addresses have no article
MISSPELT, UNBALANCED = "lisstning", "tanker AND (port"


class Files:
    """The overlay folder of an installation with one outlet; a second one is added later."""

    def __init__(self, folder: Path) -> None:
        for path in (folder / "sources").iterdir():
            if path.stem == LATER:
                self.right = path.read_text()
            elif path.stem != FIRST and path.read_text() != "removed = true\n":
                path.unlink()
        self.source = folder / "sources" / f"{LATER}.toml"
        self.source.unlink()
        self._themes = folder / "themes"
        self._themes.mkdir(exist_ok=True)

    def write_theme(self, name: str, query: str) -> None:
        """Write a theme with this English query."""
        head = f'title = "{name}"\ndescription = "Written by a test"\ncolour = "#112233"\n'
        (self._themes / f"{name}.toml").write_text(f'{head}[query]\nen = "{query}"\n')

    def remove_theme(self, name: str) -> None:
        """Remove a shipped theme."""
        (self._themes / f"{name}.toml").write_text("removed = true\n")


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Parley]:
    """Return an installation of the sample site."""
    with demo_site() as (site, proxy):
        yield demo_parley(tmp_path, site, proxy)


@pytest.fixture
def files(parley: Parley) -> Files:
    return Files(parley.config)


@pytest.fixture
def parts(parley: Parley, files: Files) -> Iterator[Sequence[subprocess.Popen[str]]]:
    """Run crawler and indexer."""
    with parley.at_work() as started:
        yield started


def tagged(engine: Engine, theme: str) -> int:
    return engine.count(Value("themes", frozenset({theme})))


def await_articles(engine: Engine, *outlets: str) -> None:
    wanted = sum(ARTICLES[outlet] for outlet in outlets)
    until(lambda: engine.count(Everything()) >= wanted, f"the articles of {outlets} are indexed")


def await_sign(parley: Parley, message: str) -> None:
    def all_say() -> bool:
        return all(message in str(parley.heartbeat(role).problems) for role in ("crawler", "indexer"))

    until(all_say, f"crawler and indexer report {message}")


def test_running_parts_report_a_mistake_keep_going_and_pick_up_valid_changes(
    parley: Parley, files: Files, parts: Sequence[subprocess.Popen[str]]
) -> None:
    until(lambda: parley.heartbeat("indexer").doing == "waiting for pages", "the indexer is at rest")
    engine = open_engine(parley.settings.engine_url)
    await_articles(engine, FIRST)
    before = {name: tagged(engine, name) for name in ("truce", "arms", "negotiations")}
    assert all(before.values())

    files.write_theme("ships", UNBALANCED)
    until(lambda: "theme ships" in str(parley.heartbeat("indexer").problems), "the indexer names the theme's mistake")
    assert "theme ships" in parley.status()["troubles"][0]
    files.source.write_text(files.right.replace("listing", MISSPELT, 1))
    await_sign(parley, MISSPELT)
    assert_shown(parley)
    assert [part.poll() for part in parts] == [None, None]
    assert {name: tagged(engine, name) for name in before} == before

    files.source.write_text(files.right)
    files.write_theme("ships", "tanker OR port")
    files.write_theme("truce", "nobodywroteit")
    files.remove_theme("arms")
    await_articles(engine, FIRST, LATER)
    until(lambda: tagged(engine, "ships"), "the new theme is swept")
    until(lambda: not tagged(engine, "truce"), "the changed theme is swept")
    until(lambda: not tagged(engine, "arms"), "the removed theme is forgotten")
    until(lambda: not any(parley.heartbeat(role).problems for role in ("crawler", "indexer")), "no mistake is left")
    for theme in LiveThemes(parley.app()).compiled:
        assert count_differences(engine, theme) == Difference(0, 0), theme.id


def assert_shown(parley: Parley) -> None:
    """Check that the misspelt kind is reported and everything else keeps running."""
    sentence = f'{LATER}.toml: feed 1: kind: unknown kind "{MISSPELT}", did you mean "listing"?'
    checked = parley.run("check")
    assert checked.code == 1
    assert sentence in checked.err
    status = parley.status()
    assert sentence in status["troubles"][0]
    left_out = f"{LATER}.toml: until this is corrected, this file is left out"  # it was never without a mistake
    assert any(left_out in trouble for trouble in status["troubles"]), status["troubles"]
    assert status["feeds"] == {"fine": 1}
    assert sentence in parley.run("status").out
