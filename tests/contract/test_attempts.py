"""Participants: recording a graded attempt, and reading it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.participation import Chances, Me, Participation, Standing
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON, SECOND

PACE = 5
MILLISECOND = timedelta(milliseconds=1)


def test_a_stranger_has_one_chance_and_nothing_else(ports: Ports, openid: str) -> None:
    assert ports.participants.read_participation(openid) == Participation(Me(chances=Chances(1, 0)), (), ())
    assert ports.participants.read_standing(openid, "a1") == Standing(None, Me(), None, False, None)
    assert ports.participants.claims_of(openid) == ()


@pytest.mark.parametrize("right", [0, 4, 5, 9])
def test_a_new_attempt_is_stored_as_graded(ports: Ports, openid: str, right: int) -> None:
    setup_steps.follow(ports, openid)
    attempt = examples.attempt("a1", right)
    assert ports.participants.record_attempt(openid, attempt, PACE) is Verdict.DONE
    standing = ports.participants.read_standing(openid, "a1")
    assert standing.attempt == attempt
    assert standing.subscribed
    assert standing.unspent is attempt.passed
    assert standing.me == Me(1, right, Chances(1, 0), submitted_at=NOON)
    claimable = ("a1",) if attempt.passed else ()
    assert ports.participants.read_participation(openid) == Participation(standing.me, claimable, ())


def test_what_was_withdrawn_at_the_grading_is_read_back(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    first, second, *rest = examples.attempt("a1", 5).answers
    marked = replace(first, withdrawn=True), replace(second, withdrawn=True, chosen=None, picked=None)
    attempt = replace(examples.attempt("a1", 5), answers=(*marked, *rest))
    assert ports.participants.record_attempt(openid, attempt, PACE) is Verdict.DONE
    assert ports.participants.read_standing(openid, "a1").attempt == attempt
    assert list(ports.ledger.all_attempts()) == [attempt]
    assert ports.participants.read_participation(openid).me.best_score == attempt.score


def test_attempts_are_counted_and_the_best_score_kept(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    for number, right in enumerate([3, 8, 3, 6]):
        setup_steps.grade(ports, openid, f"a{number}", right)
    assert ports.participants.read_participation(openid) == Participation(Me(4, 8, submitted_at=NOON), ("a1", "a3"), ())


@pytest.mark.parametrize(("passes", "claims"), [(20, 0), (21, 0), (19, 2), (20, 2), (25, 1), (3, 22), (45, 25)])
def test_at_most_twenty_unspent_passes_are_read_and_every_claim(
    engine: Engine, ports: Ports, contest_id: str, openid: str, passes: int, claims: int
) -> None:
    setup_steps.follow(ports, openid)
    packets = setup_steps.lay(ports, claims + 1)
    for number in range(passes + claims):
        setup_steps.grade(ports, openid, f"a{number:02d}")
    engine.grant(contest_id, openid, claims + 1)
    for number in range(claims):
        made = examples.claim(openid, f"a{passes + number:02d}", packets[number])
        assert ports.participants.commit_claim(made) is Verdict.DONE
    found = ports.participants.read_participation(openid)
    assert (len(found.claims), len(ports.participants.claims_of(openid))) == (claims, claims)
    assert (found.me.attempts, found.me.chances) == (passes + claims, Chances(claims + 1, claims))
    assert found.claimable == tuple(f"a{number:02d}" for number in range(min(passes, 20)))


def test_the_same_attempt_is_recorded_once(engine: Engine, ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1", right=0)
    before = engine.dump()
    again = examples.attempt("a1", right=9, graded_at=NOON + timedelta(hours=1))
    assert ports.participants.record_attempt(openid, again, PACE) is Verdict.REFUSED
    assert engine.dump() == before


def test_who_never_followed_records_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    before = engine.dump()
    assert ports.participants.record_attempt(openid, examples.attempt("a1"), PACE) is Verdict.REFUSED
    assert engine.dump() == before


def test_who_left_records_nothing_until_they_follow_again(engine: Engine, ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.unfollow(ports, openid)
    before = engine.dump()
    assert ports.participants.record_attempt(openid, examples.attempt("a1"), PACE) is Verdict.REFUSED
    assert engine.dump() == before
    setup_steps.follow(ports, openid)
    assert ports.participants.record_attempt(openid, examples.attempt("a1"), PACE) is Verdict.DONE


def test_another_attempt_comes_no_sooner_than_the_pace(engine: Engine, ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    before = engine.dump()
    soon = examples.attempt("a2", graded_at=NOON + PACE * SECOND - MILLISECOND)
    assert ports.participants.record_attempt(openid, soon, PACE) is Verdict.REFUSED
    assert engine.dump() == before
    in_time = examples.attempt("a2", graded_at=NOON + PACE * SECOND)
    assert ports.participants.record_attempt(openid, in_time, PACE) is Verdict.DONE


def test_zero_seconds_switch_the_pace_off(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    assert ports.participants.record_attempt(openid, examples.attempt("a2"), 0) is Verdict.DONE


def test_times_are_cut_to_the_millisecond_never_rounded_up(ports: Ports, openid: str) -> None:
    """Rounded up, the last moment before closing would be stored as closed."""
    last = examples.CLOSES - timedelta(microseconds=1)
    setup_steps.follow(ports, openid)
    ports.participants.record_attempt(openid, examples.attempt("a1", graded_at=last), PACE)
    standing = ports.participants.read_standing(openid, "a1")
    assert standing.attempt is not None
    assert standing.attempt.graded_at == standing.me.submitted_at == examples.CLOSES - MILLISECOND


def test_contests_and_people_are_kept_apart(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.follow(ports, openid + "x")
    setup_steps.grade(ports, openid, "a1")
    other_contest = engine.ports(contest_id + "x").participants
    for participants, who in ((other_contest, openid), (ports.participants, openid + "x")):
        assert participants.read_participation(who) == Participation(Me(), (), ())
        assert participants.read_standing(who, "a1").attempt is None
        assert participants.record_attempt(who, examples.attempt("a1"), PACE) is Verdict.DONE
