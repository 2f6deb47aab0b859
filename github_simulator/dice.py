"""One throw of the dice, named so that probabilities read as such."""

from random import Random


def chance(rng: Random, share: float) -> bool:
    """True in `share` (0 to 1) of all cases."""
    return rng.random() < share
