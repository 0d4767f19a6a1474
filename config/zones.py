"""The names of the time zones that this computer knows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import available_timezones


@functools.cache
def zone_names() -> Mapping[str, str]:
    """Return the IANA names of time zones, each by its form in small letters, in alphabetical order.

    Listing them reads some 600 files, which takes 10 ms or more, so they are listed once.
    """
    return MappingProxyType({name.lower(): name for name in sorted(available_timezones())})
