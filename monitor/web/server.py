"""Serves the web application until it is told to stop."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Thread

import uvicorn

from config.errors import Conflict, ParleyError, Refused, WrongArgument
from config.logs import get_logger
from crawler.presence import Heartbeat, write_heartbeat
from monitor.access import AccessFile
from monitor.app import App
from monitor.web.application import application
from monitor.web.connection import Connection
from monitor.web.password import read_password
from monitor.web.sessions import Sessions

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_KEEP_ALIVE = 15  # seconds without a request after which a connection is closed
_STOP_WITHIN = 10  # seconds that requests under way have to end
# Seconds after which a thread that computes lets others go on; an answer waits so long after each of its calls to the engine.
_SWITCH = 0.0005
_WAITING = 128  # connections that wait to be accepted
_NOTIFY_EVERY = 4  # seconds, at the least
_MOST_CONNECTIONS = 1_000  # at a time; more are answered 503
_LOCAL_PROXIES = ("127.0.0.1", "::1")  # believed when they say whom they ask for, and that it came by TLS

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
            message = (
                f"another program listens on {host}:{port}; stop it, or choose another port with --port or `web_port`"
            )
            raise Conflict(message, field="port") from None
        raise WrongArgument(f"cannot listen on {host}:{port}: {error.strerror or error}", field="host") from None
    listening.listen(_WAITING)
    return listening


def server_of(
    app: App, host: str = LOCAL_HOSTS[0], notify: Callable[[], Awaitable[None]] | None = None
) -> uvicorn.Server:
    """Return the server of an installation, which answers under the names of this machine and those that the settings list.

    Args:
        host: the address it listens on.
        notify: called every few seconds while it serves.

    Raises:
        ConfigError: the file of the password cannot be used.
        Refused: others could reach the server, and nobody needs a password or a token.
    """
    settings = app.settings
    password = read_password(settings.web_password_file) if settings.web_password_file else None
    is_private = is_loopback(host) and all(map(is_loopback, settings.web_hosts))
    if not is_private and not password and not AccessFile(settings.data).read().tokens:
        raise Refused(_unguarded(host, settings.web_hosts), field="host")
    sessions = Sessions(settings.data, password, is_private=is_private)
    hosts = (*LOCAL_HOSTS, f"[{host}]" if ":" in host else host, *settings.web_hosts)
    config = uvicorn.Config(
        application(app, hosts=hosts, sessions=sessions),
        http=Connection,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=[*_LOCAL_PROXIES, *settings.web_proxies],
        callback_notify=notify,
        timeout_notify=_NOTIFY_EVERY,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_STOP_WITHIN,
    )
    return uvicorn.Server(config)


def _unguarded(host: str, hosts: Collection[str]) -> str:
    others = [name for name in hosts if not is_loopback(name)]
    where = f"under {others[0]} (`web_hosts`)" if is_loopback(host) and others else f"at {host}"
    return (
        f"other machines could read and change everything {where}; put a password into a file and its name into "
        "`web_password_file`, or make a token with `parley tokens new NAME`"
    )


def serve(app: App, host: str, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first. A heartbeat says where.

    Raises:
        ConfigError, Refused: see `server_of`.
    """
    where = address_of(host, listening)

    async def beat() -> None:
        heartbeat = Heartbeat(pid=os.getpid(), at=datetime.now(UTC), doing=where, trouble="", under_way=0)
        with suppress(OSError):  # the folder is missing, or belongs to somebody else
            write_heartbeat(app.settings.data, "server", heartbeat)

    server = server_of(app, host, beat)
    sys.setswitchinterval(_SWITCH)
    Thread(target=_warm, args=[app], name="warming", daemon=True).start()
    server.run(sockets=[listening])


def address_of(host: str, listening: socket.socket) -> str:
    """Return the address at which a browser on this machine finds the server."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _warm(app: App) -> None:
    """Build what the first request would wait for; what fails here is told to whoever asks."""
    try:
        _ = app.morphology, app.archive, app.engine
    except ParleyError as error:
        log.warning("not ready yet", detail=str(error))
    gc.freeze()  # or every full collection goes through the dictionaries, which adds 40 to 60 ms to an answer
