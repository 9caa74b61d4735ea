"""The port for all data stored about people."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.purge import Digest, FollowerPurge, Purge

StoredRow = tuple[str, Mapping[str, Any]]
"""A table's name, and a row's attributes as values of JSON."""


class PersonalData(Protocol):
    """All data stored about people in one contest, and the follower registry. For operators: most calls scan tables.

    Every call may be repeated, also after an interruption. All raise TryAgain, and NewerVersion for a row that only a
    newer version understands.
    """

    def rows_of(self, openid: str) -> Iterable[StoredRow]:
        """Returns one person's record as a follower, their rows of this contest, smoke payments sent to them, what
        friends' records say of them as sharer, and the log's entries about them and their claims."""
        ...

    def all_rows(self) -> Iterable[StoredRow]:
        """Returns all rows of this contest's participants, smoke payments, and the whole follower registry."""
        ...

    def erase_answers(self, openid: str, entry: LogEntry) -> bool:
        """Removes the answers of all attempts, the scores and the unit. Returns False if there is nothing to remove.

        The log entry is written with the last change.
        """
        ...

    def begin_purge(self, key: str, at: datetime, entry: LogEntry) -> Purge:
        """Records that the purge has begun. Returns the stored one, with its own key, if it had begun before."""
        ...

    def purge_claims(self, digest: Digest) -> int:
        """Stores claims and smoke payments under digests. Returns how many were still stored under an openid.

        Raises OperatorRefused for one that is not final; it stays as it is.
        """
        ...

    def purge_people(self) -> int:
        """Deletes all other rows of this contest's participants. Returns how many there were."""
        ...

    def purge_followers(self, how: FollowerPurge) -> int:
        """Removes people from the follower registry. Returns how many rows it changed or deleted."""
        ...

    def end_purge(self, entry: LogEntry) -> None:
        """Deletes the key, so that nobody can find out any more to whom a digest belongs. Does nothing if it is deleted
        already."""
        ...

    def unfinished_contests(self) -> list[str]:
        """Returns the ids of other contests on these tables that have begun, and whose closing or purge is not
        recorded."""
        ...

    def former_key(self, fresh: str = "") -> str:
        """Returns the key of former followers' digests; `fresh`, which is then stored, if there is none."""
        ...
