"""Runs a command as a part of `parley run`: it ends when that ends, even by SIGKILL.

`python -m monitor.part PARENT WORDS`: the process id of the parent, then what one types after `parley`.
"""

from __future__ import annotations

import sys

from crawler.lineage import end_with_parent
from monitor.cli import main

if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
