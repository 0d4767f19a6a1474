"""The figures of docs/measurements.md that need no data set, one after the other: `python -m bench`.

Each in a process of its own; those of 100,000 articles take some minutes and 2 GB of temporary disk.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile


def main() -> int:
    """Run every benchmark; return 1 when one of them failed."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        measured = [measure(*words) for words in (["polls"], ["morphology"], ["query_limits"], ["spikes"], ["tagging"])]
        measured += [measure("search", folder), measure("export", folder), measure("web", folder)]
    return int(not all(measured))


def measure(name: str, *arguments: str) -> bool:
    """Run one benchmark; return whether it succeeded."""
    print(f"\npython -m bench.{' '.join((name, *arguments))}", flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *arguments], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
