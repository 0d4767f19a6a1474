"""The list of what the pages promise: every line names tests and measurements that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "measurements.md"
HEADING = "## What the pages promise"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_BENCH = re.compile(r"`(bench\.\w+)`")
PROMISED = (
    "first view of every page",
    "Overview with 200 readers",
    "bytes on the wire",
    "with the interactive chart",
    "layout shift",
    "axe",
    "overflow",
    "console",
    "still and alive",
    "without scripts",
    "keyboard alone",
    "numbers on a page",
    "table rows",
    "sentences",
    "print",
    "hostile titles",
    "look by eye",
)


def lines() -> dict[str, str]:
    """Return promise → what shows it."""
    section = PAGE.read_text("utf-8").partition(f"{HEADING}\n")[2].partition("\n## ")[0]
    rows = [
        line.strip("|").split("|")
        for line in section.splitlines()
        if line.startswith("| ") and not line.startswith("| -")
    ]
    return {row[0].strip(): row[-1].strip() for row in rows[1:]}


def functions(path: Path) -> set[str]:
    """Return the functions of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_nothing_that_was_promised_is_missing() -> None:
    promises = list(lines())
    assert len(promises) == len(PROMISED)
    assert [one for one in PROMISED if not any(one in promise for promise in promises)] == []


def test_every_promise_is_shown_by_a_test_or_a_measurement_that_exists() -> None:
    for promise, shown_by in lines().items():
        tests, benches = _TEST.findall(shown_by), _BENCH.findall(shown_by)
        assert tests or benches, promise
        for file, name in tests:
            assert (ROOT / file).is_file(), (promise, file)
            assert name in functions(ROOT / file), (promise, name)
        for module in benches:
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), (promise, module)
