"""The local stacks for the browser, on one database: the open contest, the same one closed or announced, and a small
contest that is about to open."""

import os
import subprocess
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from chalicelib.adapters.clock import CLOCK_FILE
from chalicelib.config import PACKAGED
from chalicelib.domain.bank import Bank, parse_bank
from chalicelib.settings import NO_OWN_SERVER
from infra.local.local_contest import write_changed
from infra.local.local_stack import Stack, running
from infra.local.processes import own_ports
from infra.project import ROOT
from tests.support.engines import FAKE_ENVIRONMENT, leaks

OPEN_AT = "2020-07-14T20:00:00+08:00"
ANNOUNCED_AT = "2020-07-05T18:17:55+08:00"
CLOSED_AT = "2020-07-15T00:01:00+08:00"
PRIZES = {"budget_fen": 20_000, "packets": 60, "min_fen": 100, "max_fen": 2_000}
ONE_PACKET = {"budget_fen": 188, "packets": 1, "min_fen": 100, "max_fen": 200}
SMALL_QUIZ = {"draw_size": 2, "pass_mark": 1, "min_seconds": 5}
PACE_MS = 1000 * SMALL_QUIZ["min_seconds"]
"""The minimum time between a draw and its submission in the small contest."""

_HTTP_SECONDS = 10


@contextmanager
def open_stack(home: Path) -> Iterator[Stack]:
    """The contest on its last evening, with packets for everybody and no minimum time."""
    file = write_changed(home / "given.toml", quiz={"min_seconds": 0}, prizes=PRIZES)
    clean = {name: value for name, value in os.environ.items() if not leaks(name)}
    # No test here writes to the account's own server.
    given = {"CONTEST_FILE": str(file), "CONTEST_NOW": OPEN_AT, "SIMULATOR_ACCOUNT_NAME": "苏信服"}
    given["OWN_SERVER_URL"] = NO_OWN_SERVER
    with running(clean | FAKE_ENVIRONMENT | given | own_ports(), home) as stack:
        yield stack


@contextmanager
def stack_at(moment: str, opened: Stack, home: Path) -> Iterator[Stack]:
    """The contest of `opened` at another time: the same data, the same sessions, the same simulator."""
    with running({**_shared(opened), **own_ports(), "CONTEST_NOW": moment}, home) as stack:
        yield stack


@contextmanager
def opening_stack(opened: Stack, home: Path, lead: float) -> Iterator[Stack]:
    """A contest of one packet and two questions, with a minimum time. It opens `lead` seconds after this call.

    Named after its folder, `home`, which no other stack on these engines may share.
    """
    file = write_changed(home / "given.toml", contest={"id": home.name}, quiz=SMALL_QUIZ, prizes=ONE_PACKET)
    now = _opens_at() - timedelta(seconds=lead)
    with _beside(opened, home, {"CONTEST_FILE": str(file), "CONTEST_NOW": now.isoformat()}) as stack:
        yield stack


@contextmanager
def transfer_stack(opened: Stack, home: Path) -> Iterator[Stack]:
    """The contest of `open_stack`, which pays by transfer. Named after its folder, like `opening_stack`."""
    file = write_changed(home / "given.toml", contest={"id": home.name}, quiz={"min_seconds": 0}, prizes=PRIZES)
    given = {"CONTEST_FILE": str(file), "CONTEST_NOW": OPEN_AT, "PRODUCT": "transfer"}
    with _beside(opened, home, given) as stack:
        yield stack


@contextmanager
def _beside(opened: Stack, home: Path, given: Mapping[str, str]) -> Iterator[Stack]:
    # It has its own tables and simulator, and shares only the engines with the other stack.
    taken = {name: value for name, value in _shared(opened).items() if not name.startswith("WECHAT_")}
    with running(taken | dict(given) | {"RESOURCE_PREFIX": home.name} | own_ports(), home) as stack:
        yield stack


def _shared(opened: Stack) -> dict[str, str]:
    """Its environment without its address and its clock: one that is set forward must not close the other contest."""
    return {name: value for name, value in opened.environ.items() if name not in ("PUBLIC_BASE_URL", CLOCK_FILE)}


def contest_now(stack: Stack) -> dict[str, Any]:
    """`GET /api/contest`."""
    body: dict[str, Any] = requests.get(f"{stack.url}/api/contest", timeout=_HTTP_SECONDS).json()
    return body


def seconds_left(stack: Stack) -> float:
    """Until the opening."""
    said = contest_now(stack)
    left = datetime.fromisoformat(said["opens_at"]) - datetime.fromisoformat(said["server_time"])
    return left.total_seconds()


def wait_for(stack: Stack, seconds: float = 60, **facts: object) -> None:
    """Waits for this state in `GET /api/contest`: switches are in force on every instance within five seconds."""
    deadline = time.monotonic() + seconds
    while any(contest_now(stack)[name] != value for name, value in facts.items()):
        assert time.monotonic() < deadline, f"not {facts} after {seconds} s"
        time.sleep(0.1)


def operate(stack: Stack, *command: str) -> None:
    """The operators' command on this stack."""
    done = subprocess.run(
        [ROOT / "contest", *command, "--yes"], env=stack.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def bank() -> Bank:
    """The questions of every stack here."""
    return parse_bank((PACKAGED.parent / "questions.csv").read_text(encoding="utf-8"))


def _opens_at() -> datetime:
    opens_at: datetime = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))["window"]["opens_at"]
    return opens_at
