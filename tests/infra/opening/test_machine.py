"""This machine in AWS's place: it serves what its cores allow, and nobody is lost."""

from dataclasses import replace

import pytest

from infra.opening.arrivals import Arrivals
from infra.opening.crowd import STEP
from infra.opening.machine import Machine, Part, Profile, fair_shares, journey, predict
from infra.opening.opening_night import Night, Opening

READING = (5.0, 9.0)
PROFILE = Profile(
    cores=4.0,
    parts={"application": Part(0.02, 3.0), "engine": Part(0.01, 4.0), "client": Part(0.01, 1.0)},
    payouts=Part(0.01, 4.0),
    refusal=0.0,
    most_inside=30,
)
FREE = replace(PROFILE, payouts=Part(1e-9, 4.0))
"""Paying costs nothing."""


def test_the_capacity_is_the_cores_by_what_a_person_takes() -> None:
    assert PROFILE.capacity == pytest.approx(4.0 / 0.05)
    one_core = {**PROFILE.parts, "client": Part(0.02, 1.0)}
    assert replace(PROFILE, cores=400, parts=one_core).capacity == pytest.approx(1 / 0.02)


def served(profile: Profile, seconds: float = 20.0) -> float:
    """Returns the CPU seconds of calls that are accepted in a second, if far too many come."""
    machine, call = Machine(profile), journey(profile, READING).way[-1]
    steps = round(seconds / STEP)
    accepted = sum(1_000 * machine.serve(now, {call: 1_000.0}, 1.0)[call].answered for now in range(steps))
    return accepted * call.seconds / seconds


def test_no_more_is_served_than_the_cores_allow() -> None:
    room = FREE.most_inside * FREE.seconds / 10
    assert served(FREE) == pytest.approx(FREE.cores + room / 20)


def test_no_more_is_served_than_the_narrowest_part_allows() -> None:
    """The client's one core, for 100 people a second."""
    assert served(replace(FREE, cores=400.0, most_inside=1)) == pytest.approx(100 * FREE.seconds, rel=0.01)


def test_refusing_takes_its_part_of_the_cores() -> None:
    assert served(replace(FREE, refusal=0.0001)) == pytest.approx(served(FREE) - 10_000 * 0.0001, rel=0.15)


def test_paying_competes_for_the_cores() -> None:
    machine = Machine(PROFILE)
    machine.payouts.waiting = 10_000.0
    (call,) = journey(PROFILE, READING).way[-1:]
    machine.serve(0, {call: 1_000.0}, 1.0)
    assert machine.payouts.sent == pytest.approx(4.0 / 12.0 * PROFILE.cores * STEP / 0.01), "4 workers of 12 processes"


def test_what_one_does_not_want_goes_to_the_others() -> None:
    assert fair_shares(12, {"a": (1, 1), "b": (100, 1), "c": (100, 1)}) == pytest.approx({"a": 1, "b": 5.5, "c": 5.5})
    assert fair_shares(12, {"a": (1, 1), "b": (2, 1)}) == {"a": 1, "b": 2}
    assert fair_shares(12, {"a": (100, 3), "b": (100, 1)}) == pytest.approx({"a": 9, "b": 3})


@pytest.mark.parametrize("profile", [PROFILE, replace(PROFILE, most_inside=1, refusal=0.001)])
def test_nobody_is_lost_and_everybody_is_paid(profile: Profile) -> None:
    people, machine = 1_500, Machine(profile)
    arrivals = Arrivals(0.0, lambda at: min(1.0, at * 4 * profile.capacity / people))
    night = Night(Opening(people, arrivals, people, journey(profile, READING)), machine).run()
    assert abs(night.lost) < 1e-6
    assert night.finished == pytest.approx(people, abs=0.5)
    assert machine.payouts.sent + machine.payouts.waiting == pytest.approx(night.finished)
    assert machine.refused["instances"] > people / 2


def test_a_crowd_that_the_machine_carries_takes_as_long_as_its_way() -> None:
    """It comes for 20 s and then reads: nothing is refused, and a claim takes its own CPU."""
    found, way = predict(PROFILE, 400, 20.0, READING), journey(PROFILE, READING).way
    assert found.refused == pytest.approx(0)
    assert found.people == pytest.approx(400 / (20 + 9 + 0.1 * len(way)), rel=0.05)
    assert found.p99 == pytest.approx(way[-1].seconds)
    assert found.requests == pytest.approx(found.people * (len(way) - 1))


def test_too_many_are_served_more_slowly_than_the_capacity_and_made_to_wait() -> None:
    found = predict(PROFILE, 3_000, 4 * PROFILE.capacity, READING)
    assert 0.6 * PROFILE.capacity < found.people < PROFILE.capacity
    assert found.refused > 0.2
    assert found.p99 > 2
