"""A real Elasticsearch for tests, without containers: the server's jars from Maven Central, a launcher of three classes.

The launcher is built once and kept under the user's cache folder, with what Java loaded and linked for a first node: from
that, the next ones start in less than half of the processor time. A node serves 127.0.0.1 on a free port and ends when the
last process holding its lifeline, a named pipe, has closed it; so it cannot outlive the tests that use it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.support.lock import locked

LAUNCHER, CACHE = "launcher.jar", "start.aot"
SOURCES = Path(__file__).parent / "elasticsearch_node"
OLDEST_JAVA = 21
OLDEST_JAVA_WITH_CACHE = 25  # JEP 514: a run writes, as it ends, what later ones start from
COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
HOW_TO_ENABLE = (
    "Elasticsearch is not tested: install Maven and a JDK 21 or newer (JAVA_HOME or /usr/lib/jvm), "
    "or set PARLEY_TEST_ELASTICSEARCH to the address of a test server such as http://127.0.0.1:9200"
)
# A node lives for seconds. Full optimisation and parallel collection double the processor time of its start and of 60 rounds of
# 240 articles and 100 queries.
JAVA_OPTIONS = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "-Xlog:disable",  # Java prints its own warnings where the address is expected
)
SETTINGS = {
    "cluster.name": "parley-test",
    "http.port": "0",
    "transport.port": "0",
    "network.host": "127.0.0.1",
    # A test machine with a full disk would turn every index read-only.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # With that, each look at the disk removes the read-only blocks of all indices, those that a test has set among them.
    "cluster.info.update.interval": "1d",
}


class CannotStart(Exception):
    """The machine lacks something a node needs; the message names it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A running node: its HTTP address as `127.0.0.1:PORT`, and its process."""

    address: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """Kill the node, as a power cut would."""
        self.process.kill()
        self.process.wait()


def start_node(folder: Path, *, memory: str = "1g", **settings: str) -> Node:
    """Start a node whose data and log are in `folder` and return it once it serves.

    Args:
        folder: a folder of its own; started there again, the node has what it had.
        memory: the size of its heap.
        settings: server settings; `__` stands for a dot, as in `discovery__type="single-node"`.

    Raises:
        CannotStart: no Maven, no JDK, or a node that ended at once.
    """
    java = find_java()
    launcher = build(java)
    folder.mkdir(parents=True, exist_ok=True)
    lifeline = folder / "lifeline"
    lifeline.unlink(missing_ok=True)
    os.mkfifo(lifeline)
    given = {key.replace("__", "."): value for key, value in settings.items()}
    options = [f"-Xmx{memory}"] + ([f"-XX:AOTCache={launcher / CACHE}"] if (launcher / CACHE).exists() else [])
    command = _command(java, launcher, folder, options, given)
    # Opened for reading first, without blocking: a pipe without a reader cannot be opened for writing.
    reading = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK)
    holding = os.open(lifeline, os.O_WRONLY)
    try:
        os.set_blocking(reading, True)
        with (folder / "log").open("a") as log:
            process = subprocess.Popen(command, stdin=reading, stdout=subprocess.PIPE, stderr=log, text=True)
    finally:
        os.close(reading)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        os.close(holding)
        raise CannotStart(f"the Elasticsearch node ended at once; its log is {folder / 'log'}")
    (folder / "address").write_text(address)
    node = Node(address, process)
    _started.append(node)
    return node


def _command(java: Path, launcher: Path, folder: Path, options: Iterable[str], given: dict[str, str]) -> list[str]:
    """Return the command that runs a node whose data are in `folder`."""
    wanted = {"discovery.type": "single-node"} | SETTINGS | {"path.home": str(folder), "node.name": folder.name} | given
    if "discovery.seed_hosts" in given:
        del wanted["discovery.type"]
    # Java writes no cache for a class path with a folder of classes.
    program = ["-cp", f"{launcher}/{LAUNCHER}:{launcher}/jars/*", "org.elasticsearch.node.TestNode"]
    return [f"{java}/bin/java", *JAVA_OPTIONS, *options, *program, *(f"{key}={value}" for key, value in wanted.items())]


_started: list[Node] = []  # kept, so that a running process is not collected; their pipes stay open until we end


def find_java() -> Path:
    """Return the home of the first JDK that is new enough: JAVA_HOME, then the usual folders, then the path.

    Raises:
        CannotStart: there is none.
    """
    javac = shutil.which("javac")
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    homes += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"), reverse=True)
    homes += [Path(javac).resolve().parent.parent] if javac else []
    for home in homes:
        if (home / "bin/javac").exists() and _java_version(home) >= OLDEST_JAVA:
            return home
    raise CannotStart(HOW_TO_ENABLE)


@cache
def _java_version(home: Path) -> int:
    output = subprocess.run([home / "bin/java", "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', output)
    return int(number[1]) if number else 0


def build(java: Path) -> Path:
    """Return the folder with the server's jars, the compiled launcher and Java's cache, made on first use.

    Raises:
        CannotStart: no Maven, or it could not fetch the jars.
    """
    sources = sorted(SOURCES.rglob("*.java"))
    digest = hashlib.sha256(f"{_java_version(java)} {LAUNCHER} {JAVA_OPTIONS}".encode())
    for file in [SOURCES / "pom.xml", *sources]:
        digest.update(file.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley-test"
    folder = home / f"elasticsearch-{digest.hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / "lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=home, ignore_cleanup_errors=True) as unfinished:
                _fetch_and_compile(java, sources, Path(unfinished))
                # Renamed only when complete, so that an interrupted build starts over.
                Path(unfinished).rename(folder)
        if not (folder / CACHE).exists() and _java_version(java) >= OLDEST_JAVA_WITH_CACHE:
            with tempfile.TemporaryDirectory(dir=home, ignore_cleanup_errors=True) as first:
                _write_cache(java, folder, Path(first))
    return folder


def _fetch_and_compile(java: Path, sources: list[Path], folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotStart(HOW_TO_ENABLE)
    fetch = [maven, "-q", "-B", "-f", str(SOURCES / "pom.xml"), COPY_JARS, f"-DoutputDirectory={folder}/jars"]
    compile_ = [f"{java}/bin/javac", "-d", f"{folder}/classes", "-cp", f"{folder}/jars/*", *map(str, sources)]
    pack = [f"{java}/bin/jar", "--create", f"--file={folder}/{LAUNCHER}", "-C", f"{folder}/classes", "."]
    for step in (fetch, compile_, pack):
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotStart(f"{HOW_TO_ENABLE} ({Path(step[0]).name} failed: {(done.stdout + done.stderr)[-500:]})")


def _write_cache(java: Path, launcher: Path, folder: Path) -> None:
    """Run a node until it has answered some requests; as it ends, Java writes what it loaded for them.

    Nothing depends on it: without the file, nodes only take longer to start.
    """
    options = ["-Xmx512m", f"-XX:AOTCacheOutput={folder / CACHE}"]
    with subprocess.Popen(
        _command(java, launcher, folder / "first", options, {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if address := process.stdout.readline().strip():
            with Elasticsearch(f"http://{address}", request_timeout=60) as client:
                client.bulk(index="first", operations=[{"index": {}}, {"word": "first"}], refresh=True)
                client.search(index="first", query={"match": {"word": "first"}})
        process.stdin.close()
    if (folder / CACHE).exists():
        (folder / CACHE).rename(launcher / CACHE)


def shared_node(folder: Path) -> str:
    """Return the address of the node in `folder`, starting it if necessary; it lives as long as this process."""
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock"):
        try:
            os.open(folder / "lifeline", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # no pipe yet, or no node that reads it any more
            return start_node(folder).address
    return (folder / "address").read_text()


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an engine address without a name, `elasticsearch://HOST:PORT`; append `/name`, a new one for each test.

    The tests of one run share one node, whatever the number of workers. Without a server the test is skipped with the
    sentence that says how to have one; where `CI` is "true" that is a failure.
    """
    given = os.environ.get("PARLEY_TEST_ELASTICSEARCH")
    if given:
        return re.sub(r"^http:", "elasticsearch:", given.rstrip("/"))
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with or_skipped():
        return f"elasticsearch://{shared_node(run / 'elasticsearch')}"


def start_or_skip(folder: Path, *, memory: str, **settings: str) -> Node:
    """Start a node of the test's own, as `start_node` does, where this machine can; else skip the test, or fail it where
    `CI` is "true"."""
    with or_skipped():
        return start_node(folder, memory=memory, **settings)


@contextmanager
def or_skipped() -> Iterator[None]:
    """Skip the test where a node cannot start, or fail it where `CI` is "true"."""
    try:
        yield
    except CannotStart as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
