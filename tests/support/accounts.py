"""Commands as another account runs them: one that does not own the files, and reads only what its group may."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

OWNER = 65_534  # who owns the files; the command runs as root without its privilege to read all files, in the group of the files
_LOST = "-dac_override,-dac_read_search,-fowner,-chown"


def needs_accounts() -> pytest.MarkDecorator:
    """Skip a test where files cannot be given to another account."""
    is_possible = os.geteuid() == 0 and shutil.which("setpriv") is not None
    if is_possible:
        tried = subprocess.run([*as_reader(), "true"], capture_output=True, check=False)
        is_possible = tried.returncode == 0
    return pytest.mark.skipif(not is_possible, reason="run the tests as root, with setpriv, to try a second account")


def as_reader() -> Sequence[str]:
    """Return what comes before a command, so that permissions of files hold for it although root runs it."""
    return ("setpriv", f"--bounding-set={_LOST}", f"--inh-caps={_LOST}")


def give_away(*folders: Path) -> None:
    """Give the folders with all they contain to another account, as it would have made them."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, OWNER, os.getegid(), follow_symlinks=False)
