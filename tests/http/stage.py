"""The application on its stage: a clock in the test's hands, a small contest, tables in memory, WeChat played."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import app
from chalicelib import wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.adapters.wechat.wechat_account import WeChatAccount
from chalicelib.adapters.wechat.wechat_api import WeChatApi
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest import Contest, ReferralPolicy
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import FollowChange
from chalicelib.domain.switches import Switches
from chalicelib.ports import Visitor
from chalicelib.settings import Settings, load_settings
from chalicelib.wiring import Services
from infra.local.event_runner import QueueHandler, deliver_one
from infra.local.gateway import Gateway
from tests.http.browser import Answer, Browser

OPENING = datetime.fromisoformat("2020-07-08T00:00:00+08:00")
CLOSING = datetime.fromisoformat("2020-07-15T00:00:00+08:00")
PUBLIC = "https://quiz.example.cn"
PACKETS = 3
PACE = 5
BANK = Bank(
    tuple(
        Question(f"t{n:02d}", f"题干 {n}", (f"right {n}", f"wrong {n}a", f"wrong {n}b"), 0, f"why {n}", f"law {n}")
        for n in range(12)
    )
)
"""Every right option's text begins with `right`."""


class FakeWeChat:
    """The platform's side of a sign-in: a code is the openid that it stands for."""

    def __init__(self) -> None:
        self.following: set[str] = set()
        self.asked: list[str] = []
        self.silent = False

    def visitor(self, code: str) -> Visitor | None:
        if self.silent or not code:  # without a code WeChat names another error than a refused one
            raise TryAgain
        if code == "used":
            return None
        return Visitor(code.removeprefix("snapshot-"), snapshot=code.startswith("snapshot-"))

    def is_following(self, openid: str) -> bool:
        self.asked.append(openid)
        return openid in self.following


class FakeApi:
    """The platform's API as the account calls it: what it was told, and codes as it makes them."""

    jsapi_ticket = "kgt8ON7yVITDhtdwci0qeXJYaQZ"

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any]] = []
        self.silent = False

    def get(self, path: str, **params: Any) -> Any:
        return {"is_menu_open": 0}

    def post(self, path: str, body: Any) -> Any:
        if self.silent:
            raise TryAgain
        self.posted.append((path, body))
        return {"ticket": "t", "url": f"http://weixin.qq.com/q/{len(self.posted)}"}

    def ticket(self) -> str:
        return self.jsapi_ticket


@dataclass
class Stage:
    """`now` is the one clock; the instance's copy of the switches ages by it too."""

    services: Services
    ports: AwsPorts
    now: datetime
    switches: Switches = field(default_factory=Switches)
    """What operators set, on a stage without tables."""
    wechat: FakeWeChat = field(default_factory=FakeWeChat)
    api: FakeApi = field(default_factory=FakeApi)
    gateway: Gateway = field(default_factory=lambda: Gateway(app.app))

    def browser(self) -> Browser:
        return Browser(self.gateway)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def follow(self, openid: str, follows: bool = True) -> None:
        change = FollowChange(openid, follows, int(self.now.timestamp()), self.now, early=False)
        assert self.services.ports.followers.apply(change)

    def person(self, openid: str) -> Browser:
        """A follower, signed in."""
        self.follow(openid)
        return self.visitor(openid)

    def visitor(self, openid: str) -> Browser:
        """Signed in; following only if they did before."""
        browser = self.browser()
        assert sign_in(browser, openid).header("location") == "/"
        return browser

    def work_off(self) -> int:
        """Has the waiting jobs of the `later` queue done; how many there were."""
        queue = QueueHandler("take_later", f"{self.services.settings.prefix}-later", app.take_later)
        done = 0
        while deliver_one(self.ports.sqs, queue):
            done += 1
        return done

    def pause(self, paused: bool) -> None:
        """In force after the five seconds that it may take."""
        self.services.ports.control.set_paused(paused)
        self.wait(seconds=5)


@dataclass
class StageSwitches:
    """What operators set, on a stage without tables."""

    stage: Stage

    def __call__(self) -> Switches:
        return self.stage.switches

    def forget(self) -> None:
        """Nothing is remembered."""


def sign_in(browser: Browser, code: str, start: str = "/oauth/start?next=/") -> Answer:
    """Through WeChat's authorization page and back, as a browser goes."""
    target = browser.get(start).header("location")
    state = parse_qs(urlsplit(target).query)["state"][0]
    return browser.get(f"/oauth/callback?code={code}&state={state}")


def right_answers(drawn: Any, right: int = 10) -> dict[str, str]:
    """Answers of which the first `right` are right."""
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
    """Draws, waits and submits; the attempt's id."""
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
    """As in production, with the local stage's credentials."""
    local = load_settings({"STAGE": "local", "RESOURCE_PREFIX": prefix})
    return replace(local, **{"stage": "prod", "public_base_url": PUBLIC, **changes})


def build(settings: Settings, contest: Contest | None = None, plan: bool = True) -> Stage:
    """Installs the services, an hour after opening; the plan is active unless told otherwise."""
    contest = contest or small_contest()
    stage = Stage(cast(Services, None), cast(AwsPorts, None), OPENING + timedelta(hours=1))

    def clock() -> datetime:
        return stage.now

    ports = stage.ports = AwsPorts(contest, settings, clock)
    ports.bank, ports.sign_in = BANK, stage.wechat
    ports.account = WeChatAccount(cast(WeChatApi, stage.api), settings.app_id)
    ports.switches = CachedSwitches(ports.control.read, lambda: stage.now.timestamp(), clock)
    stage.services = Services(contest, settings, ports, clock)
    wiring.install(stage.services)
    if plan:
        stage.services.plans.lay_plan(lambda done, of: None)
        stage.services.plans.activate_plan()
    return stage
