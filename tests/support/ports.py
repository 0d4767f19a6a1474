"""Ports at which nothing listens."""

from __future__ import annotations

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """Return an unused port of an address."""
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])
