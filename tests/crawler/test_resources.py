from __future__ import annotations

import errno
import os

import pytest
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.error import ConnectBindError, ConnectionRefusedError
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseNeverReceived

from crawler.download.fetch import outcome_of_error
from crawler.download.robots import RobotsUnreachable
from crawler.resources import Shortage, raise_if_short


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


TOO_MANY_FILES = OSError(errno.EMFILE, "Too many open files")


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (TOO_MANY_FILES, "open files"),
        (OSError(errno.ENFILE, "Too many open files in system"), "open files of the whole machine"),
        (ConnectBindError(errno.EMFILE, "Too many open files"), "open files"),
        (OSError(errno.ENOBUFS, "No buffer space available"), "memory for network connections"),
        (OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"), "free network ports"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (MemoryError(), "memory"),
        (RuntimeError("can't start new thread"), "threads"),
        (caused(RobotsUnreachable("robots.txt", 60.0, is_remembered=False), TOO_MANY_FILES), "open files"),
        (caused(CannotResolveHostError("a.example"), RuntimeError("can't start new thread")), "threads"),
        (ResponseNeverReceived([Failure(TOO_MANY_FILES)]), "open files"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_this_process_lacks_is_named_and_blamed_on_no_server(error: Exception, lack: str) -> None:
    with pytest.raises(Shortage, match=rf"^this process has run out of {lack}"):
        raise_if_short(error)


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "raise the quota"),
        (errno.EROFS, "mount its disk writable"),
        (errno.EACCES, "check who owns it"),
        (errno.EPERM, "check who owns it"),
    ],
)
def test_a_file_that_cannot_be_written_is_named_with_the_cure_and_blamed_on_no_server(number: int, cure: str) -> None:
    with pytest.raises(Shortage, match=rf"^/data/pace: .*; .*{cure}"):
        raise_if_short(caused(ValueError("poll"), OSError(number, os.strerror(number), "/data/pace")))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        OSError(errno.ECONNRESET, "Connection reset by peer"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        ValueError("can start"),
        OSError(errno.EACCES, "Permission denied"),  # of a firewall: no file
        ResponseNeverReceived([Failure(OSError(errno.EPIPE, "Broken pipe"))]),
    ],
    ids=repr,
)
def test_the_failure_of_a_server_is_no_shortage(error: Exception) -> None:
    raise_if_short(error)


def test_errors_that_are_their_own_cause_end_the_search() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    raise_if_short(first)


def test_what_a_server_does_wrong_is_named_as_what_it_is() -> None:
    class VerificationError(Exception):  # as service_identity names it
        pass

    wrong_name = ResponseNeverReceived([Failure(VerificationError("DNSMismatch"))])
    assert outcome_of_error(wrong_name) == ("bad_certificate", "the server's certificate is for another name")
