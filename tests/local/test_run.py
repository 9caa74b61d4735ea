"""`make run` as a whole: it starts, can be used, refuses a second start, and leaves nothing running."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from infra.local.processes import own_ports
from infra.project import ROOT

RUN = "import sys; from pathlib import Path; from infra.local.__main__ import main; sys.exit(main(Path(sys.argv[1])))"


def _status(pid: int) -> tuple[int, str]:
    """The process's parent and state, as in proc(5); (0, "Z") when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0, "Z"
    return int(fields[1]), fields[0]


def descendants(pid: int) -> dict[int, str]:
    """Every process below this one, with its command line."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {one: _status(one)[0] for one in pids}
    found, last = {pid}, 0
    while len(found) != last:
        last = len(found)
        found |= {one for one, parent in parents.items() if parent in found}
    return {one: _command(one) for one in found - {pid}}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def left(pids: dict[int, str]) -> list[str]:
    """The commands of the processes that still run after at most 5 s."""
    deadline = time.monotonic() + 5
    while (rest := [pids[pid] for pid in pids if _status(pid)[1] != "Z"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return rest


@dataclass
class Run:
    home: Path
    environ: dict[str, str]
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def until_open(self) -> str:
        """Returns the output until the welcome is complete."""
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        pytest.fail(f"it did not start:\n{said}")


def start(home: Path, environ: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(home)],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(home: Path, **environ: str) -> Iterator[Run]:
    env = {**own_ports(), **environ}
    with start(home, env) as process:
        try:
            yield Run(home, env, process)
        finally:
            process.kill()


def refused(home: Path, environ: dict[str, str]) -> str:
    with start(home, environ) as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    return said


def contest(run: Run) -> Any:
    return requests.get(f"{run.url}/api/contest", timeout=10).json()


def told_well(environ: dict[str, str], *command: str) -> str:
    """Returns the output of `./contest COMMAND` for a stack in order: at once, or after the schedules have opened the
    contest."""
    deadline = time.monotonic() + 20
    while True:
        done = subprocess.run([ROOT / "contest", *command], env=environ, capture_output=True, text=True, check=False)
        if done.returncode == 0 or time.monotonic() > deadline:
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout
        time.sleep(0.2)


def tables(published: dict[str, str]) -> list[str]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=published["AWS_ENDPOINT_URL_DYNAMODB"],
        region_name=published["AWS_REGION"],
        aws_access_key_id=published["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=published["AWS_SECRET_ACCESS_KEY"],
    )
    found: list[str] = client.list_tables()["TableNames"]
    client.close()
    return found


def test_it_is_open_now_and_stops_without_a_trace(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        said = run.until_open()
        assert f"活动页面    {run.url}/" in said
        assert f"手机模拟器  http://127.0.0.1:{run.environ['SIMULATOR_PORT']}/" in said
        assert contest(run)["phase"] == "open"

        before = datetime.fromisoformat(contest(run)["server_time"])
        clock = f"http://127.0.0.1:{run.environ['SIMULATOR_PORT']}/sim/clock"
        now = requests.post(clock, json={"seconds": 7200}, timeout=10).json()["now"]
        assert timedelta(0) <= datetime.fromisoformat(now) - before - timedelta(hours=2) < timedelta(minutes=1)
        assert datetime.fromisoformat(contest(run)["server_time"]) - before >= timedelta(hours=2)

        stack = tmp_path / "stack.json"
        assert stack.stat().st_mode & 0o777 == 0o600
        published = json.loads(stack.read_text(encoding="utf-8"))
        assert published["PUBLIC_BASE_URL"] == run.url
        assert published["OWN_SERVER_URL"] == f"http://127.0.0.1:{run.environ['OWN_SERVER_PORT']}/wechat"
        assert "PATH" not in published
        assert published["WECHAT_PAY_PUBLIC_KEY_ID"].startswith("PUB_KEY_ID_")
        assert not [name for name in published if name.startswith("SIMULATOR_PAY")]
        office = f"{published['RESOURCE_PREFIX']}-office"
        assert office in tables(published)
        assert requests.head(f"{published['AWS_ENDPOINT_URL_S3']}/{office}", timeout=10).ok, "the desk's bucket"
        operators = {"PATH": os.environ["PATH"], **published}
        assert "进行中" in told_well(operators, "status")
        checked = told_well(operators, "doctor", "--relay")
        assert "– 定时规则：本机没有" in checked
        assert "! 自有服务器：本机转发的测试" in checked, "it knows no such query"
        assert "没有遇到冷启动" in told_well(operators, "warm")

        assert re.search(rf"✗ .*{run.environ['PORT']}", refused(tmp_path / "other", run.environ))
        assert str(tmp_path) in refused(tmp_path, own_ports())

        pids = descendants(run.process.pid)
        assert len(pids) == 14, pids
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(20) == 0
        assert left(pids) == []
        assert not stack.exists()


def test_the_end_of_any_part_ends_all(tmp_path: Path) -> None:
    with running(tmp_path, CONTEST_NOW="2020-07-15T00:00:00+08:00") as run:
        run.until_open()
        assert contest(run)["phase"] == "closed"

        pids = descendants(run.process.pid)
        (queues,) = [
            pid
            for pid, command in pids.items()
            if command.endswith("-m infra.local.event_runner queues 1 ") and "guard.py" not in command
        ]
        os.kill(queues, signal.SIGKILL)
        said, _ = run.process.communicate(timeout=20)
        assert run.process.returncode == 1
        assert "队列任务 意外退出" in said
        assert left(pids) == []


def test_killing_it_leaves_nothing_either(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        run.until_open()
        pids = descendants(run.process.pid)
        run.process.kill()
        run.process.wait(5)
        assert left(pids) == []
