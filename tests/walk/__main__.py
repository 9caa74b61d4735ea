"""`make walk`: citizens use a separate local stack, over HTTP alone, from following to the money.

One takes part and shares; a friend comes through the link and brings a second chance; a colleague comes through their
unit's code. In one chat the account's own server answers its own queries before, during and after the contest: the
stack begins before the opening, and its clock is set forward.
With `PRODUCT=transfer` three winners confirm the receipt: at once, with a WeChat that was too old, and 30 hours later.

Prints each step in Chinese and exits with 1 at the first that fails.
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import FrameType

import requests

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_files import load_bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ConfigError
from chalicelib.domain.units import unit_scene
from infra.local.local_stack import Stack, running
from infra.local.processes import LocalError, own_ports
from infra.project import ROOT
from infra.simulator.credit_queries import COMPANY, COMPANY_CODE, RECORD
from tests.walk.walker import Step, Steps, Walker, WalkError
from tests.walk.winner import Winner

HOME = ROOT / ".local" / "walk"
NAMES = ("市民甲", "市民乙", "市民丙")
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def walk(stack: Stack) -> None:
    """Runs every step. Raises `WalkError` at the first that fails, or `LocalError` if a part of the stack has ended."""
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = load_bank(Path(contest.quiz.bank), None)
    simulator = (stack.simulator_url or stack.environ["WECHAT_API_BASE_URL"]).rstrip("/")
    if contest.payouts.product == "transfer":
        _walk_with_receipts(stack, contest, *(Winner(stack.url, simulator, bank, name) for name in NAMES))
    else:
        _walk_with_friends(stack, contest, *(Walker(stack.url, simulator, bank, name) for name in NAMES))


def _walk_with_friends(stack: Stack, contest: Contest, citizen: Walker, friend: Walker, colleague: Walker) -> None:
    with citizen.browser, friend.browser, colleague.browser:
        _take(stack, _until_the_opening(stack, contest, citizen))
        _take(stack, [*_to_the_packet(citizen), ("红包到账", citizen.receive_the_money)])
        _take(stack, _with_a_friend(citizen, friend, contest.replies.new_chance.partition("{")[0]))
        _take(stack, _for_a_unit(colleague, contest.unit_names[0], lambda: _counted(stack)))
        _take(stack, _after_the_closing(stack, contest, citizen))


def _walk_with_receipts(stack: Stack, contest: Contest, at_once: Winner, old: Winner, later: Winner) -> None:
    """One winner receives at once, one only after updating WeChat, one returns after WeChat Pay has closed the bill."""
    with at_once.browser, old.browser, later.browser:
        _take(stack, _until_the_opening(stack, contest, at_once))
        _take(stack, [*_to_the_packet(at_once), *at_once.receives()])
        _take(stack, [_follows(old), *_to_the_packet(old), *old.is_too_old(), *old.receives()])
        _take(stack, [_follows(later), *_to_the_packet(later), *later.comes_back_after(hours=30), *later.receives()])
        _take(stack, _after_the_closing(stack, contest, at_once))


def _until_the_opening(stack: Stack, contest: Contest, walker: Walker) -> Steps:
    return [
        _follows(walker),
        *_asks(stack, walker, "开始之前", contest.replies.quiz_announced),
        ("时钟拨到开始之后", lambda: walker.wait_until(contest.window.opens_at)),
        *_asks(stack, walker, "竞赛期间", contest.replies.quiz_open),
    ]


def _after_the_closing(stack: Stack, contest: Contest, walker: Walker) -> Steps:
    return [
        ("时钟拨到结束之后", lambda: walker.wait_until(contest.window.closes_at)),
        *_asks(stack, walker, "结束之后", contest.replies.quiz_closed),
    ]


def _asks(stack: Stack, walker: Walker, when: str, quiz: str) -> Steps:
    """`quiz` is the contest's reply. With another own server than the simulated one, any answer passes."""
    record = RECORD if stack.own_server_url else ""
    return [
        (f"{when}，答题", lambda: _begins(quiz.partition("{")[0], walker.say("答题"))),
        (f"{when}，查询企业信用，由自有服务回答", lambda: _begins(record, walker.say(COMPANY))),
        (f"{when}，按代码查询", lambda: _begins(record, walker.say(COMPANY_CODE))),
    ]


def _begins(start: str, reply: str) -> str:
    if not reply.startswith(start):
        raise WalkError(f"应回复“{start}”，实为“{reply}”")
    return reply or "没有回复"


def _follows(walker: Walker) -> Step:
    return "关注公众号，收到欢迎", walker.follow


def _to_the_packet(walker: Walker) -> Steps:
    return [
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
    """Returns the environment with separate ports and a separate table prefix, so that the walk can run beside `make
    run`.

    It begins an hour before the opening. Raises ConfigError.
    """
    window = load_contest_file(Path(environ.get("CONTEST_FILE") or PACKAGED)).window
    ours = {
        "CONTEST_NOW": (window.opens_at - timedelta(hours=1)).isoformat(),
        **own_ports(),
        "PUBLIC_BASE_URL": "",
        # An engine from an earlier walk must not have this citizen's data: the simulator numbers its people from the
        # start.
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
    except (WalkError, LocalError, ConfigError) as error:
        print(f"✗ {error}\n日志在 {HOME / 'log'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("✗ 被中止", file=sys.stderr)
        return 1
    print("✓ 走完全程")
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    """A signal from outside also stops all processes."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
