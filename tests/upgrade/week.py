"""A contest in the middle of its week: every kind of record, job and token that a deployment can meet.

It is made by the application itself. With `settled_randomness` two runs are identical.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from chalice.local import LambdaContext

import app
from chalicelib import wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.pay.red_packet import refusal
from chalicelib.adapters.queues import payout_body
from chalicelib.adapters.wechat.shared_credentials import SharedCredential
from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus
from chalicelib.domain.contest import Contest
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.prizes import Plan
from chalicelib.domain.units import unit_scene
from chalicelib.ports import Credential
from chalicelib.wiring import Services
from infra.local.event_runner import sqs_event
from infra.schedules import scheduled_event
from tests.http.browser import Browser
from tests.http.callback_client import CallbackClient
from tests.http.stage import (
    OPENING,
    PACE,
    Stage,
    build,
    claim,
    deployed_settings,
    draw,
    pass_attempt,
    right_answers,
    small_contest,
    submit,
)
from tests.infra.function_runs import UNIT, who
from tests.support.engines import REGION
from tests.support.examples import act, with_id
from tests.support.killed import Killed
from tests.support.pay import FakePay

MIDWEEK = OPENING + timedelta(days=3, hours=12)
RULES = PrizeRules(budget_fen=4000, packets=20, min_fen=100, max_fen=500, few_percent=5)
NEXT, LAID = "next-year", 7
"""The contest whose plan is still being laid, and how many of its packets are there."""
MENU = {"button": [{"type": "click", "name": "信用查询", "key": "query"}]}
"""The account's own menu, before the contest."""
OPERATOR = "wang"


@dataclass
class Week:
    """`stage.now` is the moment of the deployment after the week has been run. `jars` are the browsers' cookies."""

    stage: Stage
    pay: FakePay = field(default_factory=FakePay)
    people: dict[str, Browser] = field(default_factory=dict)
    drawn: dict[str, Any] = field(default_factory=dict)
    """Draws that are not submitted yet or have just been submitted, by name."""
    state: str = ""
    """The state of the web authorization in progress in the browser `arriving`."""

    @property
    def services(self) -> Services:
        return self.stage.services

    @property
    def callback(self) -> CallbackClient:
        return CallbackClient(self.stage)

    def person(self, name: str) -> Browser:
        self.people[name] = self.stage.person(who(name))
        return self.people[name]

    def claimed(self, name: str) -> Claim:
        """Claims a packet for a person, who follows first if they did not before."""
        person = self.people.get(name) or self.person(name)
        assert claim(person, pass_attempt(self.stage, person)).status == 201
        return self.services.ports.participants.claims_of(who(name))[-1]

    def work(self, made: Claim, ask: bool = False) -> None:
        message = {
            "MessageId": "1",
            "ReceiptHandle": "1",
            "Body": payout_body(ClaimRef(made.openid, made.attempt_id), ask),
        }
        app.pay(sqs_event(message, "payouts", REGION), LambdaContext("pay", 512, max_runtime_ms=30_000))

    def sent(self, name: str, answer: Answer | None, asked: Reply | None = None) -> Claim:
        """Claims a person's packet. `answer` is WeChat Pay's answer to the send, None to kill the worker; `asked` is
        the answer to a later query."""
        made = self.claimed(name)
        if answer:
            self.pay.will_answer(answer, paid=answer.reply is Reply.ACCEPTED)
        else:
            self.pay.will_kill()
        self.work(made)
        if asked:
            self.pay.status[made.order.mch_billno] = asked
            self.work(made, ask=True)
        return self.services.ports.participants.claims_of(made.openid)[-1]

    def schedule(self, name: str) -> None:
        event = scheduled_event(name, self.stage.now)
        getattr(app, name)(event, LambdaContext(name, 512, max_runtime_ms=30_000))

    def put_back(self, on: bool) -> None:
        contest = self.services.contest
        changed = replace(contest, payouts=replace(contest.payouts, put_back=on))
        self.stage.services = replace(self.services, contest=changed)
        wiring.install(self.stage.services)


def live(prefix: str) -> Week:
    """Runs the week up to its middle, on empty tables and queues."""
    stage = build(deployed_settings(prefix), contest(), plan=False)
    week = Week(stage)
    stage.wechat.follow(who("imported"), who("owed"))
    stage.ports.account.publish_menu(MENU)
    stage.ports.red_packets, stage.ports.rng = week.pay, Random(7)
    for part in (_before, _open, _bring_friends, _answer, _pay, _decide, _deploy):
        part(week)
    return week


def contest(contest_id: str = "", rules: PrizeRules = RULES) -> Contest:
    made = small_contest()
    return replace(with_id(made, contest_id or made.id), prizes=rules)


def next_contest(stage: Stage) -> Services:
    settings, clock = stage.services.settings, stage.services.clock
    return Services(contest(NEXT), settings, AwsPorts(contest(NEXT), settings, clock), clock)


@contextmanager
def settled_randomness() -> Iterator[None]:
    """Ids and sealed tokens come from a fixed seed."""
    settled = Random(7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.adapters.clock.secrets", SimpleNamespace(token_bytes=settled.randbytes))
        patch.setattr("cryptography.fernet.os", SimpleNamespace(urandom=settled.randbytes))
        yield


def _before(week: Week) -> None:
    """A day before the opening: one person follows too early, one unknown person unfollows, and the plans are laid."""
    stage, services = week.stage, week.services
    stage.now = OPENING - timedelta(days=1)
    week.callback.event(who("early"), "subscribe")
    week.callback.event(who("former"), "unsubscribe")
    services.follower_import.import_followers(lambda count: None, "wang")
    services.plans.lay_plan(lambda done, of: None, "wang")
    services.plans.activate_plan("wang")
    coming = next_contest(stage)
    plan = Plan("next00000001", "a seed", "a salt", coming.contest.prizes)
    assert coming.ports.plans.begin_plan(plan, act()) == plan
    coming.ports.plans.lay_packets(plan, plan.packets()[:LAID])


def _open(week: Week) -> None:
    week.stage.now = OPENING
    week.schedule("open_contest")
    week.stage.now = MIDWEEK
    for on in (True, False):
        week.services.ports.control.set_paused(on, act())
        week.services.ports.control.set_payouts_stopped(on, act())
    _share_credentials(week.stage)


def _share_credentials(stage: Stage) -> None:
    """Stores the shared credentials, as the first instance that needs the JS-SDK does."""
    for name in ("access_token", "jsapi_ticket"):
        fetch = partial(_granted, Credential(f"the-{name}", stage.now + timedelta(hours=2)))
        SharedCredential(name, stage.ports.credentials, fetch, stage.ports.clock, time.sleep).get()


def _granted(credential: Credential, force: bool) -> Credential:
    return credential


def _bring_friends(week: Week) -> None:
    """Two sharers; friends by link and by code, one invited person who does not follow, and two friends who unfollow
    again."""
    stage, codes = week.stage, week.services.ports.share_codes
    sharer, giver = week.person("sharer"), week.person("giver")
    assert sharer.get("/api/share/code").status == 200
    for name in ("friend", "invited"):
        week.people[name] = stage.browser()
        link = f"/s/{codes.make_share_code(who('sharer'))}"
        assert stage.sign_in(week.people[name], who(name), link).header("location") == "/"
    for name, code in (
        ("friend", ""),
        ("leaver", codes.make_share_code(who("sharer"))),
        ("deserter", codes.make_share_code(who("giver"))),
    ):
        week.callback.event(who(name), "subscribe", **({"EventKey": f"qrscene_{code}"} if code else {}))
    pass_attempt(stage, sharer)  # unspent: a chance can be taken back
    for _ in range(2):
        assert claim(giver, pass_attempt(stage, giver)).status == 201
    for name in ("leaver", "deserter"):
        week.callback.event(who(name), "unsubscribe")
    week.people["unknown"] = stage.visitor(who("unknown"))


def _answer(week: Week) -> None:
    """A failed attempt with a question unanswered, which is then withdrawn, and an unspent passed one; units by choice
    and by code; two on hold, one of whom never acted."""
    stage, participants = week.stage, week.services.ports.participants
    player, member, held = (week.person(name) for name in ("player", "member", "held"))
    failed = draw(player)
    *some, (unanswered, _) = right_answers(failed, 3).items()
    week.services.withdrawals.withdraw(unanswered, OPERATOR, "a printing error")
    stage.wait(seconds=PACE)
    assert submit(player, failed, dict(some)).json["passed"] is False
    for person in (player, held, member):
        pass_attempt(stage, person)
    assert member.put("/api/me/unit", {"unit": UNIT}).status == 200
    other = week.services.contest.unit_names[1]
    week.callback.event(who("scanner"), "subscribe", EventKey=f"qrscene_{unit_scene(other)}")
    for name in ("held", "warned"):
        participants.set_hold(who(name), True, act())


def _pay(week: Week) -> None:
    """Claims in every state that a payout has."""
    accepted = Answer(Reply.ACCEPTED)
    week.sent("sent", accepted)
    week.sent("received", accepted, Reply.RECEIVED)
    week.sent("failed", accepted, Reply.FAILED)
    week.sent("refunded", accepted, Reply.REFUNDED)
    week.put_back(True)
    week.sent("released", accepted, Reply.REFUNDED)
    week.put_back(False)


def _decide(week: Week) -> None:
    """An operator makes a second number and settles a claim that was paid by other means."""
    ended = week.sent("renewed", Answer(Reply.ACCEPTED), Reply.FAILED)
    week.services.decisions.renew_payout(ended.claim_id, OPERATOR)
    parked = week.sent("settled", refusal("OPENID_ERROR"))
    week.services.decisions.settle_payout(parked.claim_id, PayoutStatus.RECEIVED, OPERATOR, "paid at the counter")
    week.sent("risk", refusal("NO_AUTH"))  # after all payments: the switches keep the refusal until the next payment


def _deploy(week: Week) -> None:
    """The last minute: the work in progress when the functions are replaced."""
    stage, services, seconds = week.stage, week.services, int(week.stage.now.timestamp())
    week.schedule("sweep")
    week.sent("doubtful", Answer(Reply.DOUBTFUL))
    with pytest.raises(Killed):
        week.sent("leased", None)
    week.claimed("owed")
    # Last of all, because it holds every payout.
    week.sent("short", refusal("NOTENOUGH"))
    services.reconciliation.queue_queries()
    for kind, name, scene in (
        (Kind.FOLLOW, "waiting", services.ports.share_codes.make_share_code(who("sharer"))),
        (Kind.UNFOLLOW, "early", ""),
        (Kind.SCAN, "scanner", unit_scene(UNIT)),
    ):
        assert services.ports.later_queue.put_event(IncomingMessage(kind, who(name), seconds + 60, scene=scene))
    player = week.people["player"]
    week.drawn = {"graded": draw(player), "open": draw(player)}
    stage.wait(seconds=PACE)
    assert submit(player, week.drawn["graded"], right_answers(week.drawn["graded"], 4)).status == 200
    week.people["arriving"] = stage.browser()
    link = f"/s/{services.ports.share_codes.make_share_code(who('sharer'))}"
    target = week.people["arriving"].get(link).header("location")
    week.state = parse_qs(urlsplit(target).query)["state"][0]
    stage.wechat.follow(who("ahead"))  # before their follow's event
    week.people["ahead"] = stage.visitor(who("ahead"))
