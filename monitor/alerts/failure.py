"""A message that could not be sent."""

from __future__ import annotations

from datetime import timedelta


class Failed(Exception):
    """A channel did not accept a message. The sentence contains no secret.

    Args:
        detail: why, for people.
        wait: how long the channel asks to wait.
    """

    def __init__(self, detail: str, wait: timedelta | None = None) -> None:
        super().__init__(detail)
        self.detail, self.wait = detail, wait
