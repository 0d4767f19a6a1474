"""Kind `spider`: a user's own Scrapy spider, run on schedule. Its items are archived like pages.

Option: `spider`, the name of a Python file in the folder `spiders/` of the overlay configuration. The crawler runs the spider;
this module checks its items. An item is a dict, a dataclass or a Scrapy item with `url`, and `text` or `html`. `title`,
`published`, `authors` (or `author`) and `language` are hints. All other fields are archived with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from config.languages import language_code
from config.nearest import suggestion
from crawler.outcomes import Outcome
from crawler.page import Hints, RawPage
from crawler.parse.authors import clean_authors
from crawler.parse.dates import Dated, dated_hints, read_date
from crawler.parse.markup import clean_title
from crawler.parse.options import unknown_options
from crawler.parse.screen import RejectedInput
from crawler.urls import canonical

CONTENT_TYPE = "application/json"


def check_options(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each mistake in the options."""
    problems = unknown_options(options, ("spider",))
    name = options.get("spider")
    if name is None:
        problems.append("option 'spider' is missing: the name of a Python file in the folder spiders/, without .py")
    elif not (isinstance(name, str) and name.isidentifier()):
        problems.append(
            f"option 'spider': {name!r} is not the name of a Python file in the folder spiders/, without .py"
        )
    return problems


def check_files(options: Mapping[str, Any], folder: Path | None) -> list[str]:
    """Return a sentence when the file of the spider is missing."""
    try:
        spider_file(options["spider"], folder)
    except ValueError as missing:
        return [f"option 'spider': {missing}"]
    return []


def spider_file(name: str, folder: Path | None) -> Path:
    """Return the path of a spider's file in the overlay folder.

    Raises:
        ValueError: there is no overlay folder, or no such file in it.
    """
    if folder is None:
        raise ValueError("your own spiders need PARLEY_CONFIG, the folder that contains spiders/")
    path = folder / "spiders" / f"{name}.py"
    if not path.is_file():
        others = [file.stem for file in path.parent.glob("*.py")]
        raise ValueError(f"{path} does not exist{suggestion(name, others)}")
    return path


def read_item(item: object, max_bytes: int) -> RawPage:
    """Return the page to archive for a spider's item; its body is the whole item as JSON in UTF-8.

    Raises:
        RejectedInput: `not_an_item`, `no_address`, `no_text`, `not_json` or `too_large`.
    """
    if not ItemAdapter.is_item(item):
        raise RejectedInput(
            Outcome.NOT_AN_ITEM, f"The spider yielded a {type(item).__name__}, not a dict, dataclass or Scrapy item."
        )
    fields = ItemAdapter(item).asdict()
    url = fields.get("url")
    address = canonical(url) if isinstance(url, str) else None
    if address is None:
        raise RejectedInput(
            Outcome.NO_ADDRESS, f"The spider yielded an item whose url is {url!r:.200}, not an http or https address."
        )
    if not any(isinstance(fields.get(name), str) and fields[name].strip() for name in ("text", "html")):
        raise RejectedInput(Outcome.NO_TEXT, f"The spider yielded an item without text or html: {address}")
    return RawPage(
        url=address,
        body=_body(fields, address, max_bytes),
        content_type=CONTENT_TYPE,
        kind="item",
        hints=_hints(fields),
    )


def _body(fields: Mapping[str, Any], address: str, max_bytes: int) -> bytes:
    try:
        body = json.dumps(fields, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError):
        raise RejectedInput(
            Outcome.NOT_JSON, f"The spider yielded an item that cannot be written as JSON: {address}"
        ) from None
    if len(body) > max_bytes:
        raise RejectedInput(
            Outcome.TOO_LARGE, f"The spider yielded an item of more than {max_bytes:,} bytes (max_bytes): {address}"
        )
    return body


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _hints(fields: Mapping[str, Any]) -> Hints:
    authors = fields.get("authors") or fields.get("author")
    return replace(
        dated_hints(_date(fields.get("published"))),
        title=clean_title(fields.get("title")),
        authors=clean_authors(authors if isinstance(authors, list | tuple) else [authors]),
        language=language_code(fields.get("language")),
    )


def _date(value: object) -> Dated | None:
    if isinstance(value, date):  # which a datetime is, too
        value = value.isoformat()
    return read_date(value) if isinstance(value, str) else None
