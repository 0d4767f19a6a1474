from __future__ import annotations

import pytest

from monitor.charts.frame import count_axis


@pytest.mark.parametrize("halved", [False, True])
@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7, 9, 12, 49, 51, 1_234])
def test_an_axis_of_counts_has_whole_numbers_each_once(most: int, halved: bool) -> None:
    spec = count_axis(most, halved=halved)
    values = spec["axis"]["values"]
    assert values == sorted({round(value) for value in values})
    assert values[0] == 0 and values[-1] == spec["scale"]["domain"][1] >= max(most, 1)


def test_an_axis_of_shares_is_divided_below_one() -> None:
    assert count_axis(0.04, form=".0%")["axis"]["values"] == pytest.approx([0, 0.02, 0.04])
