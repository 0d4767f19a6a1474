"""Looks for input that makes a reader raise: python -m bench.fuzz TARGET CORPUS_FOLDER [--seconds N]

Needs `pip install --editable .[fuzz]`, as nothing else does. The corpus folder keeps what reached new code, and may
start with the files of real feeds and pages. What made the target raise is written to the current folder (`crash-…`); add it to
`tests/fuzz_corpus.toml` once it is as short as it can be.
"""

from __future__ import annotations

import argparse
import sys


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["config", "crawler", "indexer", "protego", "html", "json"]):
        from bench.fuzz_targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("corpus")
    parser.add_argument("--seconds", type=int, default=600)
    arguments = parser.parse_args()
    options = [f"-max_total_time={arguments.seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], arguments.corpus, *options], TARGETS[arguments.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
