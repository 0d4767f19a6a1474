"""Names of authors as feeds and pages write them, cleaned."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from crawler.parse.markup import plain

_MOST = 10
_LONGEST = 80  # characters of one name
_READ = 200  # characters of one name that are read, markup included
_MAIL = re.compile(r"^\s*[^\s@]{1,100}@\S{1,100}\s*\(([^()]+)\)\s*$")  # as RSS writes it: `desk@news.example (Ann Lee)`
_PREFIX = re.compile(r"^(?:by|von|par|por|автор(?:ы|и)?|текст|autor(?:zy)?|auteur)\b[\s:]*", re.IGNORECASE)


def clean_authors(names: Iterable[object]) -> tuple[str, ...]:
    """Return the names in order, each once, at most ten; without markup, "By", addresses and mail addresses."""
    cleaned = (_clean(name[:_READ]) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in cleaned if name))[:_MOST]


@functools.lru_cache(maxsize=4096)
def _clean(name: str) -> str | None:
    name = _PREFIX.sub("", plain(_MAIL.sub(r"\1", name))).strip(" ,;")
    return name if 1 < len(name) <= _LONGEST and "@" not in name and "://" not in name else None
