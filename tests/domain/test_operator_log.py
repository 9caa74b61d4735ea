"""The log's fingerprint, and the facts that the audit reads from the log."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from chalicelib.domain.operator_log import (
    Fingerprint,
    LogEntry,
    begun_numbers,
    fingerprint,
    person_digest,
    renewed_numbers,
    returned_numbers,
)
from tests.support.examples import NOON

FIRST = LogEntry(NOON, "王", "payouts renew", "c1", "N1", "N1R1", "refunded")
LOG = [
    FIRST,
    LogEntry(NOON, "王", "payouts renew", "c2", "N2", "N2R1", "failed"),
    LogEntry(NOON + timedelta(minutes=1), "li", "pay-smoke", "S1", new="100"),
    LogEntry(NOON + timedelta(minutes=2), "li", "pay-smoke retry", "S2", new="100"),
]
TEXTS = [field.name for field in fields(LogEntry) if field.name != "at"]


def test_the_same_entries_have_the_same_fingerprint() -> None:
    assert fingerprint(LOG) == fingerprint(reversed(LOG))
    assert fingerprint(LOG).entries == len(LOG)
    elsewhere = [replace(entry, at=entry.at.astimezone(UTC)) for entry in LOG]
    assert fingerprint(elsewhere) == fingerprint(LOG)


def test_the_fingerprint_is_that_of_the_lines_as_documented() -> None:
    """Every later version must compute the same fingerprint that a report noted."""
    entry = LogEntry(datetime(2020, 7, 8, 4, 0, 0, 5999, UTC), "王", 'a"b', "x", reason="→")
    assert fingerprint([entry]).sha256 == sha256_of('["2020-07-08T04:00:00.005+00:00","王","a\\"b","x","","","→"]\n')
    assert fingerprint([]) == Fingerprint(0, sha256_of(""))


def sha256_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_field_changes_the_fingerprint(name: str) -> None:
    changed = replace(FIRST, **{name: getattr(FIRST, name) + "x"})
    assert fingerprint([changed, *LOG[1:]]) != fingerprint(LOG)


@pytest.mark.parametrize("name", TEXTS[:-1])
def test_text_that_moves_to_the_next_field_changes_the_fingerprint(name: str) -> None:
    following = TEXTS[TEXTS.index(name) + 1]
    moved = replace(FIRST, **{name: "", following: getattr(FIRST, name) + getattr(FIRST, following)})
    assert fingerprint([moved, *LOG[1:]]) != fingerprint(LOG)


def test_a_changed_time_a_dropped_and_an_added_entry_change_the_fingerprint() -> None:
    later = replace(FIRST, at=FIRST.at + timedelta(milliseconds=1))
    found = {fingerprint(log) for log in (LOG, [later, *LOG[1:]], LOG[1:], LOG[:-1], [*LOG, later])}
    assert len(found) == 5
    assert len({one.sha256 for one in found}) == 5


def test_the_audit_reads_fields() -> None:
    assert renewed_numbers(LOG) == {"N1R1", "N2R1"}
    assert returned_numbers(LOG) == {"N1"}
    assert begun_numbers(LOG) == {"S1"}


def test_a_person_s_digest_is_stable_in_one_contest() -> None:
    assert person_digest("c", "o1") == person_digest("c", "o1")
    assert len({person_digest("c", "o1"), person_digest("c", "o2"), person_digest("d", "o1")}) == 3
    assert "o1" not in person_digest("c", "o1")
