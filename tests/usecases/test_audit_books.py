"""The audit reads the books: they are correct after a normal course, and every change to the store is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.participation import Chances, Follower
from chalicelib.domain.payout_decisions import Reply
from chalicelib.domain.prizes import Plan
from chalicelib.ports import LogEntry
from chalicelib.usecases.audit_books import Audit
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import NOON, OPENS
from tests.usecases.payout_helpers import live_on


@pytest.fixture
def life(bench: Bench) -> Bench:
    """Friends come and go, some packets are claimed and paid, one fails and is renewed."""
    bench.follow("o0")
    for number in range(4):
        bench.brought(f"friend{number}", "o0")
    bench.clock.advance(minutes=1)
    bench.leaves("friend0")
    for who in ("o0", "o0", "o1", "o2", "friend1"):
        bench.claimed(who)
        bench.submit(who, bench.drawn(who), right=3)
    bench.passed("o3")
    live_on(bench, hours=2)
    claim = next(claim for claim in bench.state.claims.values() if claim.openid == "o1")
    bench.pay.status[claim.order.mch_billno] = Reply.FAILED
    live_on(bench, hours=30)
    bench.app.decisions.renew_payout(claim.claim_id, "王")
    live_on(bench, hours=2)
    return bench


def test_before_anything_there_is_nothing_to_find() -> None:
    report = Bench().app.audit.audit_books()
    assert (report.violations, report.budget_fen, report.by_status) == ((), 0, {})


def test_a_plan_that_is_being_laid_is_no_violation() -> None:
    bench = Bench()
    bench.app.plans.lay_plan(lambda done, total: None, "wang")
    assert bench.app.audit.audit_books().violations == ()


def test_a_normal_life_is_clean(life: Bench) -> None:
    report = life.app.audit.audit_books()
    assert report.violations == ()
    assert report.free_fen + report.claimed_fen == report.budget_fen == life.contest.prizes.budget_fen
    assert report.free_packets == 15
    assert {status: count for status, (count, _) in report.by_status.items()} == {PayoutStatus.SENT: 5}


def test_a_clean_reading_is_taken_once(life: Bench) -> None:
    life.world.calls.clear()
    life.app.audit.audit_books()
    assert life.world.calls["ledger.all_accounts"] == 1


def lose_a_packet(bench: Bench) -> None:
    bench.state.pool[bench.state.switches.plan_id].popitem()


def grant_a_chance(bench: Bench) -> None:
    me = bench.state.people["o2"]
    bench.state.people["o2"] = replace(me, chances=Chances(me.chances.granted + 1, me.chances.spent))


def spend_a_chance(bench: Bench) -> None:
    me = bench.state.people["o3"]
    bench.state.people["o3"] = replace(me, chances=Chances(1, 1))


def put_a_pass_back(bench: Bench) -> None:
    bench.state.passes.add(next(iter(bench.state.claims)))


def count_a_friend_twice(bench: Bench) -> None:
    bench.world.followers["x"] = Follower("x", True, 1, referral_to="o0")
    bench.state.friends.add("x")


def send_to_somebody_else(bench: Bench) -> None:
    key, claim = next(iter(bench.state.claims.items()))
    bench.state.claims[key] = replace(claim, order=replace(claim.order, openid="thief"))


def forget_a_payout(bench: Bench) -> None:
    key, claim = next(iter(bench.state.claims.items()))
    bench.state.claims[key] = replace(claim, status=PayoutStatus.OWED, due_at=None)


def lose_the_decision(bench: Bench) -> None:
    bench.state.log.clear()


def change_the_commitment(bench: Bench) -> None:
    bench.state.switches = replace(bench.state.switches, commitment="c0ffee")


def change_the_seed(bench: Bench) -> None:
    assert isinstance(bench.state.plan, Plan)
    bench.state.plan = replace(bench.state.plan, seed="another")


TAMPERED: list[tuple[Callable[[Bench], None], str]] = [
    (lose_a_packet, "I1"),
    (change_the_commitment, "I1"),
    (change_the_seed, "I1"),
    (grant_a_chance, "I3"),
    (spend_a_chance, "I2"),
    (put_a_pass_back, "I2"),
    (count_a_friend_twice, "I3"),
    (send_to_somebody_else, "I4"),
    (lose_the_decision, "I4"),
    (forget_a_payout, "I5"),
]


@pytest.mark.parametrize(("tamper", "invariant"), TAMPERED, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_tampered_with_is_found(life: Bench, tamper: Callable[[Bench], None], invariant: str) -> None:
    tamper(life)
    violations = life.app.audit.audit_books().violations
    assert any(violation.startswith(invariant) for violation in violations), violations


def test_an_entry_of_another_decision_allows_no_second_number(life: Bench) -> None:
    (number,) = {claim.order.mch_billno for claim in life.state.claims.values() if claim.openid == "o1"}
    life.state.log.clear()
    life.state.log[LogEntry(NOON, "王", "payouts retry", "x", new=number)] = None
    assert any(violation.startswith("I4") for violation in life.app.audit.audit_books().violations)


def test_the_log_up_to_a_moment_keeps_its_fingerprint(life: Bench) -> None:
    noted, then = life.app.audit.log_fingerprint(life.clock.now), life.clock.now
    assert noted.entries == len(life.state.log) > 0
    life.clock.advance(minutes=1)
    life.app.switch_decisions.pause("li")
    assert life.app.audit.log_fingerprint(life.clock.now).entries == noted.entries + 1
    assert life.app.audit.log_fingerprint(then) == noted
    entry = next(iter(life.state.log))
    del life.state.log[entry]
    assert life.app.audit.log_fingerprint(then) != noted


def test_what_one_reading_sees_half_done_is_no_violation(life: Bench) -> None:
    """A claim commits after the pool was read and before the accounts are read."""

    class Busy(type(life.ports.ledger)):  # type: ignore[misc]
        def all_accounts(self) -> object:
            if life.world.calls["ledger.all_accounts"] == 0:
                life.claimed("o9")
            return super().all_accounts()

    life.world.calls.clear()
    ledger = Busy(life.world, life.contest.id)
    assert (
        Audit(ledger, life.ports.control, life.ports.plans, life.ports.payouts, life.ports.earlier_smoke_payments)
        .audit_books()
        .violations
        == ()
    )
    assert life.world.calls["ledger.all_accounts"] == 2


def test_the_audit_changes_nothing(life: Bench) -> None:
    before = life.world.snapshot()
    life.world.calls.clear()
    life.app.audit.audit_books()
    assert life.world.snapshot() == before
    assert life.world.writes() == 0


def test_the_next_contest_is_audited_by_itself(life: Bench) -> None:
    window = replace(life.contest.window, closes_at=OPENS + timedelta(days=60))
    following = Bench(replace(examples.with_id(life.contest, "next"), window=window))
    following.world.followers.update(life.world.followers)
    following.activate()
    following.claimed("o1")
    assert following.app.audit.audit_books().violations == ()
