"""Combinations of faults, to test that the first in the contract's order of checks is reported."""

from collections.abc import Iterable, Sequence
from itertools import chain, combinations


def every_choice(names: Sequence[str], apart: Iterable[set[str]] = ()) -> list[tuple[str, ...]]:
    """Returns all non-empty choices, in the order of `names`. No choice has two names of one set in `apart`."""
    choices = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    return [choice for choice in choices if all(len(pair & set(choice)) < 2 for pair in apart)]
