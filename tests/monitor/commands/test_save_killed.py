"""A save that is killed at any moment leaves a theme whose file, version and tags the next sweep makes agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.support.builders import article
from tests.support.installation import Installation

MOMENTS = 5  # raise it to try more; each costs half a second of processor time

# Saves and sweeps in forked children of one process, in which the word tables are loaded. Each save is killed later than the one
# before, so that the moments are spread over all that a whole save does with files and databases.
_KILLED = """
import json, os, signal, sys, tomllib
from pathlib import Path
from indexer.engine import open_engine
from indexer.query.tree import Everything
from indexer.themes.versions import latest_versions
from monitor import cli
from monitor.app import App

App.load().morphology
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "os.listdir", "os.scandir")

def child(words, last=-1):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        done = 0
        def count(event, _):
            nonlocal done
            if event in EVENTS:
                done += 1
                if done == last:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        assert cli.main(words) == 0
        os.write(writing, str(done).encode())
        os._exit(0)
    os.close(writing)
    os.wait()
    with os.fdopen(reading) as file:
        return int(file.read() or 0)

def save(number, last=-1):
    return child(["themes", "save", "truce", "--query", f"en=truce OR moment{number}"], last)

def state():
    app = App.load()
    text = Path(os.environ["PARLEY_CONFIG"], "themes", "truce.toml").read_text()
    with app.archive.database.read() as connection:
        version = json.loads(latest_versions(connection)["truce"].definition)["query"]["en"]
    tagged = sorted(one.title for one in app.engine.scan(Everything()) if "truce" in one.themes)
    return tomllib.loads(text)["query"]["en"], version, tagged

moments, whole = int(sys.argv[1]), save(0)
for number in range(1, moments + 1):
    is_killed = save(number, max(1, whole * number // (moments + 1))) == 0
    assert child(["themes", "sweep"])
    print(json.dumps([is_killed, *state()]))
"""


def test_a_killed_save_leaves_file_version_and_tags_to_agree(small: Installation) -> None:
    titles = {f"moment{number}": f"In moment{number} nothing" for number in range(MOMENTS + 1)}
    small.keep(*(article(serial=100 + n, title=title) for n, title in enumerate(titles.values())))
    command = [sys.executable, "-c", _KILLED, str(MOMENTS)]
    done = subprocess.run(command, env=os.environ | dict(small.environment), check=True, capture_output=True, text=True)
    states = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(states) == MOMENTS
    assert sum(is_killed for is_killed, *_ in states) >= MOMENTS - 1  # a save may have fewer moments than the first
    for _, file, version, tagged in states:
        assert version == file
        assert tagged == [titles[file.split()[-1]]]
    assert {file for _, file, *_ in states} != {
        states[0][1]
    }  # some were killed before the theme was saved, others after it
    assert [path.name for path in (small.config / "themes").iterdir() if path.suffix != ".toml"] == []
