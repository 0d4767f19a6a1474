"""Which sources a page counts, as its address has it: all, or with `only=steady` those that delivered throughout."""

from __future__ import annotations

from fastapi import Request

from config.errors import WrongArgument

STEADY = "steady"


def wants_steady(request: Request) -> bool:
    """Return whether an address asks for the sources that delivered throughout alone.

    Raises:
        WrongArgument: it asks for something else.
    """
    only = request.query_params.get("only", "")
    if only not in ("", STEADY):
        raise WrongArgument(f'"{only[:40]}" is no choice of sources; write only={STEADY}', field="only")
    return only == STEADY
