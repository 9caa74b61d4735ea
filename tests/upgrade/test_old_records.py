"""A deployment in the middle of the week loses no session, attempt, claim or payout: earlier versions' records are
read, and carried on, by today's application.

Every version's records are read: each person sees the same, and the books balance. They are carried on for the oldest
and the two newest versions, and in `make soak` (EVERY_VERSION=1) for all.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

import app
from chalicelib.adapters.http.render import claim_body
from chalicelib.domain.claim import PayoutStatus, is_bill_number_of
from chalicelib.domain.operator_log import RENEW
from chalicelib.domain.prizes import PlanState
from chalicelib.ports import LogEntry
from infra.local.event_runner import call
from infra.schedules import scheduled_event
from tests.http.stage import CLOSING, claim, pass_attempt
from tests.infra.function_runs import UNIT, who
from tests.upgrade.conftest import every_version
from tests.upgrade.deployed import Deployed, other_contest
from tests.upgrade.week import LAID, MENU, NEXT

FINAL = {
    "owed": "received",
    "leased": "received",
    "doubtful": "received",
    "sent": "received",
    "short": "received",
    "renewed": "received",
    "giver": "received",
    "received": "received",
    "settled": "received",
    "failed": "failed",
    "refunded": "refunded",
    "released": "refunded",
    "risk": "parked",
}
"""The final states of people's claims, as shown to them, if WeChat Pay pays everything that it is sent."""
SENT_NOW = ("owed", "leased", "short", "renewed", "giver")
"""People whose money had not left before the deployment."""


def about_me(old: Deployed, name: str) -> dict[str, Any]:
    answer = old.browser(name).get("/api/me")
    assert answer.status == 200
    told = {field: value for field, value in answer.json.items() if field in old.frozen["told"][name]}
    return told | {"claims": [as_before(old, claim) for claim in told["claims"]]}


def as_before(old: Deployed, claim: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that the recorded version did not have."""
    had = {field for told in old.frozen["told"].values() for one in told["claims"] for field in one}
    return {field: value for field, value in claim.items() if field in had}


@every_version
def test_every_session_still_signs_in_and_sees_the_same(old: Deployed) -> None:
    assert {name: about_me(old, name) for name in old.frozen["told"]} == old.frozen["told"]


def test_a_sign_in_under_way_comes_back_with_its_sharer(old: Deployed) -> None:
    browser, code = old.browser("arriving"), old.stage.wechat.authorize(who("arriving"))
    answer = browser.get(f"/oauth/callback?code={code}&state={old.frozen['state']}")
    assert answer.header("location") == "/"
    before = about_me(old, "sharer")["chances"]["granted"]
    old.callback.event(who("arriving"), "subscribe")
    assert about_me(old, "sharer")["chances"]["granted"] == before + 1


def test_a_draw_handed_out_before_is_graded_and_its_repeat_is_the_same(old: Deployed) -> None:
    browser, drawn = old.browser("player"), old.frozen["attempts"]["open"]
    body = {"attempt": drawn["attempt"], "answers": drawn["answers"]}
    first = browser.post(f"/api/attempts/{drawn['attempt_id']}/submission", body)
    assert (first.status, first.json["score"], first.json["passed"]) == (200, 7, True)
    assert browser.post(f"/api/attempts/{drawn['attempt_id']}/submission", body).json == first.json
    assert old.browser("member").post(f"/api/attempts/{drawn['attempt_id']}/submission", body).outcome == (
        400,
        "attempt_invalid",
    )


def but_for_the_bank(result: dict[str, Any]) -> dict[str, Any]:
    """Without the texts that come from today's bank."""
    review = [{name: one[name] for name in ("id", "chosen", "correct")} for one in result["review"]]
    return result | {"review": review}


def test_a_submission_graded_before_gets_the_same_answer_again(old: Deployed) -> None:
    drawn = old.frozen["attempts"]["graded"]
    path, body = f"/api/attempts/{drawn['attempt_id']}/submission", {"attempt": drawn["attempt"]}
    again = old.browser("player").post(path, {**body, "answers": drawn["answers"]})
    assert (again.status, but_for_the_bank(again.json)) == (200, but_for_the_bank(drawn["result"]))
    assert old.browser("player").post(path, {**body, "answers": {}}).outcome == (409, "attempt_already_graded")


def test_a_claim_made_before_repeats_to_the_letter(old: Deployed) -> None:
    for item in old.frozen["tables"]["participants"]:
        kind, _, attempt_id = item["what"]["S"].partition("#")
        name = item["who"]["S"].split("#o")[1].rstrip("0")
        if kind == "claim":
            again = claim(old.browser(name), attempt_id)
            assert again.status == 200
            assert as_before(old, again.json) in old.frozen["told"][name]["claims"]
            assert again.json["claim_id"] == item["claim_id"]["S"]


def test_an_attempt_passed_before_opens_one_packet_and_who_is_on_hold_none(old: Deployed) -> None:
    (attempt_id,) = old.frozen["told"]["player"]["claimable"]
    player = old.browser("player")
    first = claim(player, attempt_id)
    assert first.status == 201
    assert claim(player, attempt_id).body == first.body
    assert claim(player, pass_attempt(old.stage, player)).outcome == (409, "no_chance_left")
    (held,) = old.frozen["told"]["held"]["claimable"]
    assert claim(old.browser("held"), held).outcome == (403, "on_hold")
    warned = old.stage.person(who("warned"))
    assert claim(warned, pass_attempt(old.stage, warned)).outcome == (403, "on_hold")
    assert old.services.audit.audit_books().violations == ()


def pay_everything(old: Deployed) -> None:
    """Runs the waiting jobs and the sweep until a day after the last payout."""
    old.services.decisions.resume_payouts("li")
    for _ in range(4):
        old.work_off()
        old.stage.wait(hours=9)
        assert call("sweep", app.sweep, scheduled_event("sweep", old.stage.now))


def test_every_payout_is_carried_through_with_its_number_once(old: Deployed) -> None:
    orders = {item["claim_id"]["S"]: json.loads(item["send_order"]["S"]) for item in claims_in(old)}
    pay_everything(old)
    told = {name: {one["status"] for one in about_me(old, name)["claims"]} for name in FINAL}
    assert told == {name: {status} for name, status in FINAL.items()}
    numbers = [order.mch_billno for order in old.pay.sent]
    assert len(numbers) == len(set(numbers))
    paid = {one.order.mch_billno for name in SENT_NOW for one in old.services.ports.participants.claims_of(who(name))}
    assert set(numbers) == paid
    after = {one.claim_id: one for one in old.services.ports.ledger.all_claims()}
    for claim_id, order in orders.items():
        kept = after[claim_id].order
        whom = {"mch_billno": kept.mch_billno, "openid": kept.openid, "amount_fen": kept.amount_fen}
        payer = {"mch_id": kept.payer.mch_id, "app_id": kept.payer.app_id} if kept.payer and "mch_id" in order else {}
        assert {**whom, **dict(kept.terms), **payer} == order
    assert next(sent.mch_billno for sent in old.pay.sent if sent.openid == who("renewed")).endswith("R1")
    assert old.services.audit.audit_books().violations == ()


def claims_in(old: Deployed) -> list[dict[str, Any]]:
    return [item for item in old.frozen["tables"]["participants"] if "claim_id" in item]


def test_a_lease_taken_before_is_kept_until_it_runs_out(old: Deployed) -> None:
    old.services.decisions.resume_payouts("li")
    leased = old.claim_of("leased")
    assert leased.due_at
    old.stage.now = leased.due_at - timedelta(seconds=1)
    old.work_off()
    assert leased.order.mch_billno not in {order.mch_billno for order in old.pay.sent}
    assert old.claim_of("leased").status is PayoutStatus.SENDING


def test_the_hold_still_holds(old: Deployed) -> None:
    old.work_off()
    assert old.pay.sent == []


def test_jobs_put_before_are_worked_off(old: Deployed) -> None:
    old.services.decisions.resume_payouts("li")
    granted = about_me(old, "sharer")["chances"]["granted"]
    old.stage.wechat.follow(who("sharer"), who("giver"))
    old.work_off()
    assert old.queues.waiting["later"] == [body for body in old.queues.waiting["later"] if "tell" in body]
    assert old.queues.waiting["payouts"] == []
    assert {openid for openid, _ in old.stage.wechat.messages} == {who("sharer"), who("giver")}
    assert about_me(old, "sharer")["chances"]["granted"] == granted + 1, "the follow that waited had her code"
    early = old.services.ports.followers.find_follower(who("early"))
    assert early
    assert not early.subscribed
    assert old.services.ports.participants.read_participation(who("scanner")).me.unit != UNIT, "the first unit stays"


def test_friends_of_before_bring_and_cost_their_chance_once(old: Deployed) -> None:
    def chances(name: str) -> Any:
        return about_me(old, name)["chances"]["granted"]

    before = chances("sharer")
    for _ in range(2):
        old.callback.event(who("invited"), "subscribe")
    assert chances("sharer") == before + 1
    old.stage.wait(seconds=1)
    for name in ("friend", "friend", "leaver", "deserter"):
        old.callback.event(who(name), "unsubscribe")
    assert chances("sharer") == before, "one left for the first time"
    assert chances("giver") == old.frozen["told"]["giver"]["chances"]["granted"]
    for name in ("imported", "former", "early"):
        code = old.services.ports.share_codes.make_share_code(who("sharer"))
        old.callback.event(who(name), "subscribe", EventKey=f"qrscene_{code}")
    assert chances("sharer") == before, "none of these is new"
    assert old.services.audit.audit_books().violations == ()


@pytest.mark.parametrize(("created", "brings"), [(-1, 1), (0, 0)])
def test_who_was_seen_following_brings_a_chance_by_a_follow_of_an_earlier_second(
    newest: Deployed, created: int, brings: int
) -> None:
    """Format 1 did not have such people: it recorded them as former followers."""
    before = about_me(newest, "sharer")["chances"]["granted"]
    code = newest.services.ports.share_codes.make_share_code(who("sharer"))
    seen = int(datetime.fromisoformat(newest.frozen["at"]).timestamp())
    newest.callback.event(who("ahead"), "subscribe", EventKey=f"qrscene_{code}", CreateTime=seen + created)
    assert about_me(newest, "sharer")["chances"]["granted"] == before + brings
    assert newest.services.audit.audit_books().violations == ()


def test_codes_shared_before_name_their_sharer(old: Deployed) -> None:
    codes = old.frozen["share_codes"]
    assert {old.services.ports.share_codes.find_sharer(code): code for code in codes.values()} == codes
    assert {openid: old.services.ports.share_codes.make_share_code(openid) for openid in codes} == codes


@every_version
def test_the_books_of_before_balance(old: Deployed) -> None:
    report = old.services.audit.audit_books()
    assert report.violations == ()
    assert report.budget_fen == old.frozen["rules"]["budget_fen"]
    of_transfers = {PayoutStatus.LAPSED.value}  # the week pays red packets
    assert {status.value for status in report.by_status} == set(old.frozen["vocabulary"]["PayoutStatus"]) - of_transfers
    log = [entry for entry in old.services.ports.ledger.log_entries() if entry.what == RENEW]
    number = old.claim_of("renewed").order.mch_billno
    assert is_bill_number_of(number, number.removesuffix("R1"))
    assert [(entry.old, entry.new) for entry in log] == [(number.removesuffix("R1"), number)]


def test_a_plan_half_laid_is_finished_with_the_same_packets_and_activated(old: Deployed) -> None:
    coming = other_contest(old, NEXT)
    plan = coming.ports.plans.current_plan()
    assert plan
    assert plan.state is PlanState.LAYING
    begun = sorted(coming.ports.plans.laid_packets(plan), key=lambda packet: packet.number)
    assert len(begun) == LAID
    assert coming.plans.lay_plan(lambda done, of: None, "wang") == plan
    assert coming.plans.activate_plan("wang").plan_id == plan.plan_id
    laid = sorted(coming.ports.plans.laid_packets(plan), key=lambda packet: packet.number)
    assert laid[:LAID] == begun
    assert coming.audit.audit_books().violations == ()


def test_decisions_of_before_and_after_are_one_log_in_order(old: Deployed) -> None:
    before = list(old.services.ports.ledger.log_entries())
    entry = LogEntry(old.stage.now, "li", "print-codes", reason="for the printer")
    old.services.ports.log_decision(entry)
    assert list(old.services.ports.ledger.log_entries()) == [*before, entry]
    assert entry.reason in [item["reason"]["S"] for item in old.items("books") if "reason" in item]


def test_an_earlier_version_finds_a_newer_plan_and_no_secret(newest: Deployed) -> None:
    """It refuses to lay its own plan, because it reads the row as a newer version's plan."""
    marks = [item for item in newest.items("control") if item["name"]["S"] == "plan"]
    assert {item["version"]["N"] for item in marks} == {"2"}
    assert not [item for item in marks if {"seed", "salt"} & item.keys()]


def test_the_account_gets_back_the_menu_it_had(old: Deployed) -> None:
    old.stage.now = CLOSING
    assert call("close_contest", app.close_contest, scheduled_event("close_contest", CLOSING))
    assert old.stage.wechat.shown_menu
    assert old.stage.wechat.shown_menu["button"][: len(MENU["button"])] == MENU["button"]


def test_what_operators_and_scheduled_functions_set_stays(old: Deployed) -> None:
    switches = old.services.ports.control.read_switches()
    assert switches.opened_at
    assert old.services.ports.control.mark_opened(old.stage.now) == switches.opened_at
    assert old.services.ports.control.stored_counts()[UNIT] == 1
    assert call("sweep", app.sweep, scheduled_event("sweep", old.stage.now))
    assert old.services.ports.control.stored_counts() == old.services.ports.participants.count_people()
    assert old.services.ports.participants.code_url(who("sharer"))
    stored = [item["value"]["S"] for item in old.frozen["tables"]["control"] if "value" in item]
    assert old.stage.ports.wechat_api.get_js_ticket() in stored, "nobody could be asked here"
    assert (
        as_before(old, claim_body(old.claim_of("owed"), old.services.contest.claimable_until))
        in old.frozen["told"]["owed"]["claims"]
    )
