"""`parley serve`: show pages, and answer programs over HTTP."""

from __future__ import annotations

import argparse

from config.errors import Refused
from config.logs import start_logging
from monitor.terminal.installation import load_app
from monitor.terminal.output import console
from monitor.web.server import is_loopback, listen, serve

HELP = "Serve pages and the API"
EXAMPLES = ("serve", "serve --port 9000")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", help="address to listen on (default: the setting `web_host`, 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, help="port to listen on, 0 for any free one (default: the setting `web_port`, 8765)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    app = load_app()
    settings = app.settings
    host = arguments.host or settings.web_host
    port = settings.web_port if arguments.port is None else arguments.port
    if not is_loopback(host):
        raise Refused(f"{host} can be reached from other machines, and nothing guards what is served yet", field="host")
    start_logging(settings.log_level, settings.log_format, file=None, to_stderr=True)
    with listen(host, port) as listening:
        address = f"http://{host}:{listening.getsockname()[1]}"
        console().print(f"Parley is at {address}, its API at {address}/api/v1. Stop it with Ctrl-C.", soft_wrap=True)
        serve(app, listening, settings.web_hosts)
    return 0
