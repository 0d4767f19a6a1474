"""docs/elasticsearch.md agrees with the code: options, names, messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.errors import ConfigError
from indexer.engines.elasticsearch.address import parse
from indexer.engines.elasticsearch.schema import SCHEMA_VERSION
from indexer.jobs.run import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/elasticsearch.md").read_text(encoding="utf-8")
MESSAGE_FILES = [
    *(ROOT / "indexer/engines/elasticsearch").glob("*.py"),
    ROOT / "monitor/services/status.py",
    ROOT / "indexer/jobs/rebuild.py",
]
# The code with its string literals joined across lines.
MESSAGES = re.sub(r'"\s*f?"', "", " ".join(path.read_text(encoding="utf-8") for path in MESSAGE_FILES))
ROWS = re.findall(r"^\| (.+?) \| .+\|$", PAGE.partition("## Troubleshooting")[2], re.MULTILINE)[2:]


@pytest.mark.parametrize("message", [part for row in ROWS for part in row.split(" · ")])
def test_every_message_in_the_troubleshooting_table_exists(message: str) -> None:
    pattern = r"[^\n]{1,80}".join(re.escape(part.strip()) for part in message.split("…"))
    assert re.search(pattern, MESSAGES), message


def test_the_table_of_address_options_is_complete() -> None:
    options = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Security")[0], re.MULTILINE)
    with pytest.raises(ConfigError, match="unknown option") as error_info:
        parse("elasticsearch://one/parley?nothing=1")
    assert set(options) - {"name"} == set(str(error_info.value).rpartition("(")[2].rstrip(")").split(", "))


def test_names_and_waits_agree_with_the_code() -> None:
    assert set(re.findall(r"parley\.v(\d+)\.", PAGE)) == {str(SCHEMA_VERSION)}
    assert f"every {LONGEST_WAIT:.0f} seconds" in PAGE
