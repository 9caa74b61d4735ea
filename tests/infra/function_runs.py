"""Runs everything each function does, through its real handler; WeChat is the simulator, AWS is in memory."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from chalice.local import LambdaContext

import app
from chalicelib import wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.queues import SqsPayoutQueue
from chalicelib.domain.claim import ClaimRef, PayoutStatus
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_story import upload_key
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.domain.units import unit_scene
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra.local.event_runner import sqs_event
from infra.local.gateway import Gateway
from infra.local.proxy_event import HttpRequest, HttpResponse
from infra.project import CHECKOUT
from infra.schedules import scheduled_event
from tests.desk.desk_bench import DeskBrowser
from tests.http.callback_client import CallbackClient
from tests.http.stage import (
    BANK,
    CLOSING,
    OPENING,
    PACE,
    Stage,
    claim,
    draw,
    pass_attempt,
    right_answers,
    small_contest,
    submit,
)
from tests.infra.iam_requests import Asked, recorded
from tests.support.pay import FakePay
from tests.support.simulated_wechat import SimulatedWeChat
from tests.support.transfers import FakeTransfers
from tests.support.v3_keys import sealed_notice

UNIT = "岔河镇"
UNTIL = CLOSING + timedelta(days=7)
"""Until when winners may ask for transfers."""


def who(name: str) -> str:
    """Returns an openid that does not occur in a text by chance."""
    return f"o{name}".ljust(28, "0")


@dataclass
class PlayedPorts(AwsPorts):
    """Ports made as in Lambda, including those for payments; only WeChat Pay's answers are simulated."""

    pay: FakePay = field(default_factory=FakePay)

    def __post_init__(self) -> None:
        provider = super().red_packets

        def prepare() -> None:
            provider.prepare()  # refuses the certificate among these secrets

        self.pay.prepare = prepare
        self.red_packets = self.pay
        self.transfers = FakeTransfers()
        self.transfers.becomes = Reply.SENDING
        self.bank = BANK


class RecordingGateway(Gateway):
    def __init__(self, calls: set[Asked]) -> None:
        super().__init__(app.app)
        self._calls = calls

    def answer(self, request: HttpRequest) -> HttpResponse:
        with recorded() as asked:
            response = super().answer(request)
        self._calls |= asked
        return response


@dataclass
class FunctionStage(Stage):
    """The HTTP tests' stage with services made as in Lambda. `calls` are each function's IAM requests."""

    pay: FakePay = field(default_factory=FakePay)
    calls: dict[str, set[Asked]] = field(default_factory=lambda: defaultdict(set))
    cold_starts: bool = False
    """Whether each queued, scheduled or invoked function starts in a process of its own."""

    def __post_init__(self) -> None:
        self.gateway = RecordingGateway(self.calls["app"])

    def queue(self, function: str, body: str) -> None:
        message = {"MessageId": "1", "ReceiptHandle": "1", "Body": body}
        self._call(function, sqs_event(message, "queue", "cn-north-1"))

    def schedule(self, function: str) -> None:
        self._call(function, scheduled_event(function, self.now))

    def probe(self, **event: Any) -> Any:
        """Returns the function's answer, by default about this contest."""
        return self._call("probe", {"contest": self.services.contest.id, **event})

    def _call(self, function: str, event: Any) -> Any:
        with recorded() as asked, self._cold(function) if self.cold_starts else nullcontext():
            answer = getattr(app, function)(event, LambdaContext(function, 512, max_runtime_ms=30_000))
        self.calls[function] |= asked
        return answer

    @contextmanager
    def _cold(self, function: str) -> Iterator[None]:
        """A fresh process of the function, which reads its own secrets and has no others."""
        contest, clock = self.services.contest, self.ports.clock
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_LAMBDA_FUNCTION_NAME", CHECKOUT.function_name("prod", function))
            ports = PlayedPorts(contest, load_settings(), clock, self.pay)
            wiring.install(Services(contest, ports.settings, ports, clock))
            yield
        wiring.install(self.services)


def begin(wechat: SimulatedWeChat) -> FunctionStage:
    """A fresh process, an hour after opening. A worker needs most rights if refunded money is put back."""
    wiring.install(None)
    settings, small = wiring.services().settings, small_contest()
    transfer = TransferRules("活动", "奖励", UNTIL)
    reporting = replace(small.reporting, ranking_public=True)
    contest = replace(small, payouts=replace(small.payouts, put_back=True), transfer=transfer, reporting=reporting)
    ports = PlayedPorts(contest, settings, lambda: stage.now)
    services = Services(contest, settings, ports, ports.clock)
    wiring.install(services)
    stage = FunctionStage(services, ports, OPENING + timedelta(hours=1), wechat, pay=ports.pay)
    wechat.clock = ports.clock
    return stage


def lay_plan(wechat: SimulatedWeChat) -> None:
    services = begin(wechat).services
    services.plans.lay_plan(lambda done, of: None, "wang")
    services.plans.activate_plan("wang")


def claimed(stage: FunctionStage, openid: str) -> ClaimRef:
    """Claims a packet for a new follower, through the application."""
    person = stage.person(openid)
    attempt_id = pass_attempt(stage, person)
    assert claim(person, attempt_id).status == 201
    return ClaimRef(openid, attempt_id)


def run_app(stage: FunctionStage) -> None:
    """Makes every call of requests to the tables and queues."""
    callback, services = CallbackClient(stage), stage.services
    sharer = stage.person(who("alice"))
    sharer.get("/api/share?url=https://quiz.example.cn/")
    sharer.get("/api/share/code")
    sharer.get("/api/share/code")
    code = services.ports.share_codes.make_share_code(who("alice"))
    friend = stage.browser()
    assert stage.sign_in(friend, who("friend"), f"/s/{code}").status == 302
    callback.event(who("friend"), "subscribe", EventKey=f"qrscene_{code}")
    stage.wait(seconds=1)
    callback.event(who("friend"), "unsubscribe")
    for word in ("红包", "排行", "单位", "答题"):
        callback.text(who("alice"), word)
    for unit in (UNIT, services.contest.unit_names[1]):
        sharer.put("/api/me/unit", {"unit": unit})
    drawn = draw(sharer)
    stage.wait(seconds=PACE)
    for answers in (right_answers(drawn), {}):
        submit(sharer, drawn, answers)
    for path in (
        "/",
        "/healthz",
        "/api/contest",
        "/api/me",
        "/api/units",
        "/api/claims",
        "/api/ranking",
        "/api/follow-code",
    ):
        assert sharer.get(path).status == 200
    for _ in range(2):
        assert claim(sharer, drawn["attempt_id"]).status < 300
    callback.event(who("second"), "subscribe", EventKey=f"qrscene_{code}")
    assert claim(sharer, pass_attempt(stage, sharer)).status == 201
    stage.wait(seconds=1)
    callback.event(who("second"), "unsubscribe")  # the sharer has no chance left that could be taken
    claimed(stage, who("bob"))
    late = stage.person(who("late"))
    assert claim(late, pass_attempt(stage, late)).outcome == (409, "prizes_exhausted")


def run_app_with_faults(stage: FunctionStage) -> None:
    """An event that the store does not take waits in a queue."""

    def fail(*_: object) -> None:
        raise RuntimeError

    stage.services.ports.followers.record_change = fail  # type: ignore[method-assign, assignment]
    assert CallbackClient(stage).event(who("dora"), "subscribe").status == 200


def run_desk(stage: FunctionStage) -> None:
    """An editor looks at the units' codes, finds a winner of `run_app`, decides about them, pauses and resumes, and
    looks at the figures."""
    (won,) = stage.services.ports.participants.claims_of(who("bob"))
    made = stage.services.desk.links.make_link(Role.EDITOR, "", "office", 7, "operator")
    stage.services.desk.unit_codes.make_codes(lambda done, of: None)
    stage.services.desk.day_counting.count_due()
    editor, packet = DeskBrowser(stage.gateway), str(won.packet.number)
    assert editor.enter(made).status == 200
    for path, status in (
        ("materials/sheet", 200),
        (f"people?packet={packet}", 200),
        ("people?packet=9999", 409),
        ("switches", 200),
        ("figures", 200),
        ("figures/report", 200),
        ("figures/report.xlsx", 200),
        ("board", 200),
        ("board.json", 200),
    ):
        assert editor.get(f"/desk/{path}").status == status
    for path, fields in (
        ("people/hold", {"packet": packet, "reason": "why"}),
        ("people/move", {"packet": packet, "before": "", "unit": UNIT, "reason": "why"}),
        ("switches", {"act": "pause", "pin": made.pin, "reason": "why"}),
        ("switches", {"act": "resume", "pin": made.pin, "reason": "why"}),
    ):
        assert editor.form(f"/desk/{path}", **fields).status == 303


def run_desk_units(stage: FunctionStage) -> None:
    """The office looks at all contacts; a liaison fills in their unit's page and sends a picture."""
    links, liaison, editor = stage.services.desk.links, DeskBrowser(stage.gateway), DeskBrowser(stage.gateway)
    made = links.make_link(Role.EDITOR, "", "office", 7, "operator")
    assert editor.enter(made).status == 200
    assert liaison.enter(links.make_link(Role.UNIT, UNIT, "liaison", 7, "operator")).status == 200
    contact = {"name1": "n", "post1": "p", "telephone1": "13812345678", "revision": "0"}
    assert liaison.fields("/desk/unit/contacts", contact).status == 303
    picture = liaison.post("/desk/unit/picture", {}).json["picture"]
    key = upload_key(stage.services.contest.id, UNIT, picture)
    stage.services.ports.office_files.put_file(key, b"jpeg", "image/jpeg")  # as the browser does with the app's rights
    assert liaison.post("/desk/unit/picture/keep", {"picture": picture}).status == 200
    for path in ("contacts", "units"):
        assert editor.get(f"/desk/{path}").status == 200
    assert editor.fields("/desk/units/zip", {"unit": UNIT}).status == 303


def run_pay(stage: FunctionStage) -> None:
    """Sent; refused for want of money, which holds all; and returned unopened, which puts the money back. A transfer,
    for which its winner waits, is looked at again."""
    first, second, third = (claimed(stage, who(f"payee{number}")) for number in range(3))
    stage.queue("pay", payout(first))
    stage.wait(days=1, hours=2)
    stage.pay.will_say(Answer(Reply.REFUNDED))
    stage.queue("pay", payout(first, ask=True))
    stage.queue("pay", payout(second))
    stage.queue("pay", payout(asked_transfer(stage, who("winner"))))
    stage.pay.will_refuse("NOTENOUGH")
    stage.queue("pay", payout(third))
    (claim,) = stage.services.ports.participants.claims_of(third.openid)
    bill = {"openid": third.openid, "out_bill_no": claim.order.mch_billno}
    stage.queue("pay", job(notification=asdict(sealed_notice(bill))))


def asked_transfer(stage: FunctionStage, openid: str) -> ClaimRef:
    ref = claimed(stage, openid)
    as_transfer(stage, ref)
    (claim,) = stage.services.ports.participants.claims_of(openid)
    stage.services.receipts.ask_receipt(openid, claim.claim_id)
    return ref


def as_transfer(stage: FunctionStage, ref: ClaimRef) -> None:
    """Changes the claim into one that was made while transfers paid, and whose winner has not asked yet."""
    payouts = stage.services.ports.payouts
    claim = payouts.find_claim(ref)
    assert claim is not None
    order = FakeTransfers().order(claim.order.mch_billno, ref.openid, claim.order.amount_fen)
    owed = replace(claim, order=order, status=PayoutStatus.OWED, reason="", sends=0, due_at=UNTIL)
    assert payouts.replace_claim(claim, owed)


def run_take_later(stage: FunctionStage) -> None:
    sharer = stage.person(who("alice"))
    code = stage.services.ports.share_codes.make_share_code(who("alice"))
    seconds = int(stage.now.timestamp())
    stage.queue("take_later", job(kind="FOLLOW", openid=who("second"), create_time=seconds, scene=code))
    for attempt_id in [pass_attempt(stage, sharer) for _ in range(2)]:
        assert claim(sharer, attempt_id).status == 201
    stage.queue("take_later", job(kind="UNFOLLOW", openid=who("second"), create_time=seconds + 1, scene=""))
    stage.queue(
        "take_later", job(kind="UNFOLLOW", openid=who("second"), create_time=seconds - 1, scene="")
    )  # overtaken
    for kind, scene in (("FOLLOW", code), ("UNFOLLOW", ""), ("FOLLOW", "")):
        seconds += 1
        stage.queue("take_later", job(kind=kind, openid=who("friend"), create_time=seconds, scene=scene))
    stage.queue("take_later", job(kind="SCAN", openid=who("friend"), create_time=seconds, scene=code))
    for unit in stage.services.contest.unit_names[:2]:
        scanned = job(kind="SCAN", openid=who("friend"), create_time=seconds, scene=unit_scene(unit))
        stage.queue("take_later", scanned)
    stage.queue("take_later", job(tell=who("alice")))


def run_scheduled(stage: FunctionStage, function: str) -> None:
    claimed(stage, who("payee0"))
    # Its address is known to the process that took the claim, not to this one.
    stage.ports.payout_queue = SqsPayoutQueue(stage.ports.sqs, f"{stage.services.settings.prefix}-payouts")
    stage.wait(minutes=5)
    if function == "close_contest":
        stage.services.ports.saved_menu.save_menu({"button": []})
        stage.now = CLOSING
    stage.schedule(function)


def run_office(stage: FunctionStage) -> None:
    """A unit's pictures as a zip, and a job that this version does not know."""
    desk = stage.services.desk
    unit, key = desk.unit_records.unit_named(UNIT), upload_key(stage.services.contest.id, UNIT, "1")
    stage.services.ports.office_files.put_file(key, b"jpeg", "image/jpeg")
    desk.stories.keep_picture(unit, "1", "desk:one")
    for kind in ("pictures", "unknown"):
        desk.jobs.ask_job(kind, {"unit": UNIT}, "desk:one")
    stage.schedule("office")
    assert {job.state.value for job in desk.jobs.recent_jobs()} == {"done", "failed"}


def run_probe(stage: FunctionStage) -> None:
    assert stage.probe(check="wechat")["outcome"] == "told"


def job(**fields: object) -> str:
    return json.dumps({"v": 1, **fields})


def payout(ref: ClaimRef, ask: bool = False) -> str:
    return job(openid=ref.openid, attempt_id=ref.attempt_id, ask=ask)


SCHEDULED = ("sweep", "reconcile", "open_contest", "close_contest")
RUNS: dict[str, list[Callable[[FunctionStage], None]]] = {
    "app": [run_app, run_app_with_faults, run_desk, run_desk_units],
    "pay": [run_pay],
    "take_later": [run_take_later],
    "probe": [run_probe],
    "office": [run_office],
    **{name: [partial(run_scheduled, function=name)] for name in SCHEDULED},
}
