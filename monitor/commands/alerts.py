"""`parley alerts`: rules and what they would have sent."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

from config.alerts import READINESS, TRIGGERS, Per, Rule
from config.errors import WrongArgument
from monitor.app import App
from monitor.services.alert_tests import rule_of, rule_of_text, try_rule
from monitor.terminal import options
from monitor.terminal.alerts import show_test
from monitor.terminal.input_files import read_text
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document

HELP = "Show what an alert rule would have sent, before it is saved"
EXAMPLES = ("alerts test --theme truce --on spike --since 60d", "alerts test config/alerts/truce.toml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    test = words.add_parser("test", help="show what a rule would have sent, without saving it")
    test.add_argument("file", nargs="?", metavar="FILE", help="file of the rule, or - for standard input")
    what = test.add_argument_group("a rule without a file")
    what.add_argument("--theme", metavar="ID", help="theme that it watches")
    what.add_argument("--query", metavar="QUERY", help="query that it watches")
    what.add_argument("--on", choices=TRIGGERS, help="what it tells of")
    what.add_argument("--sensitivity", choices=READINESS, help="how readily spikes are reported (default: balanced)")
    what.add_argument("--more-than", type=int, metavar="N", help="tell of a day or hour with more stories than this")
    what.add_argument("--per", choices=get_args(Per), help="count by day or by hour (default: day)")
    what.add_argument("--silence", metavar="SPAN", help="tell after so long without an article (default: 2d)")
    what.add_argument("--share", type=float, metavar="LINE", help="tell when the share crosses this, 0 to 1")
    options.add_range(test, "60 days ago")
    add_json(test)


def run(arguments: argparse.Namespace) -> int:
    """Do what the first word says."""
    app = load_app()
    document = try_rule(app, _rule(app, arguments), since=arguments.since, until=arguments.until)
    print_document(document) if arguments.json else show_test(console(), document, app)
    return 0


def _rule(app: App, arguments: argparse.Namespace) -> Rule:
    keys: dict[str, Any] = {
        "theme": arguments.theme,
        "query": arguments.query,
        "on": arguments.on,
        "sensitivity": arguments.sensitivity,
        "more_than": arguments.more_than,
        "per": arguments.per,
        "silence": arguments.silence,
        "share": arguments.share,
    }
    given = {key: value for key, value in keys.items() if value is not None}
    if arguments.file and given:
        raise WrongArgument("give either a file or the parts of a rule, not both", field="file")
    if arguments.file:
        text = read_text(arguments.file, app.settings.max_bytes)
        name = "standard input" if arguments.file == "-" else arguments.file
        return rule_of_text(app, Path(arguments.file).stem.lstrip("-") or "rule", text, label=name)
    if "on" not in given:
        raise WrongArgument("say what the rule tells of: a file, or --theme or --query with --on", field="on")
    return rule_of(
        app, "rule", {"title": arguments.theme or arguments.query or "Everything", **given}, label="the rule"
    )
