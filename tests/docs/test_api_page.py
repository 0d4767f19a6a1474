"""The examples of docs/api.md do what the page shows, on the demonstration."""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest

from config.settings import load_settings
from monitor.app import App
from monitor.web.answers import API
from monitor.web.application import application
from monitor.web.sessions import Sessions
from tests.support.demonstration import demonstration
from tests.support.web import serving

__all__ = ["demonstration"]

FILE = Path(__file__).parents[2] / "docs" / "api.md"
PAGE = FILE.read_text("utf-8")
SHOWN = "http://127.0.0.1:8765"
COMMAND = re.compile(r"^\$ (?P<command>.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def test_the_examples_do_what_the_page_shows(demonstration: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    settings = load_settings(data=Path(demonstration["PARLEY_DATA"]), config=Path(demonstration["PARLEY_CONFIG"]))
    with serving(App(settings)) as address:
        page = PAGE.replace(SHOWN, address)
        for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
            for example in COMMAND.finditer(block):
                assert_prints(example["command"], example["output"])
        session = doctest.DocTestParser().get_doctest(page.replace("```\n", "\n"), {}, FILE.name, str(FILE), 0)
        results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(session)
    assert results.failed == 0, capsys.readouterr().out
    assert results.attempted > 10


def assert_prints(command: str, output: str) -> None:
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert doctest.OutputChecker().check_output(output, done.stdout, doctest.ELLIPSIS), (
        f"{command}\n{done.stdout}{done.stderr}"
    )


@pytest.mark.usefixtures("small")
def test_the_page_lists_every_address() -> None:
    listed = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`?]*)", PAGE))
    app = App(load_settings())
    sessions = Sessions(app.settings.data, None, is_private=True)
    paths = application(app, hosts=[], sessions=sessions).openapi()["paths"]
    offered = {(method.upper(), path.removeprefix(API)) for path, methods in paths.items() for method in methods}
    assert listed == offered
