"""Child processes that always end with their parent: each in its own process group, under a guard, with a log file."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from infra.project import ROOT

_STOP_SECONDS = 5.0
_PORTS = range(10_000, 32_000)


class LocalError(RuntimeError):
    """A part of the local stack cannot run; the text is for the person who started it."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running child. `process` is its guard and the leader of its process group."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll()

    def last_words(self, lines: int = 15) -> str:
        """Returns the last lines of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@contextmanager
def child(
    name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[Child]:
    """Starts `command`, and stops its whole group on exit: SIGTERM, then SIGKILL after 5 s.

    `env` is its complete environment (None: ours). Its output replaces the file `log`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("guard.py")), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    try:
        yield Child(name, process, log)
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Terminates, waits, then kills the rest of the group. The guard is its leader and ends last."""
    try:
        _signal_group(process, signal.SIGTERM)
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal_group(process, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()


def _signal_group(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on, and that no other caller on this machine gets while this process
    lives.

    It is below the range from which the system takes the ports of outgoing connections: one of thousands could take it
    before its server does.
    """
    while True:
        port = _PORTS[secrets.randbelow(len(_PORTS))]
        if not _is_claimed(port):
            continue
        with suppress(LocalError):
            require_free(port, "")
            return port


def own_ports() -> dict[str, str]:
    """Free ports for a stack that runs beside others, as its environment names them."""
    return {name: str(free_port()) for name in ("PORT", "SIMULATOR_PORT", "OWN_SERVER_PORT")}


def _is_claimed(port: int) -> bool:
    """Returns whether this process now has the port's lock, which ends with the process."""
    try:
        file = os.open(Path(tempfile.gettempdir()) / f"contest-port-{port}", os.O_CREAT | os.O_WRONLY, 0o600)
    except OSError:  # another user's
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    return True


def require_free(port: int, what: str) -> None:
    """Raises `LocalError` when somebody listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        # As servers do, so that connections of the last run in TIME_WAIT do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalError(f"端口 {port}（{what}）已被占用，是否已有一个在运行？") from error


def wait_until(ready: Callable[[], bool], started: Child, *, seconds: float = 30.0) -> None:
    """Polls until `ready`. Raises `LocalError`, with the end of the child's log, when the child ends or is late."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if started.exit_code() is not None:
            raise LocalError(f"{started.name} 没有启动（退出码 {started.exit_code()}）：\n{started.last_words()}")
        if ready():
            return
        time.sleep(0.05)
    raise LocalError(f"{started.name} 在 {seconds:.0f} 秒内没有就绪：\n{started.last_words()}")


def answers(url: str, status: int | None = None) -> bool:
    """Returns whether an HTTP server there answers a GET, with `status` or (None) any at all."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return status in (None, response.status)
