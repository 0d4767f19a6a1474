"""Files as channels: a message is a line of JSON at the end of a file, for programs on the same machine and for trying rules."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.channels import Channel
from monitor.alerts.failure import Failed
from monitor.documents.alerts import AlertMessageDocument


def append(channel: Channel, message: AlertMessageDocument) -> None:
    """Write a message as the last line of a file, durably; the file is made where there is none, its folder is not.

    Raises:
        Failed: the file cannot be written. The sentence does not contain its path.
    """
    line = f"{message.model_dump_json()}\n".encode()
    try:
        # Without waiting: a pipe that nobody reads is no file that can be written.
        with os.fdopen(
            os.open(_path(channel), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o640), "wb"
        ) as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        raise Failed(f"the file cannot be written: {wrong.strerror}") from None


def _path(channel: Channel) -> Path:
    return Path(unquote(urlsplit(channel.address).path))
