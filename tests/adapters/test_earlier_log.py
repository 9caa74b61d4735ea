"""Sentences of version 1's log, read as fields."""

import pytest

from chalicelib.adapters.store.earlier_log import earlier_entry
from chalicelib.domain.operator_log import LogEntry
from tests.support.examples import NOON

TERMS = "wishing: a -> b; remark: c -> d"


@pytest.mark.parametrize(
    ("what", "about", "fields"),
    [
        ("payouts renew", "c1 failed  N1 failed -> N1R1", ("c1", "N1", "N1R1", "failed")),
        ("payouts renew", "c1 refunded lost N1 refunded -> N2", ("c1", "N1", "N2", "refunded")),
        ("payouts renew", "c1", ("c1", "", "", "")),
        ("payouts retry", "c1 parked balance", ("c1", "parked balance", "", "")),
        ("payouts resume", "", ("", "", "", "")),
        ("payouts resume", "c1 parked balance", ("c1", "parked balance", "", "")),
        ("payouts retry --new-terms", f"c1 parked terms {TERMS}", ("c1", "parked terms", TERMS, "")),
        ("pay-smoke", "S1 100", ("S1", "", "100", "")),
        ("pay-smoke retry", "S1 100", ("S1", "", "100", "")),
        ("print-codes", "for the printer", ("", "", "", "for the printer")),
        ("something else", "as it is -> kept", ("as it is -> kept", "", "", "")),
    ],
)
def test_a_sentence_is_read_as_fields(what: str, about: str, fields: tuple[str, str, str, str]) -> None:
    assert earlier_entry(NOON, "王", what, about) == LogEntry(NOON, "王", what, *fields)


@pytest.mark.parametrize(("status", "note"), [("received", "现金 已付"), ("failed", "")])
def test_a_settling_s_status_becomes_a_field(status: str, note: str) -> None:
    entry = earlier_entry(NOON, "王", f"payouts settle {status}", f"c1 parked openid {note}".strip())
    assert entry == LogEntry(NOON, "王", "payouts settle", "c1", "parked openid", status, note)
