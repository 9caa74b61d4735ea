"""Log rows of version 1, whose `about` is a sentence, read as fields."""

from datetime import datetime

from chalicelib.domain.operator_log import BEGIN_SMOKE, RENEW, LogEntry

RETRY, NEW_TERMS, RESUME, SETTLE = "payouts retry", "payouts retry --new-terms", "payouts resume", "payouts settle "
SMOKE_RETRY, CODES = f"{BEGIN_SMOKE} retry", "print-codes"


def earlier_entry(at: datetime, who: str, what: str, about: str) -> LogEntry:
    """An unknown act keeps its sentence in `about`."""
    match what:
        case _ if what == CODES:
            return LogEntry(at, who, what, reason=about)
        case _ if what in (BEGIN_SMOKE, SMOKE_RETRY):
            number, _, amount_fen = about.partition(" ")
            return LogEntry(at, who, what, number, new=amount_fen)
        case _ if what in (RENEW, RETRY, NEW_TERMS, RESUME) or what.startswith(SETTLE):
            return _decision(at, who, what, about)
    return LogEntry(at, who, what, about)


def _decision(at: datetime, who: str, what: str, about: str) -> LogEntry:
    """A decision's sentence is the claim's id, its status, its reason (may be empty) and a note."""
    claim_id, status, reason, note = (*about.split(" ", 3), "", "", "")[:4]
    state = f"{status} {reason}".strip()
    if what == RENEW:
        old, reply, _, new = ("", "", "", "", *note.split())[-4:]
        return LogEntry(at, who, what, claim_id, old, new, reply)
    if what.startswith(SETTLE):
        return LogEntry(at, who, SETTLE.strip(), claim_id, state, what.removeprefix(SETTLE), note)
    return LogEntry(at, who, what, claim_id, state, note)
