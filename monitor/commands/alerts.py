"""`parley alerts`: rules, what they sent and would have sent, and the part that watches them."""

from __future__ import annotations

import argparse
import signal
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, get_args

from config.alerts import READINESS, TRIGGERS, Per, Rule
from config.digests import DIGESTS, DigestPlan
from config.errors import WrongArgument
from crawler.presence import only_one
from monitor.app import App
from monitor.processes.alerts import watch_rules
from monitor.services.alert_tests import rule_of, rule_of_text, title_of, try_rule
from monitor.services.alerts import list_alerts, list_messages, send_test
from monitor.services.digest_plans import plan_document
from monitor.services.snoozing import snooze
from monitor.terminal import options
from monitor.terminal.alerts import show_alerts, show_messages, show_plan, show_test
from monitor.terminal.input_files import read_text
from monitor.terminal.installation import load_app
from monitor.terminal.logs import add_log_file, start_logging
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.times import clock

HELP = "List alert rules, digests and channels, try a rule on the past, snooze one, or send a test message"
EXAMPLES = ("alerts", "alerts test --theme truce --on spike --since 60d", "alerts test config/alerts/truce.toml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    words = parser.add_subparsers(dest="word", metavar="WORD", title="words, instead of the list")
    _add_test(
        words.add_parser("test", help="show what a rule would have sent, or when a digest is sent, without saving it")
    )
    messages = words.add_parser("messages", help="show the newest messages, and where they went")
    messages.add_argument("rule", nargs="?", metavar="RULE", help="id of a rule (default: all)")
    messages.add_argument("--limit", type=int, default=20, metavar="N", help="most messages (default: 20)")
    add_json(messages)
    snoozing = words.add_parser("snooze", help="let a rule or a digest send nothing for a time")
    snoozing.add_argument("rule", metavar="RULE", help="id of the rule, or digests/ID for a digest")
    snoozing.add_argument("until", metavar="UNTIL", help="2026-12-01, 3d from now, or now to end it")
    trying = words.add_parser("send-test", help="send a test message to a channel")
    trying.add_argument("channel", metavar="CHANNEL", help="id of the channel")
    running = words.add_parser("run", help="watch the rules and send their messages until Ctrl-C")
    add_log_file(running)
    add_json(parser)


def _add_test(test: argparse.ArgumentParser) -> None:
    test.add_argument("file", nargs="?", metavar="FILE", help="file of the rule or digest, or - for standard input")
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
    """Do what the first word says; list rules and channels without one."""
    app = load_app()
    match arguments.word:
        case "test":
            _try(app, arguments)
        case "messages":
            made = list_messages(app, rule=arguments.rule, limit=arguments.limit)
            print_document(made) if arguments.json else show_messages(console(), made, app)
        case "snooze":
            until = snooze(app, arguments.rule, None if arguments.until == "now" else arguments.until)
            sentence = f"sends nothing until {clock(until, app.zone)}" if until else "is not snoozed"
            digest = arguments.rule.removeprefix(DIGESTS)
            name = f"rule {digest}" if digest == arguments.rule else f"digest {digest}"
            console().print(f"The {name} {sentence}.", soft_wrap=True)
        case "send-test":
            console().print(send_test(app, arguments.channel), soft_wrap=True)
        case "run":
            _watch(app, arguments.log_file)
        case _:
            listed = list_alerts(app)
            print_document(listed) if arguments.json else show_alerts(console(), listed, app.zone)
    return 0


def _try(app: App, arguments: argparse.Namespace) -> None:
    rule = _rule(app, arguments)
    if isinstance(rule, DigestPlan):
        plan = plan_document(app, rule, datetime.now(UTC))
        print_document(plan) if arguments.json else show_plan(console(), plan, app.zone)
    else:
        tried = try_rule(app, rule, since=arguments.since, until=arguments.until)
        print_document(tried) if arguments.json else show_test(console(), tried, app)


def _watch(app: App, log_file: Path | None) -> None:
    start_logging(app, log_file)
    _ = app.morphology  # anything slow or wrong shows before the first round
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with only_one(app.settings.data, "alerts"):
        watch_rules(app, stop)


def _rule(app: App, arguments: argparse.Namespace) -> Rule | DigestPlan:
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
    return rule_of(app, "rule", {"title": title_of(given), **given}, label="the rule")
