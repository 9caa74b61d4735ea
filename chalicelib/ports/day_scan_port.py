"""The port for counting the figures of the desk."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a citizen's request loads nothing of the desk
    from chalicelib.domain.desk.day_figures import FollowerCounts
    from chalicelib.domain.desk.day_tally import Seen


class DayScan(Protocol):
    """Reads whole tables, page by page and consistently. Nothing of a page is kept after it.

    Raises TryAgain, and NewerVersion for a row of a newer version.
    """

    def scan_people(self) -> "Iterator[Seen]":
        """Returns every attempt, claim and unit of the contest, all of one person together. Smoke payments are left
        out."""
        ...

    def count_followers(self) -> "FollowerCounts": ...
