"""Draws and submissions: their answers and refusals."""

import base64
import json
from datetime import timedelta
from typing import Any

from tests.http.stage import PACE, Stage, draw, pass_attempt, right_answers, submit
from tests.support.examples import act


def test_a_draw_is_ten_distinct_questions_for_thirty_minutes(stage: Stage) -> None:
    drawn = draw(stage.person("alice"))
    assert len({question["id"] for question in drawn["questions"]}) == 10
    assert drawn["expires_at"] == (stage.now + timedelta(minutes=30)).isoformat(timespec="milliseconds")
    for question in drawn["questions"]:
        assert [option["key"] for option in question["options"]] == ["A", "B", "C"]
        assert len({option["text"] for option in question["options"]}) == 3


def test_a_draw_tells_nothing_about_the_right_answers(stage: Stage) -> None:
    person = stage.person("openid-of-alice")
    for _ in range(5):
        answer = person.post("/api/attempts")
        token = answer.json["attempt"].removeprefix("1.")
        for text in (answer.body, base64.urlsafe_b64decode(token), token.encode()):
            for telling in ("reasons", "statute", "answer", "explanation", "source", "correct", "openid-of-alice"):
                assert telling.encode() not in text
        assert set(answer.json["questions"][0]) == {"id", "stem", "options"}


def test_right_options_are_at_every_place(stage: Stage) -> None:
    person = stage.person("alice")
    keys = {key for _ in range(6) for key in right_answers(draw(person)).values()}
    assert keys == {"A", "B", "C"}


def test_five_right_pass_and_four_do_not(stage: Stage) -> None:
    person = stage.person("alice")
    fails, passes = draw(person), draw(person)
    for drawn, right, passed in ((fails, 4, False), (passes, 5, True)):
        stage.wait(seconds=PACE)
        result = submit(person, drawn, right_answers(drawn, right)).json
        assert (result["score"], result["passed"], result["claimable"]) == (right, passed, passed)
    me = person.get("/api/me").json
    assert (me["attempts"], me["best_score"], me["claimable"]) == (2, 5, [passes["attempt_id"]])


def test_an_unanswered_question_counts_as_wrong(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    answers = right_answers(drawn)
    left_out = drawn["questions"][3]["id"]
    del answers[left_out]
    result = submit(person, drawn, answers).json
    assert result["score"] == 9
    assert [line["id"] for line in result["review"]] == [question["id"] for question in drawn["questions"]]
    for line in result["review"]:
        number = line["id"].removeprefix("t").removeprefix("0") or "0"
        assert (line["explanation"], line["source"]) == (f"reasons {number}", f"statute {number}")
        assert line["chosen"] == (None if line["id"] == left_out else line["correct"])


def test_nothing_answered_is_a_submission(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    assert submit(person, drawn, {}).json["score"] == 0


def test_an_attempt_lasts_thirty_minutes_to_the_millisecond(stage: Stage) -> None:
    person = stage.person("alice")
    first, second, third = draw(person), draw(person), draw(person)
    stage.wait(minutes=30)
    assert submit(person, first, {}).status == 200
    stage.wait(milliseconds=1)
    assert submit(person, second, {}).outcome == (409, "attempt_expired")
    stage.wait(minutes=1)
    assert submit(person, third, {}).outcome == (409, "attempt_expired")
    assert submit(person, first, {}).status == 200
    assert submit(person, first, right_answers(first)).outcome == (409, "attempt_already_graded")


def test_the_pace_is_kept_after_the_draw_and_after_a_submission(stage: Stage) -> None:
    person = stage.person("alice")
    first, second = draw(person), draw(person)
    stage.wait(seconds=PACE, milliseconds=-1)
    assert submit(person, first, {}).outcome == (429, "too_many_requests")
    stage.wait(milliseconds=1)
    assert submit(person, first, {}).status == 200
    stage.wait(seconds=PACE, milliseconds=-1)
    assert submit(person, second, {}).outcome == (429, "too_many_requests")
    assert submit(person, first, {}).status == 200
    stage.wait(milliseconds=1)
    assert submit(person, second, {}).status == 200


def test_the_same_submission_gets_the_same_result_and_another_none(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    graded = submit(person, drawn, right_answers(drawn, 7))
    again = submit(person, drawn, dict(reversed(right_answers(drawn, 7).items())))
    assert (again.status, again.body) == (200, graded.body)
    assert submit(person, drawn, right_answers(drawn, 8)).outcome == (409, "attempt_already_graded")
    assert submit(person, drawn, {}).outcome == (409, "attempt_already_graded")
    assert person.get("/api/me").json["attempts"] == 1


def test_forged_and_foreign_attempts_are_invalid(stage: Stage) -> None:
    alice, bob = stage.person("alice"), stage.person("bob")
    drawn, other, bobs = draw(alice), draw(alice), draw(bob)
    stage.wait(seconds=PACE)
    invalid = (400, "attempt_invalid")
    token = drawn["attempt"]
    forged = [
        "", "1.", "2." + token[2:], token[2:], token[:-8], token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        token + "=" * 9000, "1.é" + token[3:], alice.jar["__Host-contest_session"], "\ud800",
    ]  # fmt: skip
    for wrong in forged:
        assert submit(alice, drawn | {"attempt": wrong}, {}).outcome == invalid, wrong
    assert submit(bob, drawn, {}).outcome == invalid
    assert submit(alice, bobs, {}).outcome == invalid
    assert submit(alice, drawn | {"attempt_id": other["attempt_id"]}, {}).outcome == invalid
    assert submit(alice, drawn | {"attempt_id": bobs["attempt_id"]}, {}).outcome == invalid
    assert submit(alice, drawn, {}).status == 200


def test_another_contests_attempt_is_invalid(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    sealed: Any = stage.services.ports.tokens
    sealed._contest_id = "another-contest"
    assert submit(person, drawn, {}).outcome == (400, "attempt_invalid")


def test_odd_attempt_ids_in_the_path_are_invalid(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    for odd in ("x", "x" * 6000, "%00", "%ff%fe", "a%2Fb", "%F0%9F%A7%A7", "..", "me", "%23", "{attempt_id}"):
        assert submit(person, drawn | {"attempt_id": odd}, {}).outcome == (400, "attempt_invalid"), odd


def test_answers_to_what_was_not_shown_are_refused(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    shown = drawn["questions"][0]["id"]
    absent = next(f"t{n:02d}" for n in range(12) if f"t{n:02d}" not in right_answers(drawn))
    for answers in (
        {absent: "A"}, {"": "A"}, {"\ud800": "A"}, {shown: "D"}, {shown: "a"}, {shown: ""},
        {shown: "AB"}, {shown: "\ud800"},
    ):  # fmt: skip
        assert submit(person, drawn, answers).outcome == (400, "bad_request"), json.dumps(answers)
    assert person.get("/api/me").json["attempts"] == 0


def test_who_left_cannot_draw_or_submit_until_they_return(stage: Stage) -> None:
    person = stage.person("alice")
    drawn = draw(person)
    stage.wait(seconds=PACE)
    stage.follow("alice", follows=False)
    assert person.get("/api/me").json["subscribed"] is False
    assert person.post("/api/attempts").outcome == (403, "not_following")
    assert submit(person, drawn, {}).outcome == (403, "not_following")
    stage.follow("alice")
    assert submit(person, drawn, {}).status == 200
    stage.follow("alice", follows=False)
    assert submit(person, drawn, {}).status == 200
    assert submit(person, drawn, right_answers(drawn)).outcome == (403, "not_following")


def test_on_hold_may_answer(stage: Stage) -> None:
    person = stage.person("alice")
    stage.services.ports.participants.set_hold("alice", True, act())
    pass_attempt(stage, person)
    assert person.get("/api/me").json["on_hold"] is True


def test_refusals_in_their_order(stage: Stage) -> None:
    """Each step removes the first reason; then the next one is reported."""
    person = stage.person("alice")
    graded, drawn, late = draw(person), draw(person), draw(person)
    stage.wait(seconds=PACE)
    assert submit(person, graded, {}).status == 200
    stage.follow("alice", follows=False)
    stage.pause(True)
    for wrong in (drawn | {"attempt": "forged"}, drawn):
        assert submit(person, wrong, {"t99": "A"}).outcome == (503, "contest_paused")
    stage.pause(False)
    assert submit(person, drawn | {"attempt": "forged"}, {"t99": "A"}).outcome == (400, "attempt_invalid")
    assert submit(person, drawn, {"t99": "A"}).outcome == (400, "bad_request")
    for refused in (drawn, late):
        assert submit(person, refused, {}).outcome == (403, "not_following")
    assert submit(person, graded, right_answers(graded)).outcome == (403, "not_following")
    stage.follow("alice")
    assert submit(person, graded, right_answers(graded)).outcome == (409, "attempt_already_graded")
    assert submit(person, drawn, {}).status == 200
    assert submit(person, late, {}).outcome == (429, "too_many_requests")
    stage.wait(minutes=31)
    assert submit(person, late, {}).outcome == (409, "attempt_expired")


def test_the_review_marks_a_withdrawn_question_which_counts_as_right(stage: Stage) -> None:
    """Four are answered right and the rest wrong; the last question is withdrawn before the submission."""
    person = stage.person("alice")
    before, drawn = draw(person), draw(person)
    stage.wait(seconds=PACE)
    graded = submit(person, before, right_answers(before, 4)).json
    gone = drawn["questions"][-1]["id"]
    stage.services.withdrawals.withdraw(gone, "li", "why")
    stage.wait(seconds=PACE)
    result = submit(person, drawn, right_answers(drawn, 4)).json
    assert (result["score"], result["passed"], result["claimable"]) == (5, True, True)
    assert [(row["id"], row["withdrawn"]) for row in result["review"] if "withdrawn" in row] == [(gone, True)]
    assert result["review"][-1]["chosen"] != result["review"][-1]["correct"]
    assert submit(person, drawn, right_answers(drawn, 4)).json == result
    assert submit(person, before, right_answers(before, 4)).json == graded, "graded before: it stays as it was"
    assert not any("withdrawn" in row for row in graded["review"])
    for _ in range(20):
        assert gone not in {question["id"] for question in draw(person)["questions"]}
