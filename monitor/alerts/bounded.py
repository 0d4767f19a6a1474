"""Bounds in time for what talks to other machines, whatever they do: a timeout of a socket begins anew with each byte.

The connection of a webhook is cut. What a mail server or a service of Apprise does cannot be stopped: it is left behind in a
thread of its own, a few for each address.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread, Timer

from monitor.alerts.failure import Failed

MOST = 4  # attempts at once for an address: one of several servers behind it may hang

_running: dict[str, list[Thread]] = {}  # address → attempts, also those that nobody waits for any more
_lock = Lock()


def within(limit: float, address: str, attempt: Callable[[], None]) -> None:
    """Return when an attempt is over, or fail after a time.

    Args:
        limit: seconds.
        address: where the attempt goes; while four go on there, no other is begun.

    Raises:
        Failed: the attempt failed, took too long, or was not begun.
    """
    outcome: list[BaseException] = []

    def run() -> None:
        try:
            attempt()
        except BaseException as wrong:
            outcome.append(wrong)

    thread = Thread(target=run, name="attempt", daemon=True)  # the process does not wait for it when it ends
    with _lock:
        others = [one for one in _running.get(address, ()) if one.is_alive()]
        if len(others) >= MOST:
            raise Failed(f"{MOST} attempts still wait for an answer")
        thread.start()
        _running[address] = [*others, thread]
    thread.join(limit)
    if thread.is_alive():
        raise Failed(f"no answer within {limit:.0f} s")
    if outcome:
        wrong = outcome[0]
        if isinstance(wrong, Failed):
            raise wrong
        raise Failed(f"the message could not be sent ({type(wrong).__name__})") from wrong


@contextmanager
def cut_after(limit: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut a connection that is still in use after so many seconds; what reads or writes then ends with an error.

    Raises:
        Failed: it was cut.
    """
    is_cut = Event()

    def cut() -> None:
        is_cut.set()
        if opened := connection():
            with suppress(OSError):  # it may be closed by now
                opened.shutdown(socket.SHUT_RDWR)

    timer = Timer(limit, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if not is_cut.is_set():
            raise
    finally:
        timer.cancel()
    if is_cut.is_set():  # also where the end of the connection looks like the end of an answer
        raise Failed(f"no answer within {limit:.0f} s")
