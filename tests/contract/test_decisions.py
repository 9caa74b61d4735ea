"""An operator's decision and its log entry are one write; the log only grows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus
from chalicelib.domain.switches import Switches
from chalicelib.ports import LogEntry, Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON

ENTRY = LogEntry(NOON, "王", "payouts retry", "claim1", "parked balance", "sending", "余额已充值")

PLAN = examples.plan()


def log(ports: Ports) -> list[LogEntry]:
    """Without the entries of the steps that set the scene."""
    return [entry for entry in ports.ledger.log_entries() if entry.who == ENTRY.who]


@pytest.fixture
def claim(ports: Ports, openid: str) -> Claim:
    return setup_steps.claim(ports, openid)


def test_a_decision_and_its_entry_are_written_together(ports: Ports, claim: Claim) -> None:
    written = ports.payouts.replace_claim(
        claim, replace(claim, status=PayoutStatus.PARKED, reason="risk_control"), ENTRY
    )
    assert written
    assert ports.payouts.find_claim(ClaimRef(claim.openid, claim.attempt_id)) == written
    assert log(ports) == [ENTRY]


def test_a_switch_and_its_entry_are_written_together(engine: Engine, ports: Ports) -> None:
    ports.control.set_paused(True, ENTRY)
    assert ports.control.read_switches().paused
    other = replace(ENTRY, about="payouts")
    ports.control.set_payouts_stopped(True, other)
    assert ports.control.read_switches().payouts_stopped
    assert {entry.about for entry in log(ports)} == {"claim1", "payouts"}
    before = engine.dump()
    ports.control.set_paused(False, ENTRY)
    ports.control.set_payouts_stopped(False, other)
    assert engine.dump() == before, "this very act is in the log: it was done"


def test_a_hold_on_a_person_and_its_entry_are_written_together(engine: Engine, ports: Ports, openid: str) -> None:
    ports.participants.set_hold(openid, True, ENTRY)
    assert ports.participants.read_participation(openid).me.on_hold
    assert log(ports) == [ENTRY]
    before = engine.dump()
    ports.participants.set_hold(openid, False, ENTRY)
    assert engine.dump() == before


def test_a_plan_s_steps_and_their_entries_are_written_together(engine: Engine, ports: Ports) -> None:
    lay, drop, again, activate = (replace(ENTRY, what=f"plan {step}") for step in ("lay", "drop", "again", "activate"))
    ports.plans.begin_plan(PLAN, lay)
    assert ports.plans.discard_plan(PLAN, drop)
    ports.plans.begin_plan(PLAN, again)
    before = engine.dump()
    assert not ports.plans.discard_plan(PLAN, drop), "never written over"
    assert not ports.plans.activate_plan(replace(PLAN, plan_id="another"), "c0ffee", activate)
    assert engine.dump() == before, "what is refused leaves no entry"
    assert ports.plans.activate_plan(PLAN, "c0ffee", activate)
    assert set(log(ports)) == {lay, drop, again, activate}


def test_every_field_is_read_back(ports: Ports) -> None:
    entries = [replace(ENTRY, about="", old="", new="", reason=""), replace(ENTRY, old=""), replace(ENTRY, new="")]
    for entry in entries:
        ports.log_decision(entry)
    assert set(log(ports)) == set(entries)


def test_a_decision_on_another_state_leaves_no_entry(engine: Engine, ports: Ports, claim: Claim) -> None:
    assert ports.payouts.replace_claim(claim, replace(claim, sends=1))
    before = engine.dump()
    assert ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.FAILED), ENTRY) is None
    assert engine.dump() == before


def test_a_decision_never_writes_over_an_entry(engine: Engine, ports: Ports, claim: Claim) -> None:
    """The same entry exists already, so the claim is not changed either."""
    written = ports.payouts.replace_claim(claim, replace(claim, sends=1), ENTRY)
    assert written
    before = engine.dump()
    assert ports.payouts.replace_claim(written, replace(written, sends=2), ENTRY) is None
    assert engine.dump() == before


def test_entries_of_one_moment_are_all_kept(ports: Ports, claim: Claim) -> None:
    other = replace(ENTRY, about="claim2")
    written = ports.payouts.replace_claim(claim, replace(claim, sends=1), ENTRY)
    assert written
    assert ports.payouts.replace_claim(written, replace(written, sends=2), other)
    assert sorted(log(ports), key=lambda entry: entry.about) == [ENTRY, other]


def test_the_log_is_read_oldest_first(engine: Engine, ports: Ports, contest_id: str) -> None:
    minutes = [3, 1, 2, 0, 70]
    for minute in minutes:
        ports.control.release_payouts(replace(ENTRY, at=NOON + timedelta(minutes=minute)))
    assert log(ports) == [replace(ENTRY, at=NOON + timedelta(minutes=minute)) for minute in sorted(minutes)]
    assert log(engine.ports(contest_id + "x")) == []


def test_a_hold_is_put_on_and_lifted_by_a_logged_decision(ports: Ports) -> None:
    until = NOON + timedelta(hours=1)
    ports.control.hold_payouts(until, "balance")
    switches = ports.control.read_switches()
    assert (switches.held_until, switches.held_reason) == (until, "balance")
    ports.control.hold_payouts(until + timedelta(hours=1), "day_limit")
    switches = ports.control.read_switches()
    assert (switches.held_until, switches.held_reason) == (until + timedelta(hours=1), "day_limit")
    assert log(ports) == []
    ports.control.release_payouts(ENTRY)
    switches = ports.control.read_switches()
    assert (switches.held_until, switches.held_reason) == (None, "")
    ports.control.hold_payouts(until, "balance")
    assert ports.control.read_switches().held_until == until, "a hold that was lifted does not count"
    assert log(ports) == [ENTRY]


@pytest.mark.parametrize("minutes", [0, 1, 60])
def test_a_hold_is_not_shortened_by_another_reason(engine: Engine, ports: Ports, minutes: int) -> None:
    until = NOON + timedelta(hours=12)
    ports.control.hold_payouts(until, "day_limit")
    before = engine.dump()
    ports.control.hold_payouts(until - timedelta(minutes=minutes), "configuration")
    assert engine.dump() == before


def test_people_refused_by_risk_control_are_counted_within_a_while(ports: Ports) -> None:
    minute, within = timedelta(minutes=1), timedelta(minutes=10)

    def count(person: str, minutes: int) -> int:
        now = NOON + minutes * minute
        return ports.control.count_refused(person, now, now - within)

    assert [count("a", 0), count("a", 1), count("b", 2), count("b", 2)] == [1, 1, 2, 2], "a person counts once"
    assert count("c", 11) == 3, "the first was refused again ten minutes ago"
    assert count("d", 13) == 2
    assert count("a", 60) == 1
    assert ports.control.read_switches() == Switches(anyone_refused=True)


def test_refused_people_are_forgotten_when_it_was_not_the_address(engine: Engine, ports: Ports) -> None:
    for person in ("a", "b"):
        ports.control.count_refused(person, NOON, NOON)
    ports.control.hold_payouts(NOON, "risk_control")
    ports.control.forget_refused()
    assert ports.control.read_switches() == Switches(held_until=NOON, held_reason="risk_control")
    assert ports.control.count_refused("c", NOON, NOON) == 1


def test_unknown_codes_are_noted_until_a_release(engine: Engine, ports: Ports) -> None:
    for code in ("NEW_LIMIT", "OTHER", "NEW_LIMIT"):
        ports.control.note_code(code)
    assert ports.control.read_switches().unknown_codes == {"NEW_LIMIT", "OTHER"}
    ports.control.release_payouts(ENTRY)
    assert ports.control.read_switches() == Switches()


def test_a_release_forgets_who_was_refused(ports: Ports) -> None:
    for person in ("a", "b"):
        ports.control.count_refused(person, NOON, NOON)
    ports.control.release_payouts(ENTRY)
    assert ports.control.count_refused("c", NOON, NOON) == 1


def test_the_same_release_again_is_done_already(engine: Engine, ports: Ports) -> None:
    ports.control.release_payouts(ENTRY)
    before = engine.dump()
    ports.control.release_payouts(ENTRY)
    assert engine.dump() == before
