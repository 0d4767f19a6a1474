"""Names at the ends of lines do not meet."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from monitor.charts.overlay import MOST, spread


@given(st.lists(st.floats(0, 240), min_size=1, max_size=MOST))
def test_labels_are_apart_and_in_the_order_of_the_lines(places: list[float]) -> None:
    moved = spread(dict(enumerate(places)), 240)
    order = sorted(moved, key=lambda key: moved[key])
    assert [places[key] for key in order] == sorted(places)
    assert all(moved[later] - moved[earlier] >= 14.9 for earlier, later in itertools.pairwise(order))
    assert all(place <= 240 for place in moved.values())


def test_labels_with_room_stay_where_their_lines_end() -> None:
    assert spread({1: 20.0, 2: 200.0}, 240) == {1: 20.0, 2: 200.0}
