"""Processor time of a back-test over 60 days, and of a pass over 20 rules, on the installation that PARLEY_DATA names.

Run: PARLEY_DATA=…/demo PARLEY_CONFIG=…/demo/config python -m bench.alerts [--until DAY]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice, product
from typing import Any

from config.alerts import Rule
from indexer.alerts.decide import decide
from monitor.alerts.present import known_now
from monitor.app import App
from monitor.services.alert_tests import rule_of, try_rule

RULES = 20
KINDS: tuple[Mapping[str, Any], ...] = (
    {"on": "spike"},
    {"on": "more", "more_than": 3},
    {"on": "story"},
    {"on": "silence"},
    {"on": "share", "share": 0.2},
)


def rules(app: App) -> list[Rule]:
    """Return 20 rules of every kind that watches articles, about several themes."""
    pairs = product(sorted(theme.id for theme in app.themes), KINDS)
    chosen = islice(cycle(pairs), RULES)
    return [
        rule_of(app, f"rule-{number}", {"title": "A rule", "theme": theme, **kind}, label="a rule")
        for number, (theme, kind) in enumerate(chosen)
    ]


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the second time something is done."""
    work()
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", help="last day of the back-tests; today without it")
    until: str | None = parser.parse_args().until
    app = App.load()
    watched = rules(app)
    for rule in watched[: len(KINDS)]:
        took = seconds(partial(try_rule, app, rule, until=until))
        stories = sum(day.stories for day in try_rule(app, rule, until=until).days)
        print(f"back-test, {rule.on}: {took:.2f} s; {stories:,} stories about {rule.theme}")
    now = datetime.now(UTC).replace(microsecond=0)
    look = [(rule, decide(rule, None, known_now(app, rule, now), app.zone).state) for rule in watched]
    later = datetime.now(UTC).replace(microsecond=0)
    again = seconds(lambda: [decide(rule, state, known_now(app, rule, later), app.zone) for rule, state in look])
    first = seconds(lambda: [decide(rule, None, known_now(app, rule, now), app.zone) for rule in watched])
    print(
        f"a pass over {RULES} rules: {1_000 * first:.0f} ms; when nothing was collected since: {1_000 * again:.0f} ms"
    )


if __name__ == "__main__":
    main()
