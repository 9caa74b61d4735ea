"""Checks the invariants after every step: books, claims' orders, WeChat Pay's ledger and the index of open payouts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from chalicelib.domain.audit import Books, audit
from chalicelib.domain.claim import Claim, PayoutStatus, SendOrder, bill_number, numbers_until
from chalicelib.domain.participation import Follower
from chalicelib.domain.payout_decisions import Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.ports import Payouts, Ports
from chalicelib.usecases.audit_books import Audit
from tests.proof.model import Model, model_of
from tests.proof.transfer_oracle import breaches
from tests.support.pay import FakePay
from tests.support.transfers import FakeTransfers

PAY_REPLIES: dict[PayoutStatus, set[Reply | None]] = {
    PayoutStatus.RECEIVED: {Reply.RECEIVED},
    PayoutStatus.REFUNDED: {Reply.REFUNDED},
    PayoutStatus.RELEASED: {Reply.REFUNDED},
    PayoutStatus.FAILED: {Reply.FAILED},
    PayoutStatus.LAPSED: {Reply.CLOSED, None},
}
"""Final status -> WeChat Pay's possible answers to a query of the number."""


class StateReader(Protocol):
    """Reads the whole stored state of a contest."""

    def books(self) -> Books: ...

    def followers(self) -> dict[str, Follower]: ...


class PortsReader:
    """Reads as the operators' audit does."""

    def __init__(self, ports: Ports, people: Sequence[str]) -> None:
        self._audit = Audit(ports.ledger, ports.control, ports.plans, ports.payouts, ports.earlier_smoke_payments)
        self._followers = ports.followers
        self._people = people

    def books(self) -> Books:
        return self._audit._books()

    def followers(self) -> dict[str, Follower]:
        found = ((openid, self._followers.find_follower(openid)) for openid in self._people)
        return {openid: follower for openid, follower in found if follower}


class InvariantChecker:
    """`index_check_interval`: steps per comparison of the sweep's index, which takes many calls on a real store."""

    def __init__(self, reader: StateReader, payouts: Payouts, pay: FakePay, index_check_interval: int = 1) -> None:
        self._reader, self._payouts, self._pay = reader, payouts, pay
        self._index_check_interval, self._checks = index_check_interval, 0
        self._frozen: dict[str, SendOrder] = {}
        self._books: Books

    def read(self) -> Model:
        """Returns the stored state in the model's terms."""
        self._books = self._reader.books()
        return model_of(self._books, self._reader.followers())

    @property
    def claims(self) -> list[Claim]:
        """All claims as last read, including smoke payments, sorted by id."""
        found = [claim for account in self._books.accounts for claim in account.claims]
        return sorted([*found, *self._books.smoke], key=lambda claim: claim.claim_id)

    def check(self, model: Model) -> None:
        """Checks the last result of `read`. Raises AssertionError."""
        report = audit(self._books)
        assert not report.violations, report.violations
        assert not self._pay.violations, self._pay.violations
        claims = self.claims
        self._conserved(model, [claim for claim in claims if not claim.is_smoke])
        for claim in claims:
            self._order(claim)
            self._status(claim)
            if isinstance(self._pay, FakeTransfers):
                assert [*breaches(claim, self._pay)] == [], claim
        self._ledger(claims)
        self._checks += 1
        if self._checks % self._index_check_interval == 0:
            self._open(claims)

    def _conserved(self, model: Model, claims: list[Claim]) -> None:
        """I1 and I2, on the model: packets and claims add up to the budget, and chances bound the claims."""
        held = sum(c.packet.amount_fen for c in claims if c.status is not PayoutStatus.RELEASED)
        plan = self._books.plan
        assert plan is not None
        assert sum(model.free.values()) + held == plan.rules.budget_fen
        for openid, person in model.people.items():
            assert person.spent == len(person.claims) <= person.granted, openid
            earned = sum(1 for f in model.follows.values() if f.counted_for == openid and f.settled != "taken")
            assert person.granted == 1 + earned, openid

    def _order(self, claim: Claim) -> None:
        """I4: an order never changes, except that its first send adds the payer. A logged decision changes the number;
        of a transfer's, see the oracle."""
        first = self._frozen.setdefault(claim.claim_id, claim.order)
        if first.payer is None and claim.sends:
            first = self._frozen[claim.claim_id] = replace(first, payer=claim.order.payer)
        assert first.payer or not claim.sends, claim
        assert replace(claim.order, mch_billno=first.mch_billno) == first, claim
        assert first.mch_billno == bill_number(claim.packet), claim
        assert claim.is_on_request or claim.order.mch_billno in {first.mch_billno, *self._books.decided}, claim

    def _status(self, claim: Claim) -> None:
        """A final status equals WeChat Pay's, or an operator settled the claim. I5: every other claim is due or
        parked."""
        if claim.is_final and claim.reason != Reason.SETTLED:
            reply = self._pay.state(claim.order.mch_billno)
            assert reply in PAY_REPLIES[claim.status], f"{claim} but WeChat Pay says {reply}"
        if not claim.is_final:
            assert claim.due_at is not None, claim
        if claim.status is PayoutStatus.PARKED:
            assert claim.reason, claim

    def _ledger(self, claims: list[Claim]) -> None:
        """I4: each payment has a claim with its person and amount; at most one payment per claim is out."""
        by_first = {bill_number(claim.packet): claim for claim in claims}
        out: set[str] = set()
        for number, order in self._pay.ledger.items():
            claim = by_first.get(numbers_until(number)[0])
            assert claim is not None, f"{number} was paid without a claim"
            assert (order.openid, order.amount_fen) == (claim.openid, claim.packet.amount_fen), claim
            if self._pay.state(number) in self._pay.OUT:
                assert claim.claim_id not in out, f"{claim} is paid twice"
                out.add(claim.claim_id)

    def _open(self, claims: list[Claim]) -> None:
        """I5: the sweep's index holds exactly the claims that are not final."""
        waiting = {claim.ref for claim in claims if not claim.is_final}
        assert set(self._payouts.open_claims()) == waiting
