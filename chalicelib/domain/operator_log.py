"""The operators' append-only log: its entries, the facts that the audit reads from them, and their common
fingerprint."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from chalicelib.domain.payout_decisions import Reply

RENEW = "payouts renew"
"""The act of making a second bill number: `old` and `new` are the numbers, `reason` is WeChat Pay's reply about the old
one."""
BEGIN_SMOKE = "pay-smoke"
"""The act of beginning a smoke payment: `about` is its bill number."""


AT_DESK = "desk:"
"""Begins `who` of a decision at the organiser's desk; the id of the person's link follows."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act of an operator, or of the organiser at the desk.

    Every field but `at` is text; none holds an openid, a name or a telephone number.
    """

    at: datetime
    who: str
    """The operator's identity at AWS, else the local user; at the desk `desk:` and the link's id."""
    what: str
    """The command, such as `payouts retry`."""
    about: str = ""
    """A claim's id, a bill number, a plan's id, or a person's digest."""
    old: str = ""
    new: str = ""
    reason: str = ""
    """The operator's reason, or the fact that permitted the act."""

    @property
    def at_desk(self) -> bool:
        return self.who.startswith(AT_DESK)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The number of a log's entries and their SHA-256 in hexadecimal."""

    entries: int
    sha256: str


def fingerprint(log: Iterable[LogEntry]) -> Fingerprint:
    """Computes the log's fingerprint. If it is written down, it shows later whether an entry was changed, removed or
    inserted.

    Each entry is one line, a JSON array of its fields with the time in ISO 8601 and milliseconds; the lines are sorted.
    """
    lines = sorted(_line(entry) for entry in log)
    return Fingerprint(len(lines), sha256("".join(lines).encode()).hexdigest())


def person_digest(contest_id: str, openid: str) -> str:
    """Identifies a person in the log of one contest. Only somebody who has the openid already can recognize it."""
    return sha256(f"{contest_id}|{openid}".encode()).hexdigest()[:16]


def masked(openid: str) -> str:
    """Returns enough to compare two people by, for screens; the log has the digest."""
    return f"{openid[:4]}…{openid[-4:]}"


def renewed_numbers(log: Iterable[LogEntry]) -> frozenset[str]:
    """Bill numbers that operators' decisions made after the first."""
    return frozenset(entry.new for entry in log if entry.what == RENEW)


def returned_numbers(log: Iterable[LogEntry]) -> frozenset[str]:
    """Bill numbers that WeChat Pay reported as refunded before a second number was made."""
    return frozenset(entry.old for entry in log if entry.what == RENEW and entry.reason == Reply.REFUNDED.value)


def begun_numbers(log: Iterable[LogEntry]) -> frozenset[str]:
    """Bill numbers of all smoke payments that were begun."""
    return frozenset(entry.about for entry in log if entry.what == BEGIN_SMOKE)


def _line(entry: LogEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="milliseconds")
    fields = [at, entry.who, entry.what, entry.about, entry.old, entry.new, entry.reason]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"
