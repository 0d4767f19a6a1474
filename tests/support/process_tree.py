"""The processes of an installation that runs, and what each of them does."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

_PARTS = {"run": "supervisor", "crawl": "crawler", "index": "indexer", "serve": "server", "alerts": "alerts"}


def parts(root: int) -> dict[int, str]:
    """Return the process ids of `parley run` and all that descend from it, each with the name of its part.

    Those that parse feeds are `parser`, those that extract pages `worker`; those that Python starts to make more of them are
    named after the part that needs them.
    """
    parents, commands = _processes()
    pairs = ((pid, _part(pid, root, parents, commands)) for pid in parents)
    return {pid: part for pid, part in pairs if part}


def _processes() -> tuple[dict[int, int], dict[int, str]]:
    parents, commands = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, IndexError):  # it has just ended
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(folder.name)] = int(parent)
                    command = (folder / "cmdline").read_bytes()
                    commands[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return parents, commands


def _part(pid: int, root: int, parents: dict[int, int], commands: dict[int, str]) -> str:
    """Return what a process does; "" for one that does not descend from the root."""
    command = commands.get(pid, "")
    words = re.search(r"monitor\.(?:cli|part \d+) (\w+)", command)
    if pid == root or (words and parents.get(pid) == root):
        return _PARTS.get(words[1], words[1]) if words else "supervisor"
    parent = parents.get(pid, 0)
    above = _part(parent, root, parents, commands) if parent > 1 else ""
    if not above:
        return ""
    if above.endswith("forkserver"):
        return "parser" if above.startswith("crawler") else "worker"
    return f"{above}'s {'forkserver' if 'forkserver' in command else 'tracker'}"
