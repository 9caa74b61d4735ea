"""Decisions about one person at the desk: who is found, what is refused in words, and what the log says."""

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.domain.desk.decision_reason import MOST_CHARACTERS, stated_reason
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.operator_log import LogEntry, person_digest
from chalicelib.usecases.desk.decide_winner import DeskPeople
from tests.support.bench import Bench

WHO = "desk:link1"


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.activate()
    return made


def log(bench: Bench) -> list[LogEntry]:
    return list(bench.ports.ledger.log_entries())


def test_a_person_is_found_by_packet_and_bill_number(bench: Bench) -> None:
    people, claim = bench.app.desk.people, bench.claimed("alice")
    bench.claimed("bob")
    for name in (str(claim.packet.number), claim.order.mch_billno, f" {claim.packet.number} "):
        found = people.look_up(name)
        assert (found.claim.claim_id, found.participation.claims) == (claim.claim_id, (claim,))
        assert found.follows
    bench.unfollow("alice")
    assert not people.look_up(str(claim.packet.number)).follows


def test_nobody_is_found_in_words(bench: Bench) -> None:
    claim = bench.claimed("alice")
    free = next(number for number in range(20) if number != claim.packet.number)
    for name, words in (
        (str(free), "还没有人领取"),
        ("99999", "./contest find"),
        ("alice", "这不是红包编号"),
        ("", "不是"),
    ):
        with pytest.raises(DeskRefused) as refused:
            bench.app.desk.people.look_up(name)
        assert words in refused.value.text


def test_hold_release_and_move_are_logged_with_their_reason(bench: Bench) -> None:
    people, claim = bench.app.desk.people, bench.claimed("alice")
    packet, digest = str(claim.packet.number), person_digest("test", "alice")
    steps: list[tuple[Callable[[DeskPeople], None], tuple[str, str, str]]] = [
        (lambda one: one.set_hold(packet, True, WHO, "疑似刷奖"), ("hold", "", "on_hold")),
        (lambda one: one.set_hold(packet, False, WHO, "已核实"), ("release", "on_hold", "")),
        (lambda one: one.move_unit(packet, "", "岔河镇", WHO, "本人要求"), ("move", "", "岔河镇")),
        (lambda one: one.move_unit(packet, "岔河镇", "", WHO, "登记错误"), ("move", "岔河镇", "")),
    ]
    for step, (what, old, new) in steps:
        before = len(log(bench))
        bench.clock.advance(seconds=1)
        step(people)
        (entry,) = log(bench)[before:]
        assert (entry.who, entry.what, entry.about, entry.old, entry.new) == (WHO, what, digest, old, new)
        assert entry.reason
        me = people.look_up(packet).participation.me
        assert (me.on_hold, me.unit or "") == (what == "hold", new if what == "move" else "")


def test_a_repeated_move_is_done_once_and_is_no_fault(bench: Bench) -> None:
    people, packet = bench.app.desk.people, str(bench.claimed("alice").packet.number)
    people.move_unit(packet, "", "岔河镇", WHO, "本人要求")
    entries = len(log(bench))
    people.move_unit(packet, "", "岔河镇", WHO, "本人要求")
    assert len(log(bench)) == entries
    with pytest.raises(DeskRefused):
        people.move_unit(packet, "", "三河镇", WHO, "本人要求")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("", "岔河", "岔河镇"), ("三河镇", "岔河镇", "刚刚有了变化"), ("", "", "没有改变")],
)
def test_a_move_is_refused_in_words(bench: Bench, before: str, after: str, words: str) -> None:
    packet, entries = str(bench.claimed("alice").packet.number), len(log(bench))
    with pytest.raises(DeskRefused) as refused:
        bench.app.desk.people.move_unit(packet, before, after, WHO, "原因")
    assert words in refused.value.text
    assert len(log(bench)) == entries


@pytest.mark.parametrize("why", ["", " \n ", "字" * (MOST_CHARACTERS + 1), "打 13812345678", "0517-8721234 来电"])
def test_a_decision_needs_a_reason_that_the_log_may_hold(bench: Bench, why: str) -> None:
    packet, entries = str(bench.claimed("alice").packet.number), len(log(bench))
    people = bench.app.desk.people
    for decide in (partial(people.set_hold, packet, True), partial(people.move_unit, packet, "", "岔河镇")):
        with pytest.raises(DeskRefused) as refused:
            decide(WHO, why)
        assert refused.value.status == 400
    assert len(log(bench)) == entries


def test_a_reason_is_one_line_and_may_name_a_bill() -> None:
    assert stated_reason(" 疑似\n刷奖 ") == "疑似 刷奖"
    assert stated_reason("单号 00000000000100000003")
