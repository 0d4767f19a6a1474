"""docs/elasticsearch.md says what the code does: options, names, sentences."""

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
SAID_BY = [
    *(ROOT / "indexer/engines/elasticsearch").glob("*.py"),
    ROOT / "monitor/services/status.py",
    ROOT / "indexer/jobs/rebuild.py",
]
# What the sources say, over line ends and between the parts of a text.
SAID = re.sub(r'"\s*f?"', "", " ".join(path.read_text(encoding="utf-8") for path in SAID_BY))
ROWS = re.findall(r"^\| (.+?) \| .+\|$", PAGE.partition("## Troubleshooting")[2], re.MULTILINE)[2:]


@pytest.mark.parametrize("said", [part for row in ROWS for part in row.split(" · ")])
def test_every_sentence_that_has_a_cure_is_one_that_parley_says(said: str) -> None:
    pattern = r"[^\n]{1,80}".join(re.escape(part.strip()) for part in said.split("…"))
    assert re.search(pattern, SAID), said


def test_the_table_of_the_address_names_every_option() -> None:
    options = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Security")[0], re.MULTILINE)
    with pytest.raises(ConfigError, match="unknown option") as refused:
        parse("elasticsearch://one/parley?nothing=1")
    assert set(options) - {"name"} == set(str(refused.value).rpartition("(")[2].rstrip(")").split(", "))


def test_names_and_waits_are_those_of_the_code() -> None:
    assert set(re.findall(r"parley-v(\d+)-", PAGE)) == {str(SCHEMA_VERSION)}
    assert f"every {LONGEST_WAIT:.0f} seconds" in PAGE
