"""Code that was rolled back, or not replaced yet, reads records of a newer version: it answers "try again", keeps the
job, moves no money, and changes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.deployed_contest import described
from chalicelib.domain.errors import AttemptInvalid, NewerVersion
from chalicelib.domain.units import unit_scene
from infra.operator import command
from tests.http.stage import claim, pass_attempt
from tests.infra.function_runs import UNIT, who
from tests.support.examples import act
from tests.upgrade.deployed import Deployed, other_contest
from tests.upgrade.week import NEXT

TRY_AGAIN = (503, "try_again")
NEWER = {"version": {"N": "2"}}
NEWER_ATTEMPT, NEWER_PLAN = {"version": {"N": "3"}}, {"version": {"N": "4"}}


@pytest.fixture
def old(newest: Deployed) -> Deployed:
    """This version's code; `change` makes a record a newer version's."""
    newest.services.decisions.resume_payouts("li")
    return newest


def key(old: Deployed, name: str, what: str) -> dict[str, str]:
    return {"who": f"{old.frozen['contest']}#{who(name)}", "what": what}


def claim_key(old: Deployed, name: str) -> dict[str, str]:
    return key(old, name, f"claim#{old.claim_of(name).attempt_id}")


def unchanged(old: Deployed, act: Callable[[], Any]) -> Any:
    """Returns the result of `act`, and checks that it has changed no record."""
    before = old.items("participants"), old.items("pool")
    said = act()
    assert (old.items("participants"), old.items("pool")) == before
    return said


def newer_order(old: Deployed, name: str) -> dict[str, Any]:
    order = next(i for i in old.items("participants") if i.get("claim_id", {}).get("S") == old.claim_of(name).claim_id)
    return {"send_order": {"S": json.dumps({**json.loads(order["send_order"]["S"]), "consume_mch_id": "10000097"})}}


@pytest.mark.parametrize(
    "changed",
    [
        lambda old: NEWER,
        lambda old: {"status": {"S": "queued"}},
        lambda old: {"reason": {"S": "under_review"}},
        lambda old: newer_order(old, "owed"),
    ],
    ids=["version", "status", "reason", "a parameter of the send"],
)
def test_a_newer_claim_is_not_paid_and_its_jobs_stay(old: Deployed, changed: Callable[[Deployed], Any]) -> None:
    made = old.claim_of("owed")
    old.change("participants", claim_key(old, "owed"), **changed(old))
    bodies = [body for body in old.queues.waiting["payouts"] if made.attempt_id in body]
    assert bodies
    old.work_off()
    assert old.queues.waiting["payouts"] == bodies
    assert made.order.mch_billno not in {order.mch_billno for order in old.pay.sent}
    assert old.pay.sent, "the others are paid all the same"
    browser = old.browser("owed")
    for answer in (claim(browser, made.attempt_id), browser.get("/api/me"), browser.get("/api/claims")):
        assert answer.outcome == TRY_AGAIN
    for step in (old.services.audit.audit_books, lambda: old.services.decisions.retry_payout(made.claim_id, "li")):
        with pytest.raises(NewerVersion):
            unchanged(old, step)
    old.stage.wait(minutes=3)
    assert old.services.sweep.sweep_once() > 0, "it stays in the index: whoever understands it finds it"


@pytest.mark.parametrize("what", ["me", "pass#"])
def test_no_packet_is_taken_with_a_newer_chance_or_pass(old: Deployed, what: str) -> None:
    (attempt_id,) = old.frozen["told"]["player"]["claimable"]
    old.change("participants", key(old, "player", what if what == "me" else what + attempt_id), **NEWER)
    assert unchanged(old, lambda: claim(old.browser("player"), attempt_id)).outcome == TRY_AGAIN
    assert old.browser("player").get("/api/me").outcome == TRY_AGAIN


def test_nothing_is_added_to_a_newer_participant(old: Deployed) -> None:
    old.change("participants", key(old, "player", "me"), **NEWER)
    browser, drawn = old.browser("player"), old.frozen["attempts"]["open"]
    body = {"attempt": drawn["attempt"], "answers": drawn["answers"]}
    path = f"/api/attempts/{drawn['attempt_id']}/submission"
    assert unchanged(old, lambda: browser.post(path, body)).outcome == TRY_AGAIN
    assert unchanged(old, lambda: browser.put("/api/me/unit", {"unit": UNIT})).outcome == TRY_AGAIN
    assert unchanged(old, lambda: browser.get("/api/share/code")).outcome == TRY_AGAIN
    with pytest.raises(NewerVersion):
        unchanged(old, lambda: old.services.ports.participants.set_hold(who("player"), True, act()))


def test_a_newer_attempt_is_not_told(old: Deployed) -> None:
    drawn = old.frozen["attempts"]["graded"]
    old.change("participants", key(old, "player", f"attempt#{drawn['attempt_id']}"), **NEWER_ATTEMPT)
    body = {"attempt": drawn["attempt"], "answers": drawn["answers"]}
    answer = unchanged(old, lambda: old.browser("player").post(f"/api/attempts/{drawn['attempt_id']}/submission", body))
    assert answer.outcome == TRY_AGAIN


@pytest.mark.parametrize(("name", "event"), [("invited", "subscribe"), ("friend", "unsubscribe")])
def test_a_friend_s_event_waits_for_who_understands_the_sharer(old: Deployed, name: str, event: str) -> None:
    me = key(old, "sharer", "me")
    for _ in range(2):  # the sharer is notified of a follow that waited
        old.work_off()
    before = next(i for i in old.items("participants") if i["what"]["S"] == "me" and i["who"]["S"] == me["who"])
    old.change("participants", me, **NEWER)
    assert old.callback.event(who(name), event).status == 200
    (waiting,) = old.queues.waiting["later"]
    old.work_off()
    assert old.queues.waiting["later"] == [waiting], "it goes back to the queue"
    old.change("participants", me, version=before["version"])
    old.work_off()
    assert [body for body in old.queues.waiting["later"] if "tell" not in body] == []
    now = int(old.browser("sharer").get("/api/me").json["chances"]["granted"])
    assert now - int(before["granted"]["N"]) == (1 if event == "subscribe" else -1)


def test_who_was_settled_in_a_newer_way_is_not_settled_again(old: Deployed) -> None:
    old.change("followers", {"openid": who("leaver")}, settled={"S": "given_back"})
    assert old.stage.visitor(who("friend")).post("/api/attempts").status == 201
    sharer = old.frozen["told"]["sharer"]["chances"]
    assert old.callback.event(who("leaver"), "unsubscribe").status == 200
    assert old.browser("sharer").get("/api/me").json["chances"] == sharer
    with pytest.raises(NewerVersion):
        old.services.audit.audit_books()


@pytest.mark.parametrize("changed", [NEWER_PLAN, {"state": {"S": "split"}}], ids=["version", "state"])
def test_a_newer_plan_is_neither_laid_on_nor_activated_nor_audited(old: Deployed, changed: dict[str, Any]) -> None:
    coming = other_contest(old, NEXT)
    old.change("books", {"contest_id": NEXT, "name": "plan"}, **changed)
    for step in (
        lambda: coming.plans.lay_plan(lambda done, of: None, "wang"),
        lambda: coming.plans.activate_plan("wang"),
        coming.audit.audit_books,
    ):
        with pytest.raises(NewerVersion):
            unchanged(old, step)
    assert coming.ports.control.read_switches().plan_id == ""


def test_packets_are_given_out_whatever_the_version_of_their_plan(old: Deployed) -> None:
    """A claim never reads the header: the packets' rows have their amounts."""
    old.change("books", {"contest_id": old.frozen["contest"], "name": "plan"}, **NEWER_PLAN)
    (attempt_id,) = old.frozen["told"]["player"]["claimable"]
    assert claim(old.browser("player"), attempt_id).status == 201


def newer(token: str) -> str:
    return "2." + token.removeprefix("1.")


def test_newer_tokens_are_refused_as_the_contract_says(old: Deployed) -> None:
    browser, drawn = old.browser("player"), old.frozen["attempts"]["open"]
    body = {"attempt": newer(drawn["attempt"]), "answers": drawn["answers"]}
    answer = unchanged(old, lambda: browser.post(f"/api/attempts/{drawn['attempt_id']}/submission", body))
    assert answer.outcome == (400, AttemptInvalid.code)
    browser.jar = {name: newer(value) for name, value in browser.jar.items()}
    assert browser.get("/api/me").outcome == (401, "not_signed_in")
    arriving = old.browser("arriving")
    arriving.jar = {name: newer(value) for name, value in arriving.jar.items()}
    answer = arriving.get(f"/oauth/callback?code={who('arriving')}&state={old.frozen['state']}")
    assert answer.header("location") == "/?e=state_mismatch"


@pytest.mark.parametrize("queue", ["payouts", "later"])
def test_newer_jobs_stay_in_their_queue(old: Deployed, queue: str) -> None:
    bodies = [json.dumps({**json.loads(body), "v": 2}) for body in old.queues.waiting[queue]]
    old.queues.waiting = {"payouts": [], "later": [], queue: list(bodies)}
    unchanged(old, old.work_off)
    assert old.queues.waiting[queue] == bodies
    assert old.pay.sent == []
    assert old.stage.wechat.messages == []


def test_a_newer_kind_of_event_stays_in_its_queue(old: Deployed) -> None:
    body = json.dumps({"v": 1, "kind": "REFER", "openid": who("player"), "create_time": 1, "scene": unit_scene(UNIT)})
    old.queues.waiting = {"payouts": [], "later": [body]}
    unchanged(old, old.work_off)
    assert old.queues.waiting["later"] == [body]


def test_what_a_newer_version_added_is_left_alone(old: Deployed) -> None:
    """Rows that are changed attribute by attribute keep unknown attributes."""
    added = {"added_later": {"S": "x"}}
    old.change("participants", key(old, "player", "me"), **added)
    old.change("followers", {"openid": who("player")}, **added)
    old.change("control", {"contest_id": old.frozen["contest"], "name": "switches"}, **added)
    pass_attempt(old.stage, old.browser("player"))
    old.stage.follow(who("player"))
    old.services.ports.control.set_paused(True, act())
    for table in ("participants", "followers", "control"):
        assert len([item for item in old.items(table) if "added_later" in item]) == 1, table


def test_the_operator_is_told_which_version_to_use(
    old: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "prod")
    # The sweep has reported the contest file of today.
    old.services.ports.control.report_contest(described(old.services.contest))
    old.change("participants", claim_key(old, "owed"), **NEWER)
    for argv in (["audit"], ["payouts", "list"], ["hold", who("owed"), "--reason", "r", "--yes"]):
        if argv[0] == "hold":
            old.change("participants", key(old, "owed", "me"), **NEWER)
        assert command.main(argv) == 1
        assert "更新的版本" in capsys.readouterr().err
