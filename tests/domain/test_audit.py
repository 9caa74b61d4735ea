"""The audit: correct books have no violations, and every change to them is found and named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.audit import Account, Books, audit, masked
from chalicelib.domain.claim import Claim, Packet, PayoutStatus, second_number
from chalicelib.domain.participation import Chances, Follower, Me, Settled
from chalicelib.domain.prizes import PlanState, commitment
from chalicelib.domain.switches import Switches
from tests.support import examples

PLAN = replace(examples.plan(packets=6), state=PlanState.ACTIVE)
PACKETS = PLAN.packets()
SWITCHES = Switches(plan_id=PLAN.plan_id, commitment=commitment(PLAN.plan_id, PLAN.amounts(), PLAN.salt))


def account(openid: str, packets: tuple[Packet, ...], granted: int, unspent: int = 1) -> Account:
    """An account with one passed attempt for each packet, and some more. A claim and its attempt have the same
    number."""
    spent = [f"a{packet.number}" for packet in packets]
    more = frozenset(f"u{number}" for number in range(unspent))
    claims = tuple(examples.claim(openid, a, packet) for a, packet in zip(spent, packets, strict=True))
    me = Me(attempts=9, best_score=8, chances=Chances(granted, len(packets)))
    return Account(openid, me, passes=more, passed=more | set(spent), claims=claims)


ALICE = account("o-alice1", PACKETS[:2], granted=2)
BOB = account("o-bob001", PACKETS[2:3], granted=1, unspent=0)
CAROL = account("o-carol1", (), granted=1)
FRIENDS = (
    Follower("f1", True, 5, referral_to="o-alice1"),
    Follower("f2", False, 5, referral_to="o-bob001", settled=Settled.TAKEN),
    Follower("f3", False, 5, first_follow_at=5, seen_following_at=6, referral_to="o-carol1", settled=Settled.TAKEN),
)
BOOKS = Books(SWITCHES, PLAN, PACKETS[3:], (ALICE, BOB, CAROL), FRIENDS)


def with_claim(books: Books, **changes: object) -> Books:
    """The books, with another only claim for Bob."""
    (claim,) = BOB.claims
    return with_bob(books, claims=(replace(claim, **changes),))  # type: ignore[arg-type]


def with_bob(books: Books, **changes: object) -> Books:
    return replace(books, accounts=(ALICE, replace(BOB, **changes), CAROL))  # type: ignore[arg-type]


def with_order(books: Books, **changes: object) -> Books:
    return with_claim(books, order=replace(BOB.claims[0].order, **changes))  # type: ignore[arg-type]


def test_clean_books_have_no_violations() -> None:
    report = audit(BOOKS)
    assert report.violations == ()
    assert report.budget_fen == PLAN.rules.budget_fen == report.free_fen + report.claimed_fen
    assert report.free_packets == 3
    assert report.by_status == {PayoutStatus.OWED: (3, sum(packet.amount_fen for packet in PACKETS[:3]))}


def test_before_a_plan_is_active_there_is_nothing_to_say() -> None:
    assert audit(Books(Switches(), None, (), (), ())).violations == ()
    assert audit(Books(Switches(), examples.plan(), (), (), ())).violations == ()


def test_a_packet_put_back_takes_the_place_of_the_released_one() -> None:
    again = replace(PACKETS[2], number=PACKETS[2].number + len(PACKETS))
    books = with_claim(BOOKS, status=PayoutStatus.RELEASED, due_at=None)
    report = audit(replace(books, free=(*BOOKS.free, again)))
    assert report.violations == ()
    assert report.free_fen + report.claimed_fen == report.budget_fen
    assert audit(books).violations != ()


def test_a_packet_put_back_is_claimed_by_somebody_else() -> None:
    again = replace(PACKETS[2], number=PACKETS[2].number + len(PACKETS))
    books = with_claim(BOOKS, status=PayoutStatus.RELEASED, due_at=None)
    dave = account("o-dave01", (again,), granted=1)
    assert audit(replace(books, accounts=(*books.accounts, dave))).violations == ()


def test_a_second_number_must_have_been_decided() -> None:
    second = second_number(BOB.claims[0].order.mch_billno)
    books = with_order(BOOKS, mch_billno=second)
    assert audit(replace(books, decided=frozenset({second}))).violations == ()
    (violation,) = audit(books).violations
    assert violation.startswith("I4")
    (violation,) = audit(replace(books, decided=frozenset({second_number(second)}))).violations
    assert "without a logged decision" in violation


SMOKE = examples.smoke_payment()


def with_smoke(books: Books, payment: Claim = SMOKE, **changes: object) -> Books:
    """The books with one smoke payment, whose beginning is in the log."""
    changed = replace(payment, order=replace(payment.order, **changes))  # type: ignore[arg-type]
    return replace(books, smoke=(changed,), smoke_begun=frozenset({payment.order.mch_billno}))


@pytest.mark.parametrize("payment", [SMOKE, examples.earlier_smoke_payment()])
def test_a_smoke_payment_is_none_of_the_budget(payment: Claim) -> None:
    books = with_smoke(BOOKS, payment)
    assert audit(books) == replace(audit(BOOKS), smoke=books.smoke)
    before_the_plan = with_smoke(Books(Switches(), None, (), (), ()), payment)
    assert audit(before_the_plan).violations == ()


def _double(claim: Claim) -> Callable[[Books], Books]:
    return lambda books: replace(books, accounts=(*books.accounts, replace(BOB, openid="o-eve001", claims=(claim,))))


TAMPERED: dict[str, tuple[str, Callable[[Books], Books]]] = {
    "the switches name another plan": ("I1", lambda b: replace(b, switches=replace(SWITCHES, plan_id="p2"))),
    "the header is gone": ("I1", lambda b: replace(b, plan=None)),
    "the plan was never activated": ("I1", lambda b: replace(b, switches=Switches())),
    "the commitment is another": ("I1", lambda b: replace(b, switches=replace(SWITCHES, commitment="c0ffee"))),
    "a free packet is missing": ("I1", lambda b: replace(b, free=b.free[1:])),
    "a free packet is there twice": ("I1", lambda b: replace(b, free=(*b.free, b.free[0]))),
    "a claimed packet is free": ("I1", lambda b: replace(b, free=(*b.free, PACKETS[0]))),
    "a free packet has grown": (
        "I1",
        lambda b: replace(b, free=(replace(b.free[0], amount_fen=b.free[0].amount_fen + 1), *b.free[1:])),
    ),
    "a free packet is of another plan": (
        "I1",
        lambda b: replace(b, free=(replace(b.free[0], plan_id="p2"), *b.free[1:])),
    ),
    "two claims have one packet": ("I1", _double(BOB.claims[0])),
    "a released packet was not put back": ("I1", lambda b: with_claim(b, status=PayoutStatus.RELEASED, due_at=None)),
    "more chances spent than granted": ("I2", lambda b: with_bob(b, me=Me(chances=Chances(0, 1)))),
    "a chance spent without a claim": ("I2", lambda b: with_bob(b, me=Me(chances=Chances(1, 0)))),
    "a claim for an attempt that did not pass": ("I2", lambda b: with_bob(b, passed=frozenset())),
    "a spent pass can be spent again": ("I2", lambda b: with_bob(b, passes=BOB.passed)),
    "a pass was lost": ("I2", lambda b: with_bob(b, passed=BOB.passed | {"lost"})),
    "a chance nobody brought": ("I3", lambda b: with_bob(b, me=Me(chances=Chances(2, 1)))),
    "a friend who brought nothing": (
        "I3",
        lambda b: replace(b, friends=(*FRIENDS, Follower("f4", True, referral_to="o-bob001"))),
    ),
    "a chance that was not taken back": (
        "I3",
        lambda b: replace(b, friends=(FRIENDS[0], replace(FRIENDS[1], settled=Settled.NOTHING), FRIENDS[2])),
    ),
    "somebody brought themselves a chance": (
        "I3",
        lambda b: replace(b, friends=(*FRIENDS, Follower("o-bob001", True, referral_to="o-bob001"))),
    ),
    "a chance for somebody who never acted": (
        "I3",
        lambda b: replace(b, friends=(*FRIENDS, Follower("f4", True, referral_to="o-nobody"))),
    ),
    "a friend counted who followed before that follow": (
        "I3",
        lambda b: replace(b, friends=(replace(FRIENDS[0], first_follow_at=5, seen_following_at=5), *FRIENDS[1:])),
    ),
    "an order for somebody else": ("I4", lambda b: with_order(b, openid="o-eve001")),
    "an order of another amount": ("I4", lambda b: with_order(b, amount_fen=20000)),
    "another packet's bill number": ("I4", lambda b: with_order(b, mch_billno=ALICE.claims[0].order.mch_billno)),
    "a bill number of nobody's": ("I4", lambda b: with_order(b, mch_billno="x00000001")),
    "a smoke payment of another amount": ("I4", lambda b: with_smoke(b, amount_fen=20000)),
    "a smoke payment under a packet's number": ("I4", lambda b: with_smoke(b, mch_billno="plan0000000100000001")),
    "a smoke payment that nobody logged": ("I4", lambda b: replace(with_smoke(b), smoke_begun=frozenset())),
    "a smoke payment that is gone": ("I4", lambda b: replace(with_smoke(b), smoke=())),
    "two smoke payments of one number": ("I4", lambda b: replace(with_smoke(b), smoke=2 * with_smoke(b).smoke)),
    "an earlier smoke payment under another number": (
        "I4",
        lambda b: with_smoke(b, examples.earlier_smoke_payment(), mch_billno=f"SMOKE{7:022d}"),
    ),
    "a smoke payment that is never due": (
        "I5",
        lambda b: replace(with_smoke(b), smoke=(replace(SMOKE, due_at=None),)),
    ),
    "not final and never due": ("I5", lambda b: with_claim(b, due_at=None)),
    "final and still due": ("I5", lambda b: with_claim(b, status=PayoutStatus.RECEIVED)),
    "parked without a reason": ("I5", lambda b: with_claim(b, status=PayoutStatus.PARKED)),
}


@pytest.mark.parametrize(("invariant", "tamper"), TAMPERED.values(), ids=TAMPERED.keys())
def test_each_tampering_is_found(invariant: str, tamper: Callable[[Books], Books]) -> None:
    violations = audit(tamper(BOOKS)).violations
    assert any(violation.startswith(invariant) for violation in violations), violations


@pytest.mark.parametrize(("_invariant", "tamper"), TAMPERED.values(), ids=TAMPERED.keys())
def test_no_violation_names_a_whole_openid(_invariant: str, tamper: Callable[[Books], Books]) -> None:
    longer = {account.openid: f"openid-of-many-letters-{account.openid}" for account in BOOKS.accounts}
    for violation in audit(tamper(BOOKS)).violations:
        assert not any(openid in violation for openid in longer)


def test_people_are_named_by_the_end_of_their_openid() -> None:
    assert masked("oWx-1234567890_abcdefghijklm") == "…hijklm"
