"""The window [8 July 00:00, 15 July 00:00) in Shanghai, to the millisecond, and the requests that work outside it."""

from datetime import datetime, timedelta

import pytest

from tests.http.stage import CLOSING, OPENING, PACE, Stage, claim, draw, pass_attempt, right_answers, submit

TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "phase", "outcome"),
    [
        (OPENING - TICK, "announced", (403, "contest_not_open")),
        (OPENING, "open", (201, "")),
        (CLOSING - TICK, "open", (201, "")),
        (CLOSING, "closed", (403, "contest_closed")),
    ],
)
def test_draws_begin_and_end_with_the_window(
    stage: Stage, moment: datetime, phase: str, outcome: tuple[int, str]
) -> None:
    stage.now = moment
    person = stage.person("alice")
    about = person.get("/api/contest").json
    assert about["phase"] == phase
    assert about["server_time"] == moment.isoformat(timespec="milliseconds")
    assert person.post("/api/attempts").outcome == outcome


@pytest.mark.parametrize(("moment", "outcome"), [(CLOSING - TICK, (200, "")), (CLOSING, (403, "contest_closed"))])
def test_submissions_end_with_the_window(stage: Stage, moment: datetime, outcome: tuple[int, str]) -> None:
    stage.now = CLOSING - timedelta(minutes=10)
    person = stage.person("alice")
    drawn = draw(person)
    stage.now = moment
    assert submit(person, drawn, right_answers(drawn)).outcome == outcome
    assert person.get("/api/me").json["attempts"] == (1 if outcome[0] == 200 else 0)


@pytest.mark.parametrize(("moment", "outcome"), [(CLOSING - TICK, (201, "")), (CLOSING, (403, "contest_closed"))])
def test_claims_end_with_the_window(stage: Stage, moment: datetime, outcome: tuple[int, str]) -> None:
    stage.now = CLOSING - timedelta(minutes=10)
    person = stage.person("alice")
    attempt_id = pass_attempt(stage, person)
    stage.now = moment
    assert claim(person, attempt_id).outcome == outcome
    assert len(person.get("/api/claims").json["claims"]) == (1 if outcome[0] == 201 else 0)


def test_before_opening_nothing_is_drawn_submitted_or_claimed(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.now = OPENING - TICK
    refused = (403, "contest_not_open")
    early = stage.visitor("alice")
    assert submit(early, drawn, right_answers(drawn)).outcome == refused
    assert claim(early, drawn["attempt_id"]).outcome == refused


def test_repeats_are_answered_after_closing(stage: Stage) -> None:
    stage.now = CLOSING - timedelta(minutes=1)
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    graded = submit(person, drawn, right_answers(drawn))
    claimed = claim(person, drawn["attempt_id"])
    stage.now = CLOSING + timedelta(days=2)
    again = stage.visitor("alice")
    assert submit(again, drawn, right_answers(drawn)).body == graded.body
    repeated = claim(again, drawn["attempt_id"])
    assert (repeated.status, repeated.body) == (200, claimed.body)
    assert submit(again, drawn, {}).outcome == (403, "contest_closed")


def test_pausing_stops_within_five_seconds_and_resuming_goes_on(stage: Stage) -> None:
    person = stage.person("alice")
    passed = pass_attempt(stage, person)
    drawn = draw(person)
    stage.pause(True)
    paused = (503, "contest_paused")
    assert person.get("/api/contest").json["paused"] is True
    assert person.post("/api/attempts").outcome == paused
    assert submit(person, drawn, right_answers(drawn)).outcome == paused
    assert claim(person, passed).outcome == paused
    stage.pause(False)
    assert person.post("/api/attempts").status == 201
    assert submit(person, drawn, right_answers(drawn)).status == 200
    assert claim(person, passed).status == 201


def test_a_pause_keeps_nobody_from_repeating(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    graded = submit(person, drawn, right_answers(drawn))
    claimed = claim(person, drawn["attempt_id"])
    stage.pause(True)
    assert submit(person, drawn, right_answers(drawn)).body == graded.body
    assert claim(person, drawn["attempt_id"]).body == claimed.body
