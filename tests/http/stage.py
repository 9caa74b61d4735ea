"""The application with a clock that the test sets, a small contest, tables in memory, and `FakeWeChat`."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import app
from chalicelib import wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest import Contest, ReferralPolicy
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.participation import FollowChange
from chalicelib.domain.switches import Switches
from chalicelib.settings import Settings, load_settings
from chalicelib.wiring import Services
from infra.local.event_runner import QueueHandler, deliver_one
from infra.local.gateway import Gateway
from tests.http.browser import Answer, Browser
from tests.support.examples import act
from tests.support.kept_tables import bring_moto_to, point_models
from tests.support.simulated_wechat import SimulatedWeChat
from tests.support.wechat import FakeWeChat
from tests.support.world import World

OPENING = datetime.fromisoformat("2020-07-08T00:00:00+08:00")
CLOSING = datetime.fromisoformat("2020-07-15T00:00:00+08:00")
PUBLIC = "https://quiz.example.cn"
START = "/oauth/start?next=/"
PACKETS = 3
PACE = 5
BANK = Bank(
    tuple(
        Question(
            f"t{n:02d}", f"题干 {n}", (f"right {n}", f"wrong {n}a", f"wrong {n}b"), 0, f"reasons {n}", f"statute {n}"
        )
        for n in range(12)
    )
)
"""Every right option's text begins with `right`. The last two are words too long to occur in a token by chance."""


@dataclass
class Stage:
    """`now` is the only clock; the age of the instance's copy of the switches depends on it too."""

    services: Services
    ports: AwsPorts
    now: datetime
    wechat: FakeWeChat | SimulatedWeChat
    switches: Switches = field(default_factory=Switches)
    """The operators' switches, on a stage without tables."""
    gateway: Gateway = field(default_factory=lambda: Gateway(app.app))

    def lay(self) -> None:
        self.services.plans.lay_plan(lambda done, of: None, "wang")
        self.services.plans.activate_plan("wang")

    def browser(self) -> Browser:
        return Browser(self.gateway)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def follow(self, openid: str, follows: bool = True) -> None:
        change = FollowChange(openid, follows, int(self.now.timestamp()), self.now, early=False)
        assert self.services.ports.followers.record_change(change)
        (self.wechat.follow if follows else self.wechat.unfollow)(openid)

    def person(self, openid: str) -> Browser:
        """Returns a follower's browser, signed in."""
        self.follow(openid)
        return self.visitor(openid)

    def visitor(self, openid: str) -> Browser:
        """Returns a visitor's browser, signed in. They follow only if they did before."""
        browser = self.browser()
        assert self.sign_in(browser, openid).header("location") == "/"
        return browser

    def sign_in(self, browser: Browser, openid: str, start: str = START) -> Answer:
        """Signs in: `openid` agrees to the authorization in this browser."""
        return sign_in(browser, self.wechat.authorize(openid), start)

    def work_off(self, function: str = "take_later", queue: str = "later") -> int:
        """Runs the waiting jobs of a queue. Returns their number."""
        handler = QueueHandler(function, f"{self.services.settings.prefix}-{queue}", getattr(app, function))
        done = 0
        while deliver_one(self.ports.sqs, handler):
            done += 1
        return done

    def pause(self, paused: bool) -> None:
        """Pauses the contest and waits the five seconds until it is in force."""
        self.services.ports.control.set_paused(paused, act())
        self.wait(seconds=5)


@dataclass
class StageSwitches:
    """The operators' switches, on a stage without tables."""

    stage: Stage

    def __call__(self) -> Switches:
        return self.stage.switches

    def fresh(self) -> Switches:
        return self.stage.switches

    def forget(self) -> None:
        """Does nothing: no copy is kept."""


def sign_in(browser: Browser, code: str, start: str = START) -> Answer:
    """Goes through WeChat's authorization page, which gives this code, and back."""
    target = browser.get(start).header("location")
    state = parse_qs(urlsplit(target).query)["state"][0]
    return browser.get(f"/oauth/callback?code={code}&state={state}")


def right_answers(drawn: Any, right: int = 10) -> dict[str, str]:
    """Returns answers; the first `right` are right."""
    answers = {}
    for n, question in enumerate(drawn["questions"]):
        wanted = "right" if n < right else "wrong"
        answers[question["id"]] = next(o["key"] for o in question["options"] if o["text"].startswith(wanted))
    return answers


def submit(browser: Browser, drawn: Any, answers: dict[str, str]) -> Answer:
    body = {"attempt": drawn["attempt"], "answers": answers}
    return browser.post(f"/api/attempts/{drawn['attempt_id']}/submission", body)


def draw(browser: Browser) -> Any:
    answer = browser.post("/api/attempts")
    assert answer.status == 201
    return answer.json


def pass_attempt(stage: Stage, browser: Browser, right: int = 10) -> str:
    """Draws, waits and submits. Returns the attempt's id."""
    drawn = draw(browser)
    stage.wait(seconds=PACE)
    assert submit(browser, drawn, right_answers(drawn, right)).json["score"] == right
    return str(drawn["attempt_id"])


def claim(browser: Browser, attempt_id: object) -> Answer:
    return browser.post("/api/claims", {"attempt_id": attempt_id})


def small_contest() -> Contest:
    contest = load_contest_file(PACKAGED)
    prizes = PrizeRules(budget_fen=900, packets=PACKETS, min_fen=100, max_fen=500, few_percent=5)
    return replace(contest, prizes=prizes, quiz=replace(contest.quiz, min_seconds=PACE))


def without_sharing() -> Contest:
    contest = small_contest()
    return replace(contest, referral=replace(contest.referral, policy=ReferralPolicy.OFF))


def deployed_settings(prefix: str, **changes: Any) -> Settings:
    """Settings as in production, with the local stage's credentials."""
    local = load_settings({"STAGE": "local", "RESOURCE_PREFIX": prefix})
    return replace(local, **{"stage": "prod", "public_base_url": PUBLIC, **changes})


def build(
    settings: Settings, contest: Contest | None = None, plan: bool = True, wechat: SimulatedWeChat | None = None
) -> Stage:
    """Installs the services, an hour after opening. The plan is active by default.

    If `wechat` is the simulator, the real adapters call it; else `FakeWeChat` provides their ports.
    """
    contest = contest or small_contest()

    def clock() -> datetime:
        return stage.now

    ports = AwsPorts(contest, settings, clock)
    ports.bank, ports.tables = BANK, point_models(settings.prefix)
    if wechat:
        wechat.clock = clock
        ports.settings = replace(settings, wechat_api_url=wechat.url)
        stage = Stage(cast(Services, None), ports, OPENING + timedelta(hours=1), wechat)
    else:
        ports.sign_in = ports.account = fake = FakeWeChat(World(), clock)
        stage = Stage(cast(Services, None), ports, OPENING + timedelta(hours=1), fake)
    ports.switches = CachedSwitches(ports.control.read_switches, lambda: stage.now.timestamp(), clock)
    stage.services = Services(contest, ports.settings, ports, clock)
    wiring.install(stage.services)
    if plan:
        bring_moto_to((settings.prefix, repr(contest)), stage.lay)
    return stage
