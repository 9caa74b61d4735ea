"""`make deploy-test`: docs/deploy.md on this machine, from an empty account and a clone to the deletion of the data.

Prints each step in Chinese. Exits with 1 at the first that fails, or when the run takes longer than seven minutes
(`--seconds` sets another limit, for a machine that is busy with other things).
"""

import argparse
import signal
import sys
import time
from types import FrameType

import botocore.exceptions
import requests

from infra.local.processes import LocalError
from infra.project import ROOT
from tests.rehearsal import emulator
from tests.rehearsal.deployed_resources import function_logs
from tests.rehearsal.rehearsal_environment import RehearsalEnvironment, prepared
from tests.rehearsal.run_state import RunState
from tests.rehearsal.steps import steps
from tests.walk.walker import WalkError

SECONDS = 420
LOGS = ROOT / ".local" / "log" / "deploy"
HOME = ROOT / ".local" / "deploy"
_ERRORS = (
    WalkError,
    LocalError,
    requests.RequestException,
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    KeyError,
    ValueError,
)


class Stopped(BaseException):
    """Stopped by a signal; one of them is the alarm that limits the whole run."""


def main(seconds: int = SECONDS) -> int:
    """Returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, _stop)
    signal.alarm(seconds)
    began, name = time.monotonic(), "准备"
    try:
        python = emulator.install(ROOT / ".local" / "ministack-venv")
        print("✓ 云服务模拟已安装", flush=True)
        with prepared(python, HOME, LOGS) as env:
            print(f"✓ 云服务、微信模拟器、{env.address} 已就绪，账号是空的", flush=True)
            try:
                for name, step in steps(RunState.of(env)):
                    print(f"✓ {name}：{step().splitlines()[0]}（第 {time.monotonic() - began:.0f} 秒）", flush=True)
            finally:
                _keep_logs(env)
    except _ERRORS as error:
        print(f"✗ {name}：{error if isinstance(error, LocalError) else repr(error)}\n日志在 {LOGS}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        print(f"✗ {name}：{stopped}\n日志在 {LOGS}", file=sys.stderr)
        return 1
    print(f"✓ 部署演练完成，用时 {time.monotonic() - began:.0f} 秒")
    return 0


def _keep_logs(env: RehearsalEnvironment) -> None:
    """Keeps the functions' logs, which the emulator loses when it stops."""
    try:
        lines = function_logs(env)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        lines = [f"no logs: {error}"]
    (LOGS / "functions.log").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _stop(number: int, _frame: FrameType | None) -> None:
    """Handles all these signals, once: a second signal must not interrupt the clean-up of the first."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped("超过时限" if number == signal.SIGALRM else "被中止")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.rehearsal")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    sys.exit(main(parser.parse_args().seconds))
