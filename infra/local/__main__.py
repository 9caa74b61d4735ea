"""`make run`: the contest on this machine, open now, until Ctrl-C."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from infra.local.local_stack import Stack, running
from infra.local.processes import LocalError
from infra.project import ROOT
from infra.simulator.credit_queries import COMPANY

_CHECK_SECONDS = 0.3
# SIGINT too: a shell makes background jobs ignore it.
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(home: Path = ROOT / ".local") -> int:
    """Runs the local stack with its files in `home`.

    Returns the exit code: 0 after Ctrl-C or a stop, 1 if a part could not start or ended by itself.
    """
    for number in _STOPS:
        signal.signal(number, _stop)
    try:
        with running(os.environ, home, say=lambda step: print(f"· {step} …", flush=True)) as stack:
            _welcome(stack, home)
            _watch(stack)
    except LocalError as error:
        print(f"✗ {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\n已停止。", flush=True)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Handles each signal alike, and only once: a second signal must not interrupt the first one's cleanup."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _watch(stack: Stack) -> None:
    """Watches until interrupted; raises `LocalError` when a part ends."""
    while True:
        stack.check()
        for line in stack.new_errors():
            print(line, file=sys.stderr, flush=True)
        time.sleep(_CHECK_SECONDS)


def _welcome(stack: Stack, home: Path) -> None:
    print(f"\n✓ 竞赛已在本机运行（日志在 {home / 'log'}）\n")
    print(f"  活动页面    {stack.url}/")
    if stack.simulator_url:
        print(f"  手机模拟器  {stack.simulator_url}/")
        print("\n在手机模拟器里新建一人，关注公众号，发送“答题”，打开回复中的链接即可参加。")
    if stack.own_server_url:
        print(f"公众号自有的服务也在本机模拟：发送“{COMPANY}”，由它查询企业信用。")
    print("另开终端可用 ./contest status、./contest pause 等命令。按 Ctrl-C 结束。\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
