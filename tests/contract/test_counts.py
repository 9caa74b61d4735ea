"""Participants: how many people submitted, by reporting unit; exact. Control keeps the last count."""

from collections import Counter

from chalicelib.domain.count_round import CountRound
from chalicelib.domain.deployed_contest import described
from chalicelib.domain.last_totals import LastTotals
from chalicelib.ports import Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON, SECOND, act


def submit(ports: Ports, openid: str, unit: str = "", attempts: int = 1) -> None:
    setup_steps.follow(ports, openid)
    if unit:
        ports.participants.set_unit(openid, unit)
    for number in range(attempts):
        setup_steps.grade(ports, openid, f"a{number}", right=number)


def test_people_are_counted_and_not_their_attempts(ports: Ports, openid: str) -> None:
    assert ports.participants.count_people() == {}
    for number in range(5):
        submit(ports, f"{openid}{number}", attempts=3)
    assert ports.participants.count_people() == {"": 5}


def test_people_are_counted_by_unit_whether_chosen_before_or_after(ports: Ports, openid: str) -> None:
    submit(ports, f"{openid}1", "区法院")
    submit(ports, f"{openid}2", "团区委", attempts=2)
    submit(ports, f"{openid}3")
    assert ports.participants.count_people() == {"区法院": 1, "团区委": 1, "": 1}
    ports.participants.set_unit(f"{openid}3", "区法院")
    assert ports.participants.count_people() == {"区法院": 2, "团区委": 1}


def test_who_did_not_submit_is_not_counted(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    ports.participants.set_unit(openid, "区法院")
    ports.participants.set_hold(openid, True, act())
    ports.participants.set_code_url(openid, "http://q/1")
    assert ports.participants.count_people() == {}
    setup_steps.grade(ports, openid, "a1")
    assert ports.participants.count_people() == {"区法院": 1}


def test_who_left_stays_counted(ports: Ports, openid: str) -> None:
    submit(ports, openid, "区法院")
    setup_steps.unfollow(ports, openid)
    assert ports.participants.count_people() == {"区法院": 1}


def test_contests_are_counted_apart(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    elsewhere = engine.ports(contest_id + "x")
    for number in range(20):
        submit(ports, f"{openid}{number}")
    submit(elsewhere, f"{openid}1", "区法院")
    assert ports.participants.count_people() == {"": 20}
    assert elsewhere.participants.count_people() == {"区法院": 1}


def test_the_last_count_is_kept(engine: Engine, ports: Ports, contest_id: str) -> None:
    assert ports.control.stored_counts() == {}
    for counts in ({"区法院": 2, "": 1}, {"区法院": 3, "": 1}, {}):
        ports.control.store_counts(counts, NOON)
        assert ports.control.stored_counts() == counts
        assert ports.control.dated_counts() == (counts, NOON)
    ports.control.store_counts({"": 1}, NOON)
    assert engine.ports(contest_id + "x").control.dated_counts() == ({}, None)


def test_an_earlier_count_does_not_replace_a_later_one(ports: Ports) -> None:
    ports.control.store_counts({"": 2}, NOON)
    ports.control.store_counts({"": 1}, NOON - SECOND)
    assert ports.control.dated_counts() == ({"": 2}, NOON)


def test_an_unfinished_count_is_kept_until_it_is_finished(engine: Engine, ports: Ports, contest_id: str) -> None:
    for kept in (None, CountRound(NOON, 3, {"区法院": 2, "": 1}), CountRound(NOON), None):
        ports.control.keep_unfinished(kept)
        assert ports.control.unfinished_count() == kept
    ports.control.keep_unfinished(CountRound(NOON))
    assert engine.ports(contest_id + "x").control.unfinished_count() is None
    assert ports.control.dated_counts() == ({}, None)


def test_shard_by_shard_everybody_is_counted_once(ports: Ports, openid: str) -> None:
    for number in range(12):
        submit(ports, f"{openid}{number}", ["区法院", "团区委", ""][number % 3])
    counts = [ports.participants.count_shard(shard) for shard in range(ports.participants.counted_shards)]
    assert sum(map(Counter, counts), Counter()) == ports.participants.count_people()
    assert max(sum(found.values()) for found in counts) < 12


def test_the_first_follow_code_is_kept(engine: Engine, ports: Ports, contest_id: str) -> None:
    assert ports.control.follow_code() == ""
    assert [ports.control.keep_follow_code(f"http://q/{n}") for n in (1, 2)] == ["http://q/1"] * 2
    assert ports.control.follow_code() == "http://q/1"
    assert engine.ports(contest_id + "x").control.follow_code() == ""


def test_the_last_totals_are_kept(engine: Engine, ports: Ports, contest_id: str) -> None:
    assert ports.control.last_totals() is None
    for found in (LastTotals(NOON, 3, {"owed": 1}), LastTotals(NOON, 4, {"owed": 1, "received": 2})):
        ports.control.store_totals(found)
        assert ports.control.last_totals() == found
    assert engine.ports(contest_id + "x").control.last_totals() is None


def test_a_deployment_reports_one_contest_whoever_asks(engine: Engine, ports: Ports, contest_id: str) -> None:
    elsewhere = engine.ports(contest_id + "x")
    for number in (1, 2):
        found = described(examples.contest(f"{contest_id}{number}"))
        ports.control.report_contest(found)
        assert elsewhere.control.deployed_contest() == found


def test_a_code_s_address_is_kept_once(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    assert ports.participants.code_url(openid) == ""
    assert ports.participants.set_code_url(openid, "http://q/1") == "http://q/1"
    assert ports.participants.set_code_url(openid, "http://q/2") == "http://q/1"
    assert ports.participants.code_url(openid) == "http://q/1"
    assert ports.participants.code_url(openid + "x") == ""
    assert engine.ports(contest_id + "x").participants.code_url(openid) == ""


def test_a_code_and_attempts_do_not_disturb_each_other(ports: Ports, openid: str) -> None:
    ports.participants.set_code_url(openid, "http://q/1")
    submit(ports, openid)
    me = ports.participants.read_participation(openid).me
    assert (me.attempts, me.chances.granted) == (1, 1)
    assert ports.participants.code_url(openid) == "http://q/1"
