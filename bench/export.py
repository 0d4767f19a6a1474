"""How much memory an export takes: `python -m bench.export FOLDER`, of the index that `bench.search FOLDER` made.

Prints for a week of it and for all of it, as JSON lines and as CSV: articles written, the most memory the process held of its
own, the most of the index that was mapped into it (which the system takes back when it needs the room), and CPU.
Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OFTEN = 0.05  # seconds between samples
RANGES = {"a week": ["--since", "2026-10-25"], "everything": []}


def measure(url: str, words: list[str]) -> str:
    """Run one export and return its figures."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"PARLEY_ENGINE": url, "PARLEY_DATA": data}
        command = [sys.executable, "-m", "monitor.cli", "export", "*", *words]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as export:
            own, mapped = _watched(export.pid)
            _, status, usage = os.wait4(export.pid, 0)
            message = export.stderr.read().splitlines()[-1] if export.stderr else ""
    if status:
        raise SystemExit(f"the export failed: {message}")
    cpu = usage.ru_utime + usage.ru_stime
    return f"{message:<18} own {own:4.0f} MB   mapped {mapped:4.0f} MB   {cpu:5.1f} s CPU"


def _watched(pid: int) -> tuple[float, float]:
    """Return the peak anonymous and peak mapped memory of the process, in MB."""
    own = mapped = 0.0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        memory = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        own, mapped = max(own, _megabytes(memory, "RssAnon")), max(mapped, _megabytes(memory, "RssFile"))
        time.sleep(OFTEN)
    return own, mapped


def _megabytes(memory: dict[str, str], name: str) -> float:
    return int(memory.get(name, "0 kB").split()[0]) / 1024


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    url = f"tantivy:{parser.parse_args().folder / 'index'}"
    for name, words in RANGES.items():
        for form in ("jsonl", "csv"):
            print(f"{name:<11} {form:<6}", measure(url, [*words, "--format", form]), flush=True)


if __name__ == "__main__":
    main()
