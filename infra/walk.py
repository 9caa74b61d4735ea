"""`make walk`: one citizen goes through a stack of its own, over HTTP alone, from following to the money.

Says each step in Chinese and exits with 1 at the first that fails.
"""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import requests

from chalicelib.config import load_contest_file
from chalicelib.domain.bank import parse_bank
from infra.local.processes import ROOT, LocalError, free_port
from infra.local.stack import Stack, running
from infra.local.walker import Walker, WalkError

HOME = ROOT / ".local" / "walk"
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def walk(stack: Stack) -> None:
    """Goes through every step. Raises `WalkError`, or `LocalError` when a part of the stack ended, where it fails."""
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = parse_bank(Path(contest.quiz.bank).read_text(encoding="utf-8"))
    simulator = stack.simulator_url or stack.environ["WECHAT_API_BASE_URL"]
    walker = Walker(stack.url, simulator.rstrip("/"), bank)
    steps: list[tuple[str, Callable[[], str]]] = [
        ("关注公众号，收到欢迎", walker.follow),
        ("发送“答题”，收到链接", walker.ask_for_the_quiz),
        ("打开页面", walker.open_the_page),
        ("微信授权登录", walker.sign_in),
        ("抽题", walker.start_an_attempt),
        ("答题并提交", walker.answer),
        ("打开红包", walker.open_the_packet),
        ("红包到账", walker.receive_the_money),
    ]
    with walker.browser:
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
