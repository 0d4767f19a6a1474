"""Which Parley this is."""

from __future__ import annotations

from functools import cache


@cache
def version_of_parley(unknown: str) -> str:
    """Return the version of the package that is installed.

    Args:
        unknown: what to return for a checkout that is not installed.
    """
    from importlib.metadata import PackageNotFoundError, version  # slow to load, and most commands do not need it

    try:
        return version("parley")
    except PackageNotFoundError:
        return unknown
