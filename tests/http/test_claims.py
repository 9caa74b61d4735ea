"""Claims: one packet for a passed attempt and a chance; and all refusals, in their order."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.fairness import Fairness
from tests.http.stage import PACKETS, Stage, claim, draw, pass_attempt
from tests.support.examples import act


def test_a_claim_twice_is_one_packet(stage: Stage) -> None:
    person = stage.person("alice")
    attempt_id = pass_attempt(stage, person)
    first, second = claim(person, attempt_id), claim(person, attempt_id)
    assert (first.status, second.status) == (201, 200)
    assert first.body == second.body
    assert first.json["status"] == "owed"
    assert first.json["claimed_at"] == stage.now.isoformat(timespec="milliseconds")
    me = person.get("/api/me").json
    assert me["claims"] == person.get("/api/claims").json["claims"] == [first.json]
    assert (me["chances"], me["claimable"]) == ({"granted": 1, "spent": 1}, [])
    assert free_packets(stage) == PACKETS - 1


def test_a_second_passed_attempt_has_no_chance_left(stage: Stage) -> None:
    person = stage.person("alice")
    first, second = pass_attempt(stage, person), pass_attempt(stage, person)
    assert claim(person, first).status == 201
    assert claim(person, second).outcome == (409, "no_chance_left")
    assert person.get("/api/me").json["claimable"] == [second]
    assert claim(person, first).status == 200


def test_attempts_that_are_unknown_foreign_or_not_passed(stage: Stage) -> None:
    alice, bob = stage.person("alice"), stage.person("bob")
    passed, drawn = pass_attempt(stage, alice), draw(bob)
    failed = pass_attempt(stage, bob, right=4)
    invalid = (400, "attempt_invalid")
    assert claim(bob, passed).outcome == invalid
    assert claim(bob, drawn["attempt_id"]).outcome == invalid
    assert claim(bob, failed).outcome == (409, "not_passed")
    assert claim(alice, passed).status == 201
    assert claim(bob, passed).outcome == invalid
    assert bob.get("/api/claims").json == {"claims": []}


def test_odd_attempt_ids_are_invalid(stage: Stage) -> None:
    person = stage.person("alice")
    passed = pass_attempt(stage, person)
    for odd in ("", "me", "#", passed + "#", passed + "x", passed[:-1], "x" * 1024, "x" * 9000, "\ud800", "\0", "红包"):
        assert claim(person, odd).outcome == (400, "attempt_invalid"), odd
    assert person.get("/api/claims").json == {"claims": []}


def test_on_hold_may_not_claim(stage: Stage) -> None:
    person = stage.person("alice")
    attempt_id = pass_attempt(stage, person)
    stage.services.ports.participants.set_hold("alice", True, act())
    assert claim(person, attempt_id).outcome == (403, "on_hold")
    stage.services.ports.participants.set_hold("alice", False, act())
    assert claim(person, attempt_id).status == 201
    stage.services.ports.participants.set_hold("alice", True, act())
    assert claim(person, attempt_id).status == 200


def test_who_left_cannot_claim_until_they_return_and_keeps_what_they_have(stage: Stage) -> None:
    person = stage.person("alice")
    attempt_id = pass_attempt(stage, person)
    stage.follow("alice", follows=False)
    assert claim(person, attempt_id).outcome == (403, "not_following")
    stage.follow("alice")
    claimed = claim(person, attempt_id)
    assert claimed.status == 201
    stage.follow("alice", follows=False)
    assert claim(person, attempt_id).body == claimed.body
    assert person.get("/api/claims").json["claims"] == [claimed.json]


def test_the_last_packet_and_then_none(stage: Stage) -> None:
    late = stage.person("late")
    attempt_id = pass_attempt(stage, late)
    amounts = []
    for n in range(PACKETS):
        winner = stage.person(f"winner{n}")
        assert late.get("/api/contest").json["prizes"] == "plenty"
        amounts.append(claim(winner, pass_attempt(stage, winner)).json["amount_fen"])
    assert sum(amounts) == stage.services.contest.prizes.budget_fen
    assert claim(late, attempt_id).outcome == (409, "prizes_exhausted")
    assert late.get("/api/contest").json["prizes"] == "none"
    assert late.get("/api/me").json["chances"] == {"granted": 1, "spent": 0}


def test_few_packets_left_are_said_after_the_census(stage: Stage) -> None:
    person = stage.person("alice")
    control, plan = stage.services.ports.control, stage.services.ports.switches().plan_id
    for free, prizes in ((PACKETS, "plenty"), (0, "none")):
        control.set_free_packets(plan, free)
        stage.services.ports.switches.forget()
        assert person.get("/api/contest").json["prizes"] == prizes


def test_refusals_in_their_order(stage: Stage) -> None:
    """Each step removes the first reason; then the next one is reported."""
    person = stage.person("alice")
    spent, failed, second = pass_attempt(stage, person), pass_attempt(stage, person, 4), pass_attempt(stage, person)
    assert claim(person, spent).status == 201
    stage.services.ports.control.set_exhausted(stage.services.ports.switches().plan_id)
    stage.services.ports.participants.set_hold("alice", True, act())
    stage.follow("alice", follows=False)
    stage.pause(True)
    assert claim(person, "unknown").outcome == (503, "contest_paused")
    stage.pause(False)
    assert claim(person, second).outcome == (403, "not_following")
    assert claim(person, failed).outcome == (403, "not_following")
    stage.follow("alice")
    assert claim(person, "0" * 22).outcome == (400, "attempt_invalid")
    assert claim(person, failed).outcome == (409, "not_passed")
    assert claim(person, second).outcome == (403, "on_hold")
    stage.services.ports.participants.set_hold("alice", False, act())
    assert claim(person, second).outcome == (409, "no_chance_left")
    bob = stage.person("bob")
    assert claim(bob, pass_attempt(stage, bob)).outcome == (409, "prizes_exhausted")


def free_packets(stage: Stage) -> int:
    pool: Any = stage.services.ports.pool
    switches = stage.services.ports.switches()
    return int(pool.count_free(switches.plan_id, switches.shards))


def test_who_follows_too_recently_is_told_from_when_they_may_claim(stage: Stage) -> None:
    stage.services.contest = replace(stage.services.contest, fairness=Fairness(follow_minutes=10))
    person = stage.person("alice")
    attempt_id = pass_attempt(stage, person)
    answer = claim(person, attempt_id)
    error = answer.json["error"]
    assert (answer.status, error["code"]) == (403, "follow_first")
    assert datetime.fromisoformat(error["from"]) > stage.now
    assert "以后可以开红包" in error["message"]
    stage.now = datetime.fromisoformat(error["from"])
    assert claim(person, attempt_id).status == 201
