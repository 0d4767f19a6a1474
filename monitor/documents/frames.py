"""Documents as pandas frames, where pandas is installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from config.errors import Refused

if TYPE_CHECKING:
    from pandas import DataFrame


def frame(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> DataFrame:
    """Return a frame with these columns and one row for each mapping.

    Raises:
        Refused: pandas is not installed.
    """
    try:
        from pandas import DataFrame
    except ImportError:
        raise Refused("to_frame() needs pandas; install it with: pip install 'parley[pandas]'") from None
    return DataFrame(list(rows), columns=list(columns))
