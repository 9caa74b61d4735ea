"""All rows of one contest, as the fakes store them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim, Packet
from chalicelib.domain.count_round import CountRound
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.participation import Me
from chalicelib.domain.prizes import Plan
from chalicelib.domain.purge import Purge
from chalicelib.domain.switches import Switches
from chalicelib.ports import LogEntry

Key = tuple[str, str]
"""Openid, or SMOKE, and attempt id."""


@dataclass(slots=True)
class ContestState:
    """Everything in it is immutable, except the collections themselves."""

    people: dict[str, Me] = field(default_factory=dict)
    attempts: dict[Key, Attempt] = field(default_factory=dict)
    passes: set[Key] = field(default_factory=set)
    claims: dict[Key, Claim] = field(default_factory=dict)
    due: dict[Key, datetime] = field(default_factory=dict)
    """The sparse index of payouts that are not final."""
    pool: dict[str, dict[int, Packet]] = field(default_factory=dict)
    """Free packets by plan id and number."""
    friends: set[str] = field(default_factory=set)
    """Followers who brought a sharer a chance in this contest."""
    code_urls: dict[str, str] = field(default_factory=dict)
    log: dict[LogEntry, None] = field(default_factory=dict)
    """The operators' entries: a set that keeps its order."""
    earlier_smoke: dict[str, Claim] = field(default_factory=dict)
    """Smoke payments from before they were claims, by the names of their rows."""
    plan: Plan | None = None
    switches: Switches = field(default_factory=Switches)
    counts: Mapping[str, int] = field(default_factory=dict)
    counted_at: datetime | None = None
    unfinished_count: CountRound | None = None
    follow_code: str = ""
    saved_menu: str | None = None
    """As JSON."""
    import_position: str = ""
    refused: Mapping[str, datetime] = field(default_factory=dict)
    """Times at which risk control refused people, by their marks."""
    proof: bytes = b""
    totals: LastTotals | None = None
    purge: Purge | None = None
    office: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The desk's records: their names with their bodies, as JSON, and their revisions."""

    def copy(self) -> "ContestState":
        return ContestState(
            dict(self.people),
            dict(self.attempts),
            set(self.passes),
            dict(self.claims),
            dict(self.due),
            {plan_id: dict(packets) for plan_id, packets in self.pool.items()},
            set(self.friends),
            dict(self.code_urls),
            dict(self.log),
            dict(self.earlier_smoke),
            self.plan,
            self.switches,
            self.counts,
            self.counted_at,
            self.unfinished_count,
            self.follow_code,
            self.saved_menu,
            self.import_position,
            self.refused,
            self.proof,
            self.totals,
            self.purge,
            dict(self.office),
        )


def cut(moment: datetime) -> datetime:
    """Truncates to whole milliseconds, as the store does."""
    rest = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - rest) if rest else moment


def put_claim(state: ContestState, claim: Claim) -> Claim:
    """Writes the claim and its place in the index. Returns it as it is read back."""
    key, due_at = (claim.ref.openid, claim.attempt_id), claim.due_at and cut(claim.due_at)
    written = Claim(
        claim.claim_id,
        claim.attempt_id,
        claim.packet,
        claim.order,
        cut(claim.claimed_at),
        claim.status,
        claim.reason,
        due_at,
        claim.sends,
        claim.revision,
        claim.doubts,
        claim.code,
        claim.asked_at and cut(claim.asked_at),
        claim.receipt,
        claim.begun_at and cut(claim.begun_at),
        claim.unconfirmed,
    )
    state.claims[key] = written
    if due_at:
        state.due[key] = due_at
    else:
        state.due.pop(key, None)
    return written


def put_log(state: ContestState, entry: LogEntry) -> bool:
    """Returns False if the same entry exists already: the log only grows."""
    kept = replace(entry, at=cut(entry.at))
    if kept in state.log:
        return False
    state.log[kept] = None
    return True
