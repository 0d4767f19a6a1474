"""Articles that are copies, cuts, carriers and siblings of one another, drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from indexer.article import Article
from tests.support.builders import article

_WIRE = (
    "Delegations from both sides met in Geneva on Tuesday for a third day of talks on the withdrawal of heavy weapons. "
    "A person close to the mediators said the meeting lasted more than six hours and ended without a statement. "
    "The main dispute is who would verify the withdrawal and how quickly inspectors could reach a village. "
    "Both delegations have agreed to return on Thursday, and nobody has left the table for good. "
)
_PARTICIPANTS = (
    "The Prime Minister chaired a meeting of the Security Council at the residence. Taking part were Harold Finch, Minister of "
    "Defence Ruth Callow, Minister of Finance Peter Stroud, Minister of the Interior Joan Ebery, Foreign Secretary Miles Aston, "
    "Chief of Staff Colin Marsh, Director of the Intelligence Service Edith Rowe and Cabinet Secretary Simon Pell. "
)
_REST = (
    "Storks returned early to the marshes this year, which the ringers explain by a mild winter in the south. "
    "Clockmakers of the old town reopened the tower that had been wrapped in canvas since spring. "
    "A ferry now crosses twice a day, carries bicycles for nothing and sells coffee that nobody praises. "
    "Beekeepers complain of wasps, bakers of butter, and the librarian of readers who fold the corners of pages. "
    "On Sunday the brass band plays in the park unless it rains, and then it plays under the bridge. "
    "Every autumn the council promises to mend the pier, and every spring the pier is a little shorter. "
    "Children count the missing planks and invent names for the fish that swim below them. "
    "An engineer has drawn a new pier of steel, which stands in the museum and has won a prize. "
    "Visitors ask where the original is, and the guide points through the window at the sea. "
    "Nobody remembers who built the first one, although his initials are carved into the railing. "
    "The mayor collects postcards of it and owns three hundred, most of them sent by people he never met. "
    "His favourite shows a lady with a parasol and a dog that looks at the photographer. "
    "She was a singer, the caption says, and the dog was called Admiral. "
    "When the last lamp is lit, the keeper rows home, ties up his boat and hangs the oars on the wall. "
)
VARIANTS = {
    "wire": _WIRE,
    "edited": _WIRE.replace("third day", "further day").replace("more than six", "over six"),
    "cut": " ".join(_WIRE.split()[:50]),
    "extended": f"{_WIRE} {_REST[:330]}",
    "host": f"{_REST[:650]} {_WIRE} {_REST[650:]}",
    "readout": f"{_PARTICIPANTS} On the agenda were undersea cables and a second patrol aircraft for the coast guard.",
    "other readout": f"{_PARTICIPANTS} They spoke about vaccines against swine fever and compensation for farmers.",
    "post": "Ninety soldiers returned home today in the sixtieth exchange, the ombudsman reports.\nFollow @dispatch",
    "same post": "🔴 Ninety soldiers returned home today in the sixtieth exchange, the ombudsman reports.\nOur chat | Send news",
    "numbers": "Air defence shot down 19 drones over the coast at night, the governor said, and nobody was hurt.",
    "other numbers": "Air defence shot down 34 drones over the coast at night, the governor said, and nobody was hurt.",
}
_START = datetime(2026, 11, 1, tzinfo=UTC)


@st.composite
def variants(draw: st.DrawFn, *, is_dated: bool = False) -> list[Article]:
    """Draw articles with different ids: texts of VARIANTS from three sources, published and collected at close times.

    Args:
        is_dated: whether all dates are known to the second.
    """
    numbers = draw(st.lists(st.integers(0, 19), min_size=2, max_size=9, unique=True))
    return [_drawn(number, lambda most: draw(st.integers(0, most)), is_dated=is_dated) for number in numbers]


def drawn_by(chance: Random, number: int) -> list[Article]:
    """Return so many of the articles that `variants` draws."""
    return [_drawn(serial, lambda most: chance.randint(0, most), is_dated=False) for serial in range(number)]


def _drawn(number: int, pick: Callable[[int], int], *, is_dated: bool) -> Article:
    """Return an article; `pick` returns a number from 0 to its argument."""
    second: dict[str, Any] = {"published": _START + timedelta(hours=pick(6)), "published_precision": "second"}
    day = {"published": _START + timedelta(hours=12), "published_precision": "day"}
    dates = [second, second, day, {"published": None, "published_precision": None}]
    return article(
        id=f"{number:032}",
        serial=number + 1,
        url=f"https://outlet.example/{number}",
        text=list(VARIANTS.values())[pick(len(VARIANTS) - 1)],
        source=("agency", "paper", "radio")[pick(2)],
        collected=_START + timedelta(hours=3 + pick(37)),
        **(second if is_dated else dates[pick(3)]),
    )
