"""False leads, and leads found, between made-up series: `python -m bench.leads [--pairs N]`."""

from __future__ import annotations

import argparse

from indexer.trends.leads import find_leads
from tests.support.simulated_leads import WEEK, Pairing, pair

MOST_LAG = 14  # days
NONE = {
    "independent, no memory": Pairing(),
    "independent, memory 0.5": Pairing(memory=0.5),
    "independent, memory 0.9": Pairing(memory=0.9),
    "independent, memory 0.9, the same week": Pairing(memory=0.9, weekly=True),
    "independent, both double, the same week": Pairing(memory=0.5, weekly=True, rise=2.0),
    "independent, bursts that fade": Pairing(memory=0.6, bursts=True),
    "independent, 1 a day": Pairing(mean=1, memory=0.5, weekly=True),
    "independent, 60 days": Pairing(memory=0.5, weekly=True, days=60),
    "independent, 28 days of hours, other habits": Pairing(memory=0.8, mean=3, days=672, hourly=True),
    "the same day, half shared": Pairing(memory=0.5, shared=0.5),
    "the same day, nine tenths shared": Pairing(memory=0.8, shared=0.9, weekly=True),
    "the same day, bursts, half shared": Pairing(memory=0.6, shared=0.5, bursts=True),
    "the same day, 1 a day, nine tenths shared": Pairing(mean=1, shared=0.9, swing=0.8),
}
LED = {
    "2 days later, all shared": Pairing(shared=1.0, lag=2, memory=0.5),
    "2 days later, nine tenths shared, the same week": Pairing(shared=0.9, lag=2, memory=0.5, weekly=True),
    "2 days later, half shared": Pairing(shared=0.5, lag=2, memory=0.5),
    "2 days later, a quarter shared": Pairing(shared=0.25, lag=2, memory=0.5),
    "1 day later, bursts, nine tenths shared": Pairing(shared=0.9, lag=1, memory=0.6, bursts=True),
    "7 days later, memory 0.9, nine tenths shared": Pairing(shared=0.9, lag=7, memory=0.9, weekly=True),
    "3 days later, 3 a day, nine tenths shared": Pairing(mean=3, shared=0.9, lag=3, memory=0.5, swing=0.6),
    "5 hours later, 28 days of hours, half shared": Pairing(
        shared=0.5, lag=5, mean=3, memory=0.8, swing=0.6, days=672, hourly=True
    ),
    "2 days later, 60 days, nine tenths shared": Pairing(shared=0.9, lag=2, memory=0.5, days=60),
}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    pairs: int = arguments.pairs
    false = 0
    print(f"seed {arguments.seed}, {pairs} pairs of each kind, lags up to {MOST_LAG} days or hours\nfalse leads")
    for name, made in NONE.items():
        leads = sum(lead(made, arguments.seed + number) is not None for number in range(pairs))
        false += leads
        print(f"  {name:<52} {leads / pairs:6.1%}")
    print(f"  {'all ' + format(pairs * len(NONE), ',') + ' pairs':<52} {false / pairs / len(NONE):6.1%}")
    print(
        "leads                                                 found   wrong way  right lag  interval has it  its width"
    )
    for name, made in LED.items():
        results = [lead(made, arguments.seed + number) for number in range(pairs)]
        reported = [one for one in results if one]
        right = [one for one in reported if one[0] == "a"]
        exact, inside = (sum(one[1] == made.lag for one in right), sum(one[2] <= made.lag <= one[3] for one in right))
        width = sum(one[3] - one[2] for one in right) / max(1, len(right))
        print(
            f"  {name:<50} {len(right) / pairs:6.1%} {(len(reported) - len(right)) / pairs:10.1%}"
            f" {exact / max(1, len(right)):10.1%} {inside / max(1, len(right)):15.1%} {width:10.1f}"
        )


def lead(made: Pairing, seed: int) -> tuple[str, int, float, float] | None:
    """Return who leads, by how much and the interval; None where no lead is said."""
    [one] = find_leads(pair(made, seed), most_lag=MOST_LAG, block=24 if made.hourly else WEEK)
    return (one.first, one.lag, one.low, one.high) if one.is_lead else None


if __name__ == "__main__":
    main()
