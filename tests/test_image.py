"""The steps of the Dockerfile, run without a container engine: build context, installation, user and entry point.

Dependencies come from the environment that runs the tests; everything else is built afresh.
"""

from __future__ import annotations

import json
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.archive import open_archive
from crawler.presence import ROLES, Heartbeat, write_heartbeat
from tests.test_architecture import PACKAGES
from tests.test_deployment import ROOT, steps

BASES = (Path(sys.base_prefix) / "bin/python3", Path("/usr/bin/python3"))
SITE = Path(sysconfig.get_path("purelib"))


@dataclass(frozen=True, slots=True)
class Image:
    """The result of the steps: a folder in place of the file system's root, and the user to run as."""

    root: Path
    user: str | None

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the container would: as its user and with only its variables."""
        variables = shlex.split(" ".join(steps("ENV")))
        inside = dict(variable.split("=", 1) for variable in variables)
        moved = {name: self.moved(value.replace("$PATH", os.defpath)) for name, value in inside.items()}
        program = shutil.which(words[0], path=moved["PATH"])
        assert program, f"{words[0]} is not on the path"
        return subprocess.run(
            [program, *words[1:]],
            env=moved,
            cwd="/",
            user=self.user,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def moved(self, text: str) -> str:
        """Return the text with the image's folders replaced by those of this test."""
        return text.replace("/opt/parley", f"{self.root}/opt/parley").replace("/data", f"{self.root}/data")


def is_open_to_all(path: Path) -> bool:
    """Return whether every user can reach the path."""
    return all(folder.stat().st_mode & 0o001 for folder in (path.resolve(), *path.resolve().parents))


def base_python() -> Path:
    """Return an interpreter of this version that the image's user can run, or the current one."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for base in BASES:
        if base.exists() and is_open_to_all(base):
            output = subprocess.run([base, "--version"], capture_output=True, text=True, check=True).stdout
            if output.split()[1].startswith(f"{version}."):
                return base
    return Path(sys.executable)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    root = Path(tempfile.mkdtemp(prefix="parley-image-"))
    root.chmod(0o755)
    base = base_python()
    unprivileged = os.getuid() == 0 and is_open_to_all(base) and is_open_to_all(SITE)
    user = "nobody" if unprivileged else None
    try:
        build(root, base)
        (root / "data").mkdir()
        if user:
            shutil.chown(root / "data", user)
        yield Image(root, user)
    finally:
        shutil.rmtree(root)


def build(root: Path, base: Path) -> None:
    """Run the first stage: copy the build context, create the venv, install the project."""
    source = root / "source"
    for step in steps("COPY"):
        *paths, target = [word for word in shlex.split(step) if not word.startswith("--")]
        if "--from=build" in step:
            continue
        for path in paths:
            here = source / target / (path if (ROOT / path).is_file() else "")
            copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copyfile
            here.parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / path, here)
    made, installed, *_ = steps("RUN")
    assert made.startswith("python -m venv ")
    venv = root / made.split()[-1].lstrip("/")
    subprocess.run([base, "-m", "venv", "--without-pip", venv], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(f"{SITE}\n")
    pip, *words = shlex.split(installed)
    assert pip == f"/{venv.relative_to(root)}/bin/pip"
    command = [sys.executable, "-m", "pip", "--python", str(venv / "bin/python"), *words, "--no-deps", "--quiet"]
    subprocess.run(command, cwd=source, check=True, timeout=120)


def test_the_image_runs_as_an_unprivileged_user(image: Image) -> None:
    if image.user is None and os.getuid() == 0:
        pytest.skip("only root can reach this Python; run the tests as another user, or with a Python in /usr/bin")
    uid = image.run("python", "-c", "import os; print(os.getuid())").stdout.strip()
    assert uid == str(pwd.getpwnam(image.user).pw_uid if image.user else os.getuid()) != "0"


def test_every_package_is_in_the_image(image: Image) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for name in PACKAGES:
        place = image.run("python", "-c", f"import {name}; print({name}.__file__)").stdout
        assert place.startswith(f"{image.root}/opt/parley/"), name
        assert f"!{name}" in ignored


def test_the_entry_point_starts_every_part_of_the_installed_project(image: Image) -> None:
    (entry,) = map(json.loads, steps("ENTRYPOINT"))
    assert image.run(*entry, "--version").stdout.startswith("parley 0.")
    listed = image.run(*entry, "sources", "--json")
    assert listed.returncode == 0, listed.stderr
    assert len(json.loads(listed.stdout)["sources"]) > 60  # the shipped files are in the package
    open_archive(image.root / "data").close()
    status = image.run(*entry, "status", "--json")
    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["data"] == str(image.root / "data")
    for (command,) in map(json.loads, steps("CMD")):
        assert "usage: parley" in image.run(*entry, command, "--help").stdout


def test_the_health_check_fails_until_crawler_and_indexer_have_a_heartbeat(image: Image) -> None:
    (health,) = steps("HEALTHCHECK")
    command = json.loads(health.partition("CMD ")[2])
    result = image.run(*command)
    assert result.returncode == 1
    assert "no heartbeat from the crawler" in result.stderr
    heartbeat = Heartbeat(pid=1, at=datetime.now(UTC), doing="indexing", trouble="", under_way=0)
    for role in ROLES:
        write_heartbeat(image.root / "data", role, heartbeat)
    assert image.run(*command).returncode == 0
