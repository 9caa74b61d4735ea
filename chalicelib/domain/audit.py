"""The audit: checks invariants I1 to I5 over all stored data. Pure; the caller reads the data."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise

from chalicelib.domain.claim import Claim, Packet, PayoutStatus, bill_number, is_bill_number_of, numbers_until
from chalicelib.domain.participation import BASE_CHANCES, Follower, Me, Settled
from chalicelib.domain.prizes import Plan, commitment, facts_of
from chalicelib.domain.proof import amount_faults
from chalicelib.domain.purge import PurgeState, is_digest
from chalicelib.domain.smoke import has_its_number, is_smoke_number
from chalicelib.domain.switches import Switches


@dataclass(frozen=True, slots=True)
class Account:
    """One participant as stored. `passes` are ids of unspent passed attempts, `passed` of all passed ones."""

    openid: str
    me: Me
    passes: frozenset[str]
    passed: frozenset[str]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Books:
    switches: Switches
    plan: Plan | None
    free: tuple[Packet, ...]
    accounts: tuple[Account, ...]
    friends: tuple[Follower, ...]
    """Followers for whom a sharer got a chance in this contest."""
    decided: frozenset[str] = frozenset()
    """Second bill numbers made by an operator's logged decision."""
    smoke: tuple[Claim, ...] = ()
    """Smoke payments belong to no participant, and are outside the plan and its budget."""
    smoke_begun: frozenset[str] = frozenset()
    """Bill numbers of smoke payments that the log says were begun."""


@dataclass(frozen=True, slots=True)
class Report:
    """Amounts in fen. `violations` name claims, bill numbers, packets, and people by the end of their openid."""

    budget_fen: int
    free_fen: int
    free_packets: int
    claimed_fen: int
    by_status: dict[PayoutStatus, tuple[int, int]] = field(default_factory=dict)
    """Status -> number of claims and their sum."""
    violations: tuple[str, ...] = ()
    attempts: int = 0
    smoke: tuple[Claim, ...] = ()
    """Oldest first. They are real money, but not part of the budget."""


def audit(books: Books) -> Report:
    claims = [claim for account in books.accounts for claim in account.claims]
    counted, summed = Counter[PayoutStatus](), Counter[PayoutStatus]()
    for claim in claims:
        counted[claim.status] += 1
        summed[claim.status] += claim.packet.amount_fen
    found = (
        *_plan(books, claims),
        *(_people(books) if books.switches.purge is PurgeState.NONE else _purged(books)),
        *_orders(books),
        *_smoke(books),
        *_payouts([*claims, *books.smoke]),
    )
    return Report(
        budget_fen=books.plan.rules.budget_fen if books.plan else 0,
        free_fen=sum(packet.amount_fen for packet in books.free),
        free_packets=len(books.free),
        claimed_fen=sum(claim.packet.amount_fen for claim in claims if claim.status is not PayoutStatus.RELEASED),
        by_status={status: (counted[status], summed[status]) for status in PayoutStatus if counted[status]},
        violations=tuple(found),
        attempts=sum(account.me.attempts for account in books.accounts),
        smoke=books.smoke,
    )


def _plan(books: Books, claims: list[Claim]) -> Iterator[str]:
    """I1: each packet of the active plan is free or claimed, exactly once, with the plan's amount."""
    plan, switches = books.plan, books.switches
    if plan is None or switches.plan_id != plan.plan_id:
        if claims or switches.plan_id:
            yield "I1 there are claims or an active plan without its header"
        return
    amounts = plan.amounts()
    if switches.commitment != commitment(plan.plan_id, amounts, plan.salt):
        yield "I1 the published commitment is not the plan's"
    if any(amount_faults(amounts, asdict(facts_of(plan.rules)))):
        yield "I1 the plan's amounts break its own rules"
    held = [*books.free, *(claim.packet for claim in claims if claim.status is not PayoutStatus.RELEASED)]
    times = Counter(packet.number % len(amounts) for packet in held)
    yield from (
        f"I1 packet {number} is there {times[number]} times" for number in range(len(amounts)) if times[number] != 1
    )
    for packet in held:
        if packet.plan_id != plan.plan_id or packet.amount_fen != amounts[packet.number % len(amounts)]:
            yield f"I1 packet {packet.number} has another plan or amount"
    if sum(packet.amount_fen for packet in held) != plan.rules.budget_fen:
        yield "I1 free and claimed packets do not sum to the budget"
    numbers = Counter(claim.packet.number for claim in claims)
    yield from (f"I1 packet {number} has {times_} claims" for number, times_ in numbers.items() if times_ > 1)


def _people(books: Books) -> Iterator[str]:
    """I2: chances and attempts; I3: a friend's chance is in the sharer's account, once."""
    earned = Counter(friend.referral_to for friend in books.friends if friend.settled is not Settled.BEYOND)
    taken = Counter(friend.referral_to for friend in books.friends if friend.settled is Settled.TAKEN)
    for friend in books.friends:
        if friend.referral_to == friend.openid:
            yield f"I3 {masked(friend.openid)} brought themselves a chance"
        seen = friend.seen_following_at
        if seen is not None and (friend.first_follow_at or 0) >= seen:
            yield f"I3 {masked(friend.openid)} brought a chance by a follow after they were seen following"
    for sharer in earned.keys() - {account.openid for account in books.accounts}:
        yield f"I3 {masked(sharer)} has no account for the chances of {earned[sharer]} friends"
    for account in books.accounts:
        name, chances = masked(account.openid), account.me.chances
        if chances.spent > chances.granted:
            yield f"I2 {name} spent {chances.spent} of {chances.granted} chances"
        if chances.spent != len(account.claims):
            yield f"I2 {name} spent {chances.spent} chances for {len(account.claims)} claims"
        if chances.granted != BASE_CHANCES + earned[account.openid] - taken[account.openid]:
            yield f"I3 {name} has {chances.granted} chances for {earned[account.openid]} friends"
        spent = [claim.attempt_id for claim in account.claims]
        if len(set(spent)) != len(spent) or not set(spent) <= account.passed:
            yield f"I2 {name} has a claim without a passed attempt of its own"
        if account.passes != account.passed - set(spent):
            yield f"I2 {name} has passes that do not fit attempts and claims"


def _purged(books: Books) -> Iterator[str]:
    """R17: once purged, nobody is known by an openid, and of nobody is more left than claims.

    Then I2 and I3, which are about people, can no longer be checked; nor can they while the purge goes on.
    """
    if books.switches.purge is PurgeState.DONE:
        left = [one for one in books.accounts if not is_digest(one.openid) or one.me != Me() or one.passed]
        if left or books.friends:
            yield f"R17 after the purge {len(left)} people and {len(books.friends)} friends are left"


def _orders(books: Books) -> Iterator[str]:
    """I4: each claim has one order, stored with it, under its own number; a second number was decided and logged."""
    numbers = Counter[str]()
    for account in books.accounts:
        for claim in account.claims:
            order = claim.order
            numbers[order.mch_billno] += 1
            if order.openid != account.openid or order.amount_fen != claim.packet.amount_fen:
                yield f"I4 claim {claim.claim_id} has an order for another person or amount"
            if not is_bill_number_of(order.mch_billno, bill_number(claim.packet)):
                yield f"I4 claim {claim.claim_id} has a bill number that is not its packet's"
            elif not _is_founded(claim, books.decided):
                yield f"I4 claim {claim.claim_id} has a second bill number without a logged decision"
    yield from (f"I4 bill number {number} has {times} claims" for number, times in numbers.items() if times > 1)


def _is_founded(claim: Claim, decided: frozenset[str]) -> bool:
    """Returns whether every later bill number has its reason: an operator decided it, or nobody confirmed the transfer
    before it and its winner asked again."""
    numbers = numbers_until(claim.order.mch_billno)
    if not claim.is_on_request:
        return len(numbers) == 1 or numbers[-1] in decided
    return all(later in decided or earlier in claim.unconfirmed for earlier, later in pairwise(numbers))


def _smoke(books: Books) -> Iterator[str]:
    """I4: each smoke payment has one order under a number of its own kind, and was begun by a logged decision."""
    numbers = Counter(payment.order.mch_billno for payment in books.smoke)
    for payment in books.smoke:
        number = payment.order.mch_billno
        if payment.order.amount_fen != payment.packet.amount_fen:
            yield f"I4 smoke payment {number} has an order for another amount"
        if not is_smoke_number(number) or not has_its_number(payment) or numbers[number] > 1:
            yield f"I4 smoke payment {number} has a bill number that is not its own"
    for number in sorted(books.smoke_begun.symmetric_difference(numbers)):
        yield f"I4 smoke payment {number} is not both stored and in the log"


def _payouts(claims: Iterable[Claim]) -> Iterator[str]:
    """I5: each payout that is not final has a due time, or is parked with its reason."""
    for claim in claims:
        if claim.is_final != (claim.due_at is None):
            yield f"I5 claim {claim.claim_id} is {claim.status.value}, due at {claim.due_at}"
        if claim.status is PayoutStatus.LAPSED and not claim.is_on_request:
            yield f"I5 claim {claim.claim_id} has lapsed, and its winner had nothing to ask for"
        if claim.status is PayoutStatus.PARKED and not claim.reason:
            yield f"I5 claim {claim.claim_id} is parked without a reason"


def masked(openid: str) -> str:
    return "…" + openid[-6:]
