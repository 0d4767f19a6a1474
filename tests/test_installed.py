"""The installed wheel, run from a folder whose files have the names of modules.

Its environment does not include the checkout. Dependencies come from the environment that runs the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.files import SHIPPED
from config.settings import Settings
from crawler.presence import ROLES, last_heartbeat
from tests.support.processes import PATIENCE, until
from tests.support.words import morphology
from tests.test_architecture import PACKAGES, ROOT

pytestmark = pytest.mark.long  # builds and installs the wheel once

SITE = Path(sysconfig.get_path("purelib"))
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)

LIBRARIES = ("pebble", "pydantic", "rich", "scrapy", "sqlalchemy", "tantivy", "trafilatura", "twisted")
PYTHONS = ("logging", "multiprocessing", "queue", "random", "selectors", "signal", "socket", "struct", "types")
TRAP = """
import sys
with open({seen!r}, "a") as seen:
    seen.write(f"{{__name__}}: {{sys.orig_argv}}\\n")
raise SystemExit("imported from the current folder")
"""
SETTINGS = "[settings]\ndefault = nowhere\n[loggers]\nkeys = nothing\n[alembic]\nscript_location = nowhere\n"

# The commands that start processes, with their arguments; `demo`, `run` and the word tables are tested below.
WORDS: Mapping[str, tuple[str, ...]] = {
    "crawl": ("--once",),
    "extract": ("page.html",),
    "index": ("--once",),
    "rebuild": (),
    "reread": ("consent_page",),
    "sources": ("check", "northern-wire"),
    "themes": ("sweep",),
}


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel, a data folder, and a folder from which nothing must be imported or read."""

    bin: Path
    data: Path
    hostile: Path

    @property
    def packages(self) -> Path:
        """Where the wheel's packages are."""
        return next(self.bin.parent.glob("lib/python*/site-packages"))

    @property
    def imported(self) -> str:
        """The modules imported from the hostile folder, with the commands that imported them."""
        seen = self.hostile / "imported"
        return seen.read_text() if seen.exists() else ""

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command, with only these PARLEY_ variables."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "PYTHON"))}
        return own | {"PARLEY_DATA": str(self.data), "PARLEY_CACHE": str(Settings().cache), **more}

    @property
    def demonstration(self) -> dict[str, str]:
        """The variables that select the data of `parley demo`."""
        return {"PARLEY_DATA": str(self.data / "demo"), "PARLEY_CONFIG": str(self.data / "demo" / "config")}

    def run(self, program: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in the hostile folder."""
        return subprocess.run(
            [self.bin / program, *words],
            cwd=self.hostile,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def output(self, program: str, *words: str, **more: str) -> str:
        """Run a program, check that it succeeds and return its output."""
        done = self.run(program, *words, **more)
        assert (done.returncode, self.imported) == (0, ""), done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel from a copy, free of earlier builds, and install it."""
    morphology()  # built once, not by the commands
    folder = tmp_path_factory.mktemp("wheel")
    source, environment, hostile = folder / "source", folder / "environment", folder / "hostile"
    source.mkdir()
    for name in BUILT_FROM:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source], check=True, timeout=200)
    shutil.rmtree(source)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (wheel,) = folder.glob("*.whl")
    target = [*pip, "--python", str(environment / "bin" / "python")]
    subprocess.run([*target, "install", "--quiet", "--no-deps", wheel], check=True, timeout=200)
    set_traps(hostile)
    made = Installed(environment / "bin", folder / "data", hostile)
    (made.packages / "dependencies.pth").write_text(
        f"{SITE}\n"
    )  # its own .pth files, and so the checkout, do not count
    return made


def set_traps(folder: Path) -> None:
    """Create a folder whose modules record the process that imports them and end it."""
    folder.mkdir()
    trap = TRAP.format(seen=str(folder / "imported"))
    for name in (*PACKAGES, *LIBRARIES, *PYTHONS):
        (folder / f"{name}.py").write_text(trap)
    for name in ("indexer", "scrapy"):  # a package takes precedence over a module of the same name
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(trap)
    for name in ("scrapy.cfg", "alembic.ini", "setup.cfg", "pyproject.toml", ".env", "settings.toml"):
        (folder / name).write_text(SETTINGS)
    (folder / "page.html").write_text("<title>Truce</title><article><p>" + "The truce holds. " * 50 + "</p></article>")


def test_the_traps_work(installed: Installed) -> None:
    done = installed.run("python", "-m", "monitor.cli", "--version")
    assert "imported from the current folder" in done.stderr
    assert installed.imported
    (installed.hostile / "imported").unlink()


def test_the_packages_come_from_the_wheel_and_are_complete(installed: Installed) -> None:
    code = f"import {', '.join(PACKAGES)}; print(*(p.__file__ for p in ({', '.join(PACKAGES)})), sep='\\n')"
    files = installed.output("python", "-P", "-c", code).split()
    assert files == [str(installed.packages / package / "__init__.py") for package in PACKAGES]
    ours = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT) for path in ours if "__pycache__" not in path.parts}
    assert sorted(str(path) for path in wanted if not (installed.packages / path).is_file()) == []


def test_the_shipped_sources_and_themes_are_present_and_valid(installed: Installed) -> None:
    installed.output("parley", "check")
    listed = json.loads(installed.output("parley", "sources", "--json"))["sources"]
    assert {source["id"] for source in listed} == {path.stem for path in (SHIPPED / "sources").glob("*.toml")}
    installed.output("parley", "themes", "test")


@pytest.fixture(scope="module")
def collected(installed: Installed) -> Installed:
    """Return the installation after `parley demo --once`."""
    installed.output("parley", "demo", "--once", "--small")
    return installed


def test_the_demonstration_can_be_searched(collected: Installed) -> None:
    hits = json.loads(collected.output("parley", "search", "theme:truce", "--json", **collected.demonstration))
    assert hits["total"] > 10


@pytest.mark.parametrize("command", WORDS)
def test_a_command_that_starts_processes_imports_nothing_from_the_current_folder(
    collected: Installed, command: str, tmp_path: Path
) -> None:
    variables = collected.demonstration | ({"PARLEY_DATA": str(tmp_path)} if command == "crawl" else {})
    done = collected.run("parley", command, *WORDS[command], **variables)
    assert (collected.imported, "Traceback" in done.stderr) == ("", False), done.stderr
    # No feed answers: the sample site is no longer being served.
    assert done.returncode == (1 if command in ("crawl", "sources") else 0), done.stderr


def test_processes_start_from_a_folder_that_was_removed(collected: Installed, tmp_path: Path) -> None:
    folder = tmp_path / "removed"
    folder.mkdir()
    collected.output("parley", "reread", **collected.demonstration)  # the consent page, unless it is already pending
    command = 'rmdir "$PWD" && exec "$0" index --once'
    done = subprocess.run(
        ["sh", "-c", command, collected.bin / "parley"],
        cwd=folder,
        env=collected.environment(**collected.demonstration),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (0, "Pages: 1 a page asking for consent, a login or JavaScript.\n"), (
        done.stderr
    )


def test_word_tables_are_built_without_the_current_folder(collected: Installed, tmp_path: Path) -> None:
    tables = tmp_path / "words"
    tables.mkdir()
    for table in (Settings().cache / "words").iterdir():
        if not table.name.startswith("en"):
            (tables / table.name).symlink_to(table)
    done = collected.run("parley", "search", "truce", PARLEY_CACHE=str(tmp_path), **collected.demonstration)
    assert (done.returncode, collected.imported) == (0, ""), done.stderr
    assert "the word table for en is ready" in done.stderr


@pytest.fixture
def lasting(
    collected: Installed, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """Start a command that runs until it is stopped, and yield its data folder."""
    variables = collected.demonstration | {"PARLEY_DATA": str(tmp_path), "PARLEY_WEB_PORT": "0"}
    process = subprocess.Popen(
        [collected.bin / "parley", request.param], cwd=collected.hostile, env=collected.environment(**variables)
    )
    yield tmp_path / "demo" if request.param == "demo" else tmp_path, process
    process.kill()
    process.wait()


@pytest.mark.parametrize("lasting", ["demo", "run"], indirect=True)
def test_parts_do_not_see_the_current_folder(
    collected: Installed, lasting: tuple[Path, subprocess.Popen[bytes]]
) -> None:
    data, process = lasting
    until(lambda: collected.imported or all(last_heartbeat(data, role) for role in ROLES), "both parts work")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert collected.imported == ""
