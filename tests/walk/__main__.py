"""`make walk`: citizens go through a stack of their own, over HTTP alone, from following to the money.

One takes part and shares; a friend comes through the link and brings a second chance; a colleague comes through their
unit's code. Before, during and after the contest the account's own server answers its own queries.
With `PRODUCT=transfer` three winners confirm the receipt: at once, with a WeChat that was too old, and 30 hours later.

Says each step in Chinese and exits with 1 at the first that fails.
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import requests

from chalicelib.config import load_contest_file
from chalicelib.domain.bank import parse_bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.units import unit_scene
from infra.local.local_stack import Stack, running
from infra.local.processes import LocalError, free_port
from infra.project import ROOT
from infra.simulator.credit_queries import COMPANY, COMPANY_CODE, RECORD
from tests.walk.other_times import replies_at
from tests.walk.walker import Steps, Walker, WalkError
from tests.walk.winner import Winner

HOME = ROOT / ".local" / "walk"
NAMES = ("市民甲", "市民乙", "市民丙")
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def walk(stack: Stack) -> None:
    """Goes through every step. Raises `WalkError`, or `LocalError` when a part of the stack ended, where it fails."""
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = parse_bank(Path(contest.quiz.bank).read_text(encoding="utf-8"))
    simulator = (stack.simulator_url or stack.environ["WECHAT_API_BASE_URL"]).rstrip("/")
    if contest.payouts.product == "transfer":
        _walk_with_receipts(stack, *(Winner(stack.url, simulator, bank, name) for name in NAMES))
    else:
        _walk_with_friends(stack, contest, *(Walker(stack.url, simulator, bank, name) for name in NAMES))


def _walk_with_friends(stack: Stack, contest: Contest, citizen: Walker, friend: Walker, colleague: Walker) -> None:
    replies, window = contest.replies, contest.window
    record = RECORD if stack.own_server_url else ""
    before = ("开始之前", window.opens_at - timedelta(hours=1), replies.quiz_announced.partition("{")[0])
    after = ("结束之后", window.closes_at + timedelta(hours=1), replies.quiz_closed.partition("{")[0])
    with citizen.browser, friend.browser, colleague.browser:
        _take(stack, _at_another_time(stack, *before, record))
        _take(stack, _alone(citizen, record))
        _take(stack, _with_a_friend(citizen, friend, replies.new_chance.partition("{")[0]))
        _take(stack, _for_a_unit(colleague, contest.unit_names[0], lambda: _counted(stack)))
        _take(stack, _at_another_time(stack, *after, record))


def _walk_with_receipts(stack: Stack, at_once: Winner, old: Winner, later: Winner) -> None:
    """One receives at once, one only after updating WeChat, one comes back after WeChat Pay has closed the bill."""
    with at_once.browser, old.browser, later.browser:
        _take(stack, [*_to_the_packet(at_once), *at_once.receives()])
        _take(stack, [*_to_the_packet(old), *old.is_too_old(), *old.receives()])
        _take(stack, [*_to_the_packet(later), *later.comes_back_after(hours=30), *later.receives()])


def _at_another_time(stack: Stack, when: str, moment: datetime, quiz: str, record: str) -> Steps:
    """`quiz` and `record` are how the contest's and the own server's replies begin."""
    replies: list[str] = []

    def ask() -> str:
        replies.extend(replies_at(moment, stack, HOME / "log", ["答题", COMPANY]))
        return _begins(quiz, replies[0])

    return [(f"{when}，答题", ask), (f"{when}，查询企业信用", lambda: _begins(record, replies[1]))]


def _begins(start: str, reply: str) -> str:
    if not reply.startswith(start):
        raise WalkError(f"应回复“{start}”，实为“{reply}”")
    return reply or "没有回复"


def _alone(walker: Walker, record: str) -> Steps:
    """`record` is how the own server's answer begins; empty if it is another than the played one."""
    follow, *others = _to_the_packet(walker)
    return [
        follow,
        ("查询企业信用，由自有服务回答", lambda: _begins(record, walker.say(COMPANY))),
        *others,
        ("红包到账", walker.receive_the_money),
        ("在同一聊天中再次查询", lambda: _begins(record, walker.say(COMPANY_CODE))),
    ]


def _to_the_packet(walker: Walker) -> Steps:
    return [
        ("关注公众号，收到欢迎", walker.follow),
        ("发送“答题”，收到链接", walker.ask_for_the_quiz),
        ("打开页面", walker.open_the_page),
        ("微信授权登录", walker.sign_in),
        ("抽题", walker.start_an_attempt),
        ("答题并提交", walker.answer),
        ("打开红包", walker.open_the_packet),
    ]


def _with_a_friend(walker: Walker, friend: Walker, news: str) -> Steps:
    return [
        ("取得自己的分享链接和二维码", walker.share),
        ("好友打开链接", lambda: friend.open_the_link(walker.link)),
        ("好友关注", friend.follow),
        ("分享人多了一次机会", lambda: walker.has(chances={"granted": 2, "spent": 1}) and "共 2 次，已用 1 次"),
        ("分享人收到消息", lambda: walker.hear(news)),
        ("再次抽题", walker.start_an_attempt),
        ("答题并提交", walker.answer),
        ("打开第二个红包", walker.open_the_packet),
        ("两个红包都到账", walker.receive_the_money),
    ]


def _for_a_unit(walker: Walker, unit: str, counted: Callable[[], str]) -> Steps:
    return [
        (f"同事扫{unit}的二维码关注", lambda: walker.follow(unit_scene(unit))),
        ("同事登录", walker.sign_in),
        ("同事所属单位", lambda: walker.has(unit=unit)),
        ("同事抽题", walker.start_an_attempt),
        ("同事答题并提交", walker.answer),
        ("运维命令统计单位人数", lambda: _expect(f"{unit}\t1", counted())),
    ]


def _counted(stack: Stack) -> str:
    command = [str(ROOT / "contest"), "units"]
    done = subprocess.run(command, env=stack.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WalkError(f"./contest units：{done.stderr}")
    return done.stdout


def _expect(line: str, text: str) -> str:
    if line not in text.splitlines():
        raise WalkError(f"应有“{line}”，实为：\n{text}")
    return line.replace("\t", " ")


def _take(stack: Stack, steps: Steps) -> None:
    for name, step in steps:
        try:
            said = step()
        except (WalkError, requests.RequestException, KeyError, ValueError) as error:
            stack.check()
            raise WalkError(f"{name}：{error!r}") from error
        print(f"✓ {name}：{said.splitlines()[0]}", flush=True)


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The given one on ports and a table prefix of its own, so that it can run beside `make run`."""
    ours = {
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
        "OWN_SERVER_PORT": str(free_port()),
        "PUBLIC_BASE_URL": "",
        # An engine that outlives us must not know this citizen from the last walk: the simulator counts anew.
        "RESOURCE_PREFIX": f"contest-walk-{secrets.token_hex(3)}",
    }
    return {**environ, **ours}


def main() -> int:
    """Returns the exit code."""
    for number in _STOPS:
        signal.signal(number, _stop)
    try:
        with running(environment(os.environ), HOME, say=lambda step: print(f"· {step} …", flush=True)) as stack:
            try:
                walk(stack)
            finally:
                for line in stack.new_errors():
                    print(line, file=sys.stderr)
    except (WalkError, LocalError) as error:
        print(f"✗ {error}\n日志在 {HOME / 'log'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("✗ 被中止", file=sys.stderr)
        return 1
    print("✓ 走完全程")
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    """A stop from outside leaves nothing running either."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
