"""Packets that do not arrive: a filter on a socket has the kernel drop what is sent to it, before it acknowledges anything.

Nothing is refused and nothing is closed, as after the loss of a network. Linux only; see SO_ATTACH_FILTER in socket(7).
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ATTACH, _DETACH = 26, 27  # SO_ATTACH_FILTER, SO_DETACH_FILTER; Python does not name them
_RETURN = 0x06  # BPF_RET: keep so many bytes of the packet
_PIDFD_GETFD = 438  # the same number on every architecture


def drop(connection: socket.socket) -> None:
    """Drop from now on what is sent to this socket; of a listening one, attempts to connect."""
    nothing = ctypes.create_string_buffer(struct.pack("HBBI", _RETURN, 0, 0, 0))
    connection.setsockopt(socket.SOL_SOCKET, _ATTACH, struct.pack("HL", 1, ctypes.addressof(nothing)))


def deliver(connection: socket.socket) -> None:
    """Undo `drop`."""
    connection.setsockopt(socket.SOL_SOCKET, _DETACH, 0)


@contextmanager
def cut_off(process: int) -> Iterator[None]:
    """Drop what is sent to the TCP sockets that a process has now.

    Raises:
        PermissionError: the sockets of that process cannot be had; see ptrace(2).
    """
    handle = os.pidfd_open(process)
    sockets = [taken for number in _sockets(process) if (taken := _take(handle, number))]
    os.close(handle)
    for one in sockets:
        drop(one)
    try:
        yield
    finally:
        for one in sockets:
            deliver(one)
            one.close()


def _sockets(process: int) -> list[int]:
    folder = Path(f"/proc/{process}/fd")
    return [int(entry.name) for entry in folder.iterdir() if str(entry.readlink()).startswith("socket:")]


def _take(handle: int, number: int) -> socket.socket | None:
    copy = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, handle, number, 0)
    if copy < 0:
        raise PermissionError(ctypes.get_errno(), "the sockets of the process cannot be had")
    taken = socket.socket(fileno=copy)
    if taken.family in (socket.AF_INET, socket.AF_INET6) and taken.type == socket.SOCK_STREAM:
        return taken
    taken.close()
    return None
