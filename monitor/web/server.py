"""Serves the web application until it is told to stop."""

from __future__ import annotations

import errno
import socket
from collections.abc import Collection
from ipaddress import ip_address
from threading import Thread

import uvicorn

from config.errors import Conflict, ParleyError, WrongArgument
from config.logs import get_logger
from monitor.app import App
from monitor.web.application import application

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_KEEP_ALIVE = 15  # seconds without a request after which a connection is closed
_STOP_WITHIN = 10  # seconds that requests under way have to end
_WAITING = 128  # connections that wait to be accepted

log = get_logger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        port: 0 for any free one.

    Raises:
        WrongArgument: the address is none of this machine's.
        Conflict: another program listens there.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"another program listens on {host}:{port}; stop it, or choose another port with --port"
            raise Conflict(message, field="port") from None
        raise WrongArgument(f"cannot listen on {host}:{port}: {error.strerror or error}", field="host") from None
    listening.listen(_WAITING)
    return listening


def server_of(app: App, hosts: Collection[str] = ()) -> uvicorn.Server:
    """Return the server of an installation, which answers under these host names and those of this machine."""
    config = uvicorn.Config(
        application(app, hosts=(*LOCAL_HOSTS, *hosts)),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_STOP_WITHIN,
    )
    return uvicorn.Server(config)


def serve(app: App, listening: socket.socket, hosts: Collection[str]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first."""
    Thread(target=_warm, args=[app], name="warming", daemon=True).start()
    server_of(app, hosts).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _warm(app: App) -> None:
    """Build what the first request would wait for; what fails here is told to whoever asks."""
    try:
        _ = app.morphology, app.archive, app.engine
    except ParleyError as error:
        log.warning("not ready yet", detail=str(error))
