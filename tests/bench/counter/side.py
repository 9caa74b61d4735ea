"""What both sides of the comparison do, so that each gets the same work and the same kills."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from chalicelib.domain.claim import ClaimRef
from tests.bench.counter.outside import Outside, Step

ATTEMPT = "a"
"""The passed attempt that everybody has."""


class Claimer(Protocol):
    """One instance."""

    def claim(self, openid: str) -> str | None:
        """Returns the bill number; None where no packet is left. Raises TryAgain."""
        ...

    def refresh(self) -> None:
        """Reads what an instance reads every few seconds, for all its requests together."""
        ...


class Side(Protocol):
    """Can be pickled: other processes work on the same tables. The engine's address is in the environment."""

    @property
    def name(self) -> str: ...

    def lay(self, people: Sequence[str]) -> None:
        """Makes the tables, the packets, and people who may claim."""
        ...

    def claimer(self, outside: Outside, step: Step) -> Claimer: ...

    def worker(self, outside: Outside, step: Step) -> Callable[[ClaimRef], None]:
        """Does one payout job. Raises TryAgain for a job that must be delivered again."""
        ...

    def sweep(self, outside: Outside) -> None:
        """Queues what was forgotten."""
        ...

    def later(self) -> "Side":
        """The same an hour later."""
        ...

    def bills(self) -> Mapping[str, tuple[str, int]]:
        """Bill number and fen of each claim, by openid."""
        ...

    def free(self) -> int:
        """How many packets are left."""
        ...

    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The names of each table's key, hash key first."""
        ...


def no_step(name: str) -> None:
    """For a process that is not killed."""
