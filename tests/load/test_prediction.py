"""The judgement of `make load`: a wrong prediction fails it."""

import os
from collections import Counter
from dataclasses import replace

import pytest

from infra.local.starter import Size
from infra.opening.machine import Outcome, Part
from infra.rehearsal.journal import Journal
from tests.load import measuring
from tests.load.core_speed import busier, speed_when_all_are_busy
from tests.load.measuring import Crowd
from tests.load.prediction import JUDGED_FROM, is_held, print_beside

MEASURED = Outcome(people=10.0, requests=100.0, refused=0.5, p50=1.0, p99=20.0)


@pytest.mark.parametrize(("people", "held"), [(12.4, True), (7.6, True), (12.6, False), (7.4, False)])
def test_the_throughput_is_predicted_within_a_quarter(people: float, held: bool) -> None:
    predicted = replace(MEASURED, people=people)
    assert is_held(predicted, MEASURED, JUDGED_FROM) is held
    assert is_held(predicted, MEASURED, JUDGED_FROM - 1), "the figures of a small crowd are chance"


def test_both_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(replace(MEASURED, people=12.0, p50=0.0), replace(MEASURED, refused=0.0))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["people", "a", "second", "12.00", "10.00", "1.20"]
    assert lines[3].split()[-1] == "–"


def test_what_was_measured_makes_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 10 s 100 people; at rest a tenth of a core goes to the workers."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    cpu, rest = {"application": 4.0, "engine": 2.0, "workers": 3.0}, {"application": 0, "engine": 0, "workers": 0.1}
    number = Counter({"application": 3, "engine": 1, "workers": 4})
    crowd = Crowd(Journal(), 10.0, cpu, others=0.2)
    found = measuring.profile(crowd, rest, 100, Size(3, 4, most_waiting=8), 0.001, number, 1.0)
    assert found.parts == {"application": Part(0.04, 3.0), "engine": Part(0.02, 2.0)}
    assert found.payouts.seconds == pytest.approx(0.02)
    assert (found.most_inside, found.refusal) == (27, 0.001)
    assert found.capacity == pytest.approx(1.9 / 0.08)


def test_a_core_is_slower_while_all_are_busy() -> None:
    assert busier(0.6, 0.0) == 0.6
    assert busier(0.6, 0.5) == pytest.approx(0.6 / 0.8)
    assert busier(0.6, 1.0) == pytest.approx(1.0)
    crowd = Crowd(Journal(), 10.0, {"application": 8.0, "workers": 2.0}, others=0.0)
    rest = {"application": 0.0, "workers": 0.0}
    found = measuring.profile(crowd, rest, 100, Size(3, 4), 0.001, Counter(), speed=0.6)
    busy = 10.0 / 10.0 / (os.cpu_count() or 1)
    assert found.seconds == pytest.approx(0.08 / busier(0.6, min(1.0, busy)))


def test_the_speed_of_a_core_is_a_share() -> None:
    assert 0.1 < speed_when_all_are_busy(0.005) <= 1


def test_a_crowd_s_outcome_is_what_its_people_saw() -> None:
    journal = Journal(requests=40, done=4)
    journal.seconds["claim"] = [1.0, 2.0, 3.0, 4.0]
    journal.failures["claim", "try_again"], journal.failures["page", "network"] = 10, 3
    assert measuring.outcome(Crowd(journal, 2.0, {}, others=0.0)) == Outcome(2.0, 20.0, 0.25, 3.0, 4.0)
