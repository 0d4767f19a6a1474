"""Mistakes in the addresses of channels that show before anything is sent. No sentence contains more of one than its scheme."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from config.channels import Channel, file_path
from config.nearest import suggestion
from monitor.alerts.overhearing import overheard

if TYPE_CHECKING:
    from apprise import NotifyBase

_WIKI = "https://github.com/caronc/apprise/wiki"


def mistake(channel: Channel) -> str | None:
    """Return why nothing could ever be sent to the address of a channel; None if it is usable as far as it shows."""
    return None if channel.is_webhook or channel.is_file else _mistake_for_apprise(channel.address, channel.scheme)


def obstacle(channel: Channel) -> str | None:
    """Return why a file cannot be written now; None if it can, or if the channel is none. Nothing is written."""
    if not channel.is_file:
        return None
    path = file_path(channel)
    try:
        if path.is_dir():
            return "address: its path is that of a folder; add the name of a file"
        if not path.parent.is_dir():
            return "address: the folder of its file does not exist; make it, or correct the path"
        is_writable = os.access(path if path.exists() else path.parent, os.W_OK)
    except OSError as wrong:  # a name that is too long, or a folder that may not be searched
        return f"address: its file cannot be written: {wrong.strerror}"
    return None if is_writable else "address: its file cannot be written: Permission denied"


@lru_cache(maxsize=256)
def _mistake_for_apprise(address: str, scheme: str) -> str | None:
    import apprise  # loads more than a hundred services
    from apprise.manager_plugins import NotificationManager

    with overheard():
        service = apprise.Apprise.instantiate(address)
    if service is not None:
        return _mistake_in(service)
    schemes = NotificationManager().schemas()  # type: ignore[no-untyped-call]
    if scheme in schemes:
        return f"address: something is missing or wrong in it for {scheme}; {_WIKI} describes each service"
    return f'address: unknown service "{scheme}"{suggestion(scheme, schemes)} ({_WIKI} lists them)'


def _mistake_in(service: NotifyBase) -> str | None:
    from apprise.plugins.email import NotifyEmail

    port = service.port
    if port is not None and not 0 < int(port) < 65_536:
        return "address: its port is not between 1 and 65535"
    if (isinstance(service, NotifyEmail) and not service.targets) or getattr(service, "topics", None) == []:
        return (
            f"address: it has nobody to send to, such as ?to=desk@example.org for mail; {_WIKI} describes each service"
        )
    return None
