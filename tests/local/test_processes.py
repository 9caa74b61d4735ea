"""No process is left running, whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from infra.local.engines import dynamodb_engine
from infra.local.processes import (
    Child,
    LocalError,
    answers,
    child,
    free_port,
    require_free,
    wait_until,
)
from infra.project import ROOT
from tests.support.engines import sqs_local

# A process with a child: it prints both ids, and both ignore SIGTERM.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), other.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Returns whether the process runs; a zombie counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def family(log: Path) -> list[int]:
    assert eventually(lambda: log.exists() and len(log.read_text(encoding="utf-8").split()) == 2)
    return [int(pid) for pid in log.read_text(encoding="utf-8").split()]


def test_leaving_the_block_ends_the_whole_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.processes._STOP_SECONDS", 0.2)
    log = tmp_path / "log"
    pids = []

    def break_inside() -> None:
        with child("x", [sys.executable, "-c", STUBBORN], log=log):
            pids.extend(family(log))
            assert all(map(alive, pids))
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        break_inside()

    assert pids
    assert eventually(lambda: not any(map(alive, pids)))


def test_killing_the_parent_ends_the_whole_family(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from infra.local.processes import child\n"
        f"with child('x', [sys.executable, '-c', {STUBBORN!r}], log=Path({str(log)!r})):\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT) as started:
        pids = family(log)
        started.send_signal(signal.SIGKILL)

    assert eventually(lambda: not any(map(alive, pids)))


def test_a_child_that_heeds_the_stop_may_tidy_up(tmp_path: Path) -> None:
    tidy = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(print('tidied')))\n"
    with child("x", [sys.executable, "-c", tidy + "print('up', flush=True); time.sleep(600)"], log=tmp_path / "l"):
        assert eventually(lambda: "up" in (tmp_path / "l").read_text(encoding="utf-8"))

    assert "tidied" in (tmp_path / "l").read_text(encoding="utf-8")


def test_a_child_that_ends_at_once_is_reported_with_its_words(tmp_path: Path) -> None:
    def wait(started: Child) -> None:
        wait_until(lambda: False, started)

    script = "print('坏了', flush=True); raise SystemExit(3)"
    with (
        child("引擎", [sys.executable, "-c", script], log=tmp_path / "l") as started,
        pytest.raises(LocalError, match=r"引擎(.|\n)*3(.|\n)*坏了"),
    ):
        wait(started)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=str(port)):
            require_free(port, "活动页面")
        with pytest.raises(LocalError, match=str(port)), dynamodb_engine(port):
            pass

    require_free(free_port(), "活动页面")


def test_the_engines_start_and_leave_nothing(tmp_path: Path) -> None:
    with dynamodb_engine(logs=tmp_path) as dynamodb, sqs_local(logs=tmp_path) as sqs:
        dynamodb.wait()
        group = dynamodb.child.process.pid
        assert os.getpgid(group) == group
        queues = boto3.client("sqs", endpoint_url=sqs)
        queues.create_queue(QueueName="abc-payouts")
        assert len(queues.list_queues()["QueueUrls"]) == 1
        queues.close()

    assert not answers(dynamodb.endpoint)
    assert not answers(sqs)
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_the_engines_listen_on_the_loopback_address_alone(tmp_path: Path) -> None:
    with dynamodb_engine(logs=tmp_path) as dynamodb, sqs_local(logs=tmp_path) as sqs:
        dynamodb.wait()
        ports = [int(endpoint.rsplit(":", 1)[1]) for endpoint in (dynamodb.endpoint, sqs)]
        for host in {"127.0.0.2", machine_address()}:
            for port in ports:
                with pytest.raises(ConnectionRefusedError), socket.create_connection((host, port), timeout=3):
                    pass
        for port in ports:
            socket.create_connection(("127.0.0.1", port), timeout=3).close()


def machine_address() -> str:
    """Returns this machine's address in the network, without sending anything. Without a network, another local
    address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return "127.0.0.3"
        return str(probe.getsockname()[0])


def test_a_missing_engine_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalError, match="make setup"), dynamodb_engine(home=tmp_path):
        pass

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalError, match="Java"), dynamodb_engine():
        pass


def test_a_free_port_is_nobody_elses_and_no_outgoing_connections() -> None:
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="utf-8").split())
    command = [sys.executable, "-c", "from infra.local.processes import free_port; print(free_port())"]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", free_port()))
        ports = [listening.getsockname()[1], *(free_port() for _ in range(20))]
        ports.append(int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))
    assert len(set(ports)) == len(ports)
    assert not [port for port in ports if first <= port <= last]
