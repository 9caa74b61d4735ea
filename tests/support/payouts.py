"""Payouts, and the ledger over everything, in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.audit import Account
from chalicelib.domain.claim import SMOKE, Claim, ClaimRef, DueClaim, PayoutStatus
from chalicelib.domain.participation import Follower, Me
from chalicelib.domain.prizes import packet_again
from chalicelib.ports import LogEntry
from tests.support.state import put_claim, put_log
from tests.support.world import World


class FakePayouts:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def find_claim(self, ref: ClaimRef) -> Claim | None:
        with self._world.call("payouts.find_claim"):
            return self._state.claims.get((ref.openid, ref.attempt_id))

    def find_by_packet(self, plan_id: str, number: int) -> Claim | None:
        with self._world.call("payouts.find_by_packet"):
            claims = (claim for claim in self._state.claims.values() if not claim.is_smoke)
            return next((c for c in claims if (c.packet.plan_id, c.packet.number) == (plan_id, number)), None)

    def replace_claim(self, before: Claim, after: Claim, entry: LogEntry | None = None) -> Claim | None:
        with self._world.call("payouts.replace_claim"):
            if not self._is_at(before) or (entry and not put_log(self._state, entry)):
                return None
            return put_claim(self._state, replace(after, revision=before.revision + 1))

    def put_back(self, before: Claim, after: Claim, packets: int) -> Claim | None:
        with self._world.call("payouts.put_back"):
            again = packet_again(before.packet, packets)
            pool = self._state.pool.setdefault(again.plan_id, {})
            differs = pool.get(again.number, again) != again
            if not self._is_at(before) or differs or self._state.switches.plan_id != again.plan_id:
                return None
            pool[again.number] = again
            self._state.switches = replace(self._state.switches, exhausted=False)
            released = replace(after, status=PayoutStatus.RELEASED, due_at=None, revision=before.revision + 1)
            return put_claim(self._state, released)

    def due_claims(self, now: datetime, limit: int) -> Sequence[DueClaim]:
        with self._world.call("payouts.due_claims"):
            come = sorted((key[0] != SMOKE, at, key) for key, at in self._state.due.items() if at <= now)
            return [DueClaim(ClaimRef(*key), at) for _, at, key in come[:limit]]

    def open_claims(self) -> Iterable[ClaimRef]:
        with self._world.call("payouts.open_claims"):
            return [ClaimRef(*key) for key in self._state.due]

    def waiting_claims(self) -> Iterable[DueClaim]:
        with self._world.call("payouts.waiting_claims"):
            return [DueClaim(ClaimRef(*key), at) for key, at in self._state.due.items()]

    def read_claims(self, refs: Sequence[ClaimRef]) -> Iterable[Claim]:
        with self._world.call("payouts.read_claims"):
            found = [self._state.claims.get((ref.openid, ref.attempt_id)) for ref in refs]
            return [claim for claim in found if claim]

    def put_smoke_payment(self, payment: Claim, entry: LogEntry) -> bool:
        with self._world.call("payouts.put_smoke_payment"):
            taken = (payment.ref.openid, payment.attempt_id) in self._state.claims
            if taken or not put_log(self._state, entry):
                return False
            put_claim(self._state, payment)
            return True

    def smoke_payments(self) -> Sequence[Claim]:
        with self._world.call("payouts.smoke_payments"):
            found = [claim for claim in self._state.claims.values() if claim.is_smoke]
            return sorted(found, key=lambda claim: claim.attempt_id)

    def _is_at(self, before: Claim) -> bool:
        stored = self._state.claims.get((before.ref.openid, before.attempt_id))
        return stored is not None and stored.revision == before.revision


class FakeEarlierSmokePayments:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def all(self) -> Sequence[Claim]:
        with self._world.call("earlier_smoke_payments.all"):
            return [self._state.earlier_smoke[name] for name in sorted(self._state.earlier_smoke)]

    def record_earlier(self, before: Claim, after: Claim) -> bool:
        with self._world.call("earlier_smoke_payments.record_earlier"):
            stored = self._state.earlier_smoke[before.attempt_id]
            if stored.revision != before.revision:
                return False
            due_at = None if after.is_final else stored.due_at
            written = replace(stored, status=after.status, reason=after.reason, due_at=due_at)
            self._state.earlier_smoke[before.attempt_id] = replace(written, revision=before.revision + 1)
            return True


class FakeLedger:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def all_claims(self) -> Iterable[Claim]:
        with self._world.call("ledger.all_claims"):
            return list(self._state.claims.values())

    def all_accounts(self) -> Iterable[Account]:
        with self._world.call("ledger.all_accounts"):
            claimed = {openid for openid, _ in self._state.claims if openid != SMOKE}
            acted = {openid for openid, _ in self._state.attempts} | claimed
            return [self._account(openid) for openid in {*acted, *self._state.people, *self._state.code_urls}]

    def all_attempts(self) -> Iterable[Attempt]:
        with self._world.call("ledger.all_attempts"):
            return list(self._state.attempts.values())

    def counted_friends(self) -> Iterable[Follower]:
        with self._world.call("ledger.counted_friends"):
            return [self._world.followers[openid] for openid in self._state.friends]

    def log_entries(self) -> Iterable[LogEntry]:
        with self._world.call("ledger.log_entries"):
            return sorted(self._state.log, key=lambda entry: entry.at)

    def _account(self, openid: str) -> Account:
        state = self._state
        return Account(
            openid=openid,
            me=state.people.get(openid) or Me(),
            passes=frozenset(attempt_id for who, attempt_id in state.passes if who == openid),
            passed=frozenset(a.attempt_id for (who, _), a in state.attempts.items() if who == openid and a.passed),
            claims=tuple(claim for (who, _), claim in state.claims.items() if who == openid),
        )
