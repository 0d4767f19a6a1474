"""`parley themes`: what is watched, and everything that can be done with it."""

from __future__ import annotations

import argparse

from config.errors import RequestFailed
from monitor.app import App
from monitor.services import theme_changes, theme_quality, themes
from monitor.terminal.input_files import read_lines, read_text
from monitor.terminal.installation import load_app, note_nothing_yet
from monitor.terminal.output import add_json, console, plain, print_document
from monitor.terminal.theme_changes import change_of, finish_save, show_preview, sweep_after
from monitor.terminal.theme_listing import show_history, show_list, show_one
from monitor.terminal.theme_quality import show_evaluation, show_gaps
from monitor.terminal.theme_sweep import sweep
from monitor.terminal.theme_texts import show_matches, show_tests

HELP = "List, show, test, change and sweep themes; match them against a text"
EXAMPLES = (
    "themes",
    "themes show truce",
    "themes preview truce --query 'en=truce OR ceasefire'",
    "themes match article.txt",
    "themes evaluate labelled.jsonl",
    "themes gaps truce",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments."""
    add_json(parser)
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions")
    _action(actions, "list", "list all themes with their number of articles (the default)")
    show = _action(actions, "show", "show one theme in detail")
    show.add_argument("theme", metavar="THEME")
    match = _action(actions, "match", "show which themes a text matches, and the matching words")
    match.add_argument("file", metavar="FILE", help="a text in UTF-8; - reads standard input")
    test = _action(actions, "test", "test themes against the examples in their files; fails if one is wrong")
    test.add_argument("themes", nargs="*", metavar="THEME")
    evaluate = _action(actions, "evaluate", "measure precision, recall and F1 against labelled documents")
    evaluate.add_argument(
        "file", metavar="FILE", help="one JSON object per line, with `text` and `themes`; - reads standard input"
    )
    gaps = _action(actions, "gaps", "show what a theme may miss: similar articles, and phrases that would add them")
    gaps.add_argument("theme", metavar="THEME")
    preview = _action(
        actions, "preview", "show what a change would add and remove, with samples, without writing anything"
    )
    _add_candidate(preview)
    save = _action(actions, "save", "check a changed theme, write its file, record a version and sweep")
    _add_candidate(save)
    save.add_argument("--based-on", type=int, metavar="VERSION", help="fail if the latest version is not this one")
    history = _action(actions, "history", "list all versions of a theme with their changes")
    history.add_argument("theme", metavar="THEME")
    restore = _action(actions, "restore", "restore an earlier version of a theme")
    restore.add_argument("theme", metavar="THEME")
    restore.add_argument("version", type=int, metavar="VERSION", help="a number from `parley themes history THEME`")
    remove = _action(actions, "remove", "remove a theme; its queries stay in the history, and a sweep removes its tag")
    remove.add_argument("theme", metavar="THEME")
    remove.add_argument("--yes", action="store_true", help="delete or overwrite your own file without asking")
    sweep = _action(actions, "sweep", "update stored tags to match the queries of all themes or of these")
    sweep.add_argument("themes", nargs="*", metavar="THEME")


def run(arguments: argparse.Namespace) -> int:
    """Run the action; the exit code is 1 when an example fails."""
    app = load_app()
    match arguments.action:
        case "preview" | "save" | "restore" | "remove" | "sweep":
            return _change(app, arguments)
        case "test":
            return _test(app, arguments)
        case _:
            _show(app, arguments)
            return 0


def _show(app: App, arguments: argparse.Namespace) -> None:
    screen, as_json = console(), arguments.json
    match arguments.action:
        case "show":
            detail = themes.show(app, arguments.theme)
            print_document(detail) if as_json else show_one(screen, detail, app.zone)
        case "history":
            history = themes.show_history(app, arguments.theme)
            print_document(history) if as_json else show_history(screen, history, app.zone)
        case "match":
            matches = themes.match(app, read_text(arguments.file, app.settings.max_bytes))
            print_document(matches) if as_json else show_matches(screen, matches)
        case "evaluate":
            lines = read_lines(arguments.file, app.settings.max_bytes)
            evaluation = theme_quality.evaluate(app, lines, label=arguments.file)
            print_document(evaluation) if as_json else show_evaluation(screen, evaluation)
        case "gaps":
            gaps = theme_quality.gaps(app, arguments.theme)
            print_document(gaps) if as_json else show_gaps(screen, gaps)
        case _:
            every = themes.list_themes(app)
            print_document(every) if as_json else show_list(screen, every)
            note_nothing_yet(app)


def _test(app: App, arguments: argparse.Namespace) -> int:
    tests = themes.test(app, arguments.themes)
    print_document(tests) if arguments.json else show_tests(console(), tests)
    return 1 if any(test.failures for test in tests.themes) else 0


def _change(app: App, arguments: argparse.Namespace) -> int:
    as_json = arguments.json
    match arguments.action:
        case "preview":
            preview = theme_changes.preview(app, **change_of(app, arguments))
            print_document(preview) if as_json else show_preview(console(), preview, app.zone)
        case "save":
            document = theme_changes.save(app, **change_of(app, arguments), based_on=arguments.based_on)
            finish_save(app, document, as_json=as_json)
        case "restore":
            finish_save(app, theme_changes.restore(app, arguments.theme, arguments.version), as_json=as_json)
        case "remove":
            _remove(app, arguments)
        case _:
            sweep(app, arguments.themes, as_json=as_json)
    return 0


def _remove(app: App, arguments: argparse.Namespace) -> None:
    document = theme_changes.remove(app, arguments.theme, delete=arguments.yes)
    trouble = sweep_after(app, document.theme)
    if arguments.json:
        print_document(document)
    else:
        file = f"{document.file} is {'deleted' if document.deleted else 'written'}"
        console().print(plain(f"{document.theme} is removed: {file}."), soft_wrap=True)
    if trouble:
        raise RequestFailed(f"removed, but the sweep failed: {trouble}")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
    # Without a default of its own: `parley themes --json list` has set it already.
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="one JSON document instead of text"
    )
    return parser


def _add_candidate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("theme", metavar="THEME", help="a file NAME.toml, or the id of a theme to change or create")
    parser.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="LANGUAGE=QUERY",
        help="the query for a language; repeatable",
    )
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="@FRAGMENT|LANGUAGE=QUERY",
        help="what every match must also match; repeatable",
    )
