"""False alarms and missed spikes: `python -m bench.spikes [--series N]`.

Prints false alarms (spikes, and days of spikes) per theme and quarter, and the part of rises that are found in time.
"""

from __future__ import annotations

import argparse
from typing import get_args

from indexer.trends.spikes import Sensitivity
from tests.support.simulated import Source, false_alarms, power

QUIET = {
    "Poisson, 0.3 a day": Source(mean=0.3),
    "Poisson, 1 a day": Source(mean=1),
    "Poisson, 10 a day": Source(mean=10),
    "Poisson, 10 a day, weekdays differ": Source(mean=10, weekdays=True),
    "Poisson, 100 a day, weekdays differ": Source(mean=100, weekdays=True),
    "variance 1.5 x mean, 10 a day": Source(mean=10, dispersion=1.5),
    "variance 2 x mean, 1 a day": Source(mean=1, dispersion=2),
    "variance 2 x mean, 10 a day, weekdays differ": Source(mean=10, dispersion=2, weekdays=True),
    "variance 3 x mean, 10 a day": Source(mean=10, dispersion=3),
    "variance 5 x mean, 10 a day": Source(mean=10, dispersion=5),
    "variance 4 x mean, 40 a day": Source(mean=40, dispersion=4),
    "waves (log sd 0.3, 0.6 left a day), 10 a day": Source(mean=10, wave=0.3, memory=0.6),
    "waves (log sd 0.3, 0.7 left a day), 40 a day": Source(mean=40, wave=0.3, memory=0.7, weekdays=True),
}
RISEN = (
    "Poisson, 10 a day",
    "Poisson, 10 a day, weekdays differ",
    "variance 1.5 x mean, 10 a day",
    "variance 2 x mean, 10 a day, weekdays differ",
    "variance 3 x mean, 10 a day",
    "waves (log sd 0.3, 0.6 left a day), 10 a day",
)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200, help="of a year each; ten times as many for the power")
    series: int = parser.parse_args().series
    for sensitivity in get_args(Sensitivity):
        print(f"\n{sensitivity}: false alarms per quarter (days of them)")
        for name, source in QUIET.items():
            spikes, days = false_alarms(source, sensitivity, series=series, seed=1)
            print(f"  {name:<48} {spikes:5.2f} ({days:.2f})")
        print(f"{sensitivity}: found   tripling, same day   doubling, within 2 days   within 3 days")
        for name in RISEN:
            rules = ((3, 1), (2, 2), (2, 3))
            shares = [
                power(QUIET[name], sensitivity, times=times, within=within, series=10 * series, seed=2)
                for times, within in rules
            ]
            print("  {:<48} {:6.1%} {:18.1%} {:18.1%}".format(name, *shares))


if __name__ == "__main__":
    main()
