"""The port for what the organiser's desk keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.operator_log import LogEntry


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """A JSON object under a name, such as `contacts#单位`."""

    name: str
    body: Mapping[str, Any]
    revision: int
    """The number of writes so far; 0 for a record that is not stored."""


class OfficeRecords(Protocol):
    """The desk's records of one contest. All calls raise TryAgain.

    Names: `link#ID`, `contacts#UNIT`, `events#UNIT`, `story#UNIT`, `pictures#UNIT`, `day#2020-07-08`, `figures`,
    `job#ID`, `codes`. Only rows of the log, which are no records, begin with `log#`.
    """

    def read_record(self, name: str) -> OfficeRecord:
        """Reads it consistently. Its revision is 0 and its body empty if it is not stored."""
        ...

    def read_records(self, prefix: str) -> list[OfficeRecord]:
        """Reads consistently all records whose names begin so, in the order of their names."""
        ...

    def write_record(
        self, record: OfficeRecord, body: Mapping[str, Any], entry: LogEntry | None = None
    ) -> OfficeRecord:
        """Replaces the record, as it was read, by this body, with the log's entry in the same transaction. Returns the
        stored one.

        If somebody stored the same body meanwhile, this is a repeat and changes nothing. Raises ChangedMeanwhile if
        they stored another one. A record is at most 400 KB with its name.
        """
        ...
