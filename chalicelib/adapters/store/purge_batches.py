"""Purges rows in transactions of many rows each."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def purge_batches(rows: Iterable[Row], size: int, purge: Callable[[Sequence[Row]], bool]) -> int:
    """Returns the number of rows. `purge` purges its rows in one transaction, and returns False if a person's own event
    or another run of the command changed one meanwhile; then they are purged one by one."""
    found, left = 0, iter(rows)
    while batch := list(islice(left, size)):
        found += len(batch)
        if not purge(batch):
            for row in batch:
                purge([row])
    return found
