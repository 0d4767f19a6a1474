"""Rules about the source tree that no reviewer should have to check by hand."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("config", "crawler", "indexer", "monitor", "parley")  # each imports from itself and those to its left
WRITTEN_BY_HAND = (".py", ".html", ".js", ".css", ".java", ".go")
LONGEST = 400
HOMES = {  # what raises on hostile text, in one place that does not
    "urljoin": "config.web_address",
    "urlparse": "config.web_address",
    "urlsplit": "config.web_address",
    "idna": "config.web_address",
    "parsedate_to_datetime": "crawler.parse.http_dates",
    "unescape": "crawler.parse.references",
    "document_fromstring": "crawler.parse.html_tree",
    "codecs": "crawler.parse.encoding",
    "dateutil": "crawler.parse.dates",
    "dateparser": "crawler.parse.dates",
}
OF_THE_OPERATOR = {"indexer.engines.elasticsearch.address"}  # an address with several hosts, which only settings have
WRITES = {"insert", "update", "delete"}  # of SQLAlchemy


def tracked() -> list[Path]:
    """Return the files under version control, or all files but hidden ones where git is not available."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    files = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in files if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]


@cache
def modules() -> Mapping[str, Path]:
    """Return the modules of the five packages by their dotted names."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> Sequence[str]:
    """Return all imports in a file, except those only for type checking."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    waiting: list[ast.AST] = [tree_of(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden(name: str, path: Path) -> list[str]:
    """Return the imports of a module from packages to the right of its own."""
    right = PACKAGES[PACKAGES.index(name.partition(".")[0]) + 1 :]
    return [imported for imported in imports(path) if imported.partition(".")[0] in right]


@cache
def module_graph() -> Mapping[str, set[str]]:
    """Return module → modules it imports, anywhere in the file."""
    known = modules()
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        imported = {part if part in known else part.rpartition(".")[0] for part in imports(path)}
        graph[name] = imported & known.keys() - {name}
    return graph


def room_of(module: str, package: str, files: Collection[str]) -> str:
    """Return the part of a package that a module belongs to: a folder, or a file beside the folders."""
    return ".".join(module.split(".")[: package.count(".") + 2]) if module in files else ""


def room_graph(package: str, graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return room → rooms it imports from, for the rooms directly inside a package."""
    inside = {name for name in graph if name.startswith(f"{package}.")}
    rooms: dict[str, set[str]] = {}
    for name in inside:
        room = room_of(name, package, inside)
        targets = {room_of(imported, package, inside) for imported in graph[name]} - {room, ""}
        rooms.setdefault(room, set()).update(targets)
    return rooms


def cycle(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Return the modules of an import cycle, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def strays(name: str, path: Path) -> list[str]:
    """Return the names in a file that belong into another module's wrapper."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {part for imported in imports(path) for part in imported.split(".")}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return [word for word, home in HOMES.items() if word in used and name != home]


@pytest.mark.parametrize("name", modules())
def test_a_package_imports_only_from_itself_and_those_to_its_left(name: str) -> None:
    assert forbidden(name, modules()[name]) == []


def test_imports_to_the_right_are_detected_inside_functions_too(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("import config.errors\n\ndef late():\n    from indexer import engine\n")
    assert forbidden("crawler.wrong", path) == ["indexer.engine"]
    assert forbidden("monitor.wrong", path) == []


def written_tables(path: Path) -> set[str]:
    """Return the tables that a file inserts into, updates or deletes from, by their names in the file."""
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    functions = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in WRITES]
    methods = [call.func for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES]
    return {ast.unparse(call.args[0]) for call in functions if call.args} | {ast.unparse(it.value) for it in methods}


@pytest.mark.parametrize("name", [name for name in modules() if name.partition(".")[0] in ("indexer", "monitor")])
def test_only_the_crawler_writes_its_tables(name: str) -> None:
    path = modules()[name]
    crawled = {part.rpartition(".")[2] for part in imports(path) if part.startswith("crawler.")}
    assert {table for table in written_tables(path) if table.partition(".")[0] in crawled} == set()


def test_writes_to_tables_are_detected(tmp_path: Path) -> None:
    path = tmp_path / "writing.py"
    path.write_text("update(pages).where()\npages.delete()\nselect(urls)\ninsert(archive.feeds).values(a=1)\n")
    assert written_tables(path) == {"pages", "archive.feeds"}


def test_calls_that_raise_on_hostile_text_have_one_wrapper_each() -> None:
    used = {name: strays(name, path) for name, path in modules().items() if name not in OF_THE_OPERATOR}
    assert {name: words for name, words in used.items() if words} == {}


def test_calls_outside_their_wrapper_are_detected(tmp_path: Path) -> None:
    file = tmp_path / "stray.py"
    file.write_text(
        "import html\nfrom urllib import parse\nfrom urllib.parse import urljoin\nhtml.unescape(parse.urlsplit)\n"
    )
    assert sorted(strays("crawler.stray", file)) == ["unescape", "urljoin", "urlsplit"]


def test_there_are_no_import_cycles() -> None:
    assert cycle(module_graph()) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_rooms_of_a_package_import_only_downward(package: str) -> None:
    assert cycle(room_graph(package, module_graph())) == []


def test_upward_imports_between_rooms_are_detected() -> None:
    graph = {"p.low.a": {"p.high.b"}, "p.high.b": set(), "p.high.c": {"p.low.d"}, "p.low.d": set()}
    assert cycle(graph) == []
    assert set(cycle(room_graph("p", graph))) == {"p.low", "p.high"}


def test_the_public_package_imports_only_the_services_and_what_starts_them() -> None:
    below = ("config.errors", "config.settings", "monitor.app", "monitor.services")
    imported = [name for name in imports(ROOT / "parley" / "__init__.py") if name.split(".")[0] in PACKAGES]
    assert imported
    assert [name for name in imported if not name.startswith(below)] == []


def test_imports_only_for_type_checking_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "typed.py"
    path.write_text("if TYPE_CHECKING:\n    from indexer import engine\nelse:\n    import json\n")
    assert imports(path) == ("json",)


def test_cycles_are_detected() -> None:
    assert set(cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()})) == {"a", "b", "c"}


def test_no_file_is_longer_than_400_lines() -> None:
    written = [path for path in tracked() if path.suffix in WRITTEN_BY_HAND]
    long = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in written}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_no_file_is_a_collection_of_leftovers() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py"}
    assert [str(path) for path in tracked() if path.name in drawers] == []
