"""`parley themes`: what is watched, and everything that can be done with it."""

from __future__ import annotations

import argparse

from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json

HELP = "List, show, test, change and sweep the themes; say which themes a text belongs to"
EXAMPLES = (
    "themes",
    "themes show truce",
    "themes preview truce --query 'en=truce OR ceasefire'",
    "themes match article.txt",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments."""
    add_json(parser)
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions")
    _action(actions, "list", "all themes and how many articles carry each (the default)")
    show = _action(actions, "show", "all that is known of one theme")
    show.add_argument("theme", metavar="THEME")
    match = _action(actions, "match", "which themes a text belongs to, and which words say so")
    match.add_argument("file", metavar="FILE", help="a text in UTF-8; - reads standard input")
    test = _action(actions, "test", "whether the examples in the themes' files hold; fails when one does not")
    test.add_argument("themes", nargs="*", metavar="THEME")
    preview = _action(actions, "preview", "what a change would add and remove, with samples; nothing is written")
    _add_candidate(preview)
    save = _action(actions, "save", "check a changed theme, write its file, record its version and sweep to it")
    _add_candidate(save)
    history = _action(actions, "history", "every version of a theme, with what it changed")
    history.add_argument("theme", metavar="THEME")
    restore = _action(actions, "restore", "save a theme as it was in an earlier version")
    restore.add_argument("theme", metavar="THEME")
    restore.add_argument("version", type=int, metavar="VERSION", help="a number from `parley themes history THEME`")
    sweep = _action(actions, "sweep", "make stored tags true to the queries, of all themes or of these")
    sweep.add_argument("themes", nargs="*", metavar="THEME")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked; exit code 1 when an example does not hold."""
    from monitor.terminal import theme_changes, theme_listing, theme_sweep, theme_texts

    app, as_json = load_app(), arguments.json
    match arguments.action:
        case "show":
            theme_listing.show_one(app, arguments.theme, as_json=as_json)
        case "match":
            theme_texts.match(app, arguments.file, as_json=as_json)
        case "test":
            return theme_texts.test(app, arguments.themes, as_json=as_json)
        case "preview":
            theme_changes.preview(app, theme_changes.candidate_of(app, arguments), as_json=as_json)
        case "save":
            theme_changes.save(app, theme_changes.candidate_of(app, arguments), as_json=as_json)
        case "history":
            theme_listing.show_history(app, arguments.theme, as_json=as_json)
        case "restore":
            theme_changes.restore(app, arguments.theme, arguments.version, as_json=as_json)
        case "sweep":
            theme_sweep.sweep(app, arguments.themes, as_json=as_json)
        case _:
            theme_listing.show_list(app, as_json=as_json)
    return 0


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
    # Without a default of its own: `parley themes --json list` has set it already.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON document instead")
    return parser


def _add_candidate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("theme", metavar="THEME", help="a file NAME.toml, or the id of a theme to be changed or made")
    parser.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="LANGUAGE=QUERY",
        help="the query of a language; may be repeated",
    )
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="@FRAGMENT|LANGUAGE=QUERY",
        help="what every match must match too; may be repeated",
    )
