"""`parley serve`: show pages, and answer programs over HTTP."""

from __future__ import annotations

import argparse
from contextlib import suppress

from monitor.terminal.installation import load_app
from monitor.terminal.logs import add_log_file, start_logging
from monitor.terminal.output import console
from monitor.web.server import address_of, listen, serve

HELP = "Serve pages and the API"
EXAMPLES = ("serve", "serve --port 9000")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", help="address to listen on (default: the setting `web_host`, 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, help="port to listen on, 0 for any free one (default: the setting `web_port`, 8765)"
    )
    add_log_file(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    app = load_app()
    settings = app.settings
    host = arguments.host or settings.web_host
    port = settings.web_port if arguments.port is None else arguments.port
    start_logging(app, arguments.log_file)
    with listen(host, port) as listening:
        address = address_of(host, listening)
        with suppress(OSError):  # to a file on a full disk, which can be asked nevertheless
            console().print(
                f"Parley is at {address}, its API at {address}/api/v1. Stop it with Ctrl-C.", soft_wrap=True
            )
        serve(app, host, listening)
    return 0
