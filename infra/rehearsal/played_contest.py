"""The contest file and the environment of a stack for played citizens: its own ports, tables and plan."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from chalicelib.config import PACKAGED
from chalicelib.settings import NO_OWN_SERVER
from infra.local.local_contest import write_changed
from infra.local.processes import own_ports

_FEN_EACH = 250


def write_contest(target: Path, packets: int, min_seconds: int | None = None, source: Path = PACKAGED) -> Path:
    """Writes a copy of the contest file with a plan of so many packets, and returns `target`.

    `min_seconds`, if given, replaces the shortest time for an attempt. Played citizens tap no transfer, and claim soon
    after they have followed; the workers pay at any hour.
    """
    prizes = {"packets": packets, "budget_fen": packets * _FEN_EACH, "min_fen": 100, "max_fen": 2000}
    quiz = {} if min_seconds is None else {"min_seconds": min_seconds}
    payouts = {"product": "red_packet", "per_second": 25, "quiet_from": "", "quiet_to": ""}
    fairness = {"follow_minutes": 0}
    return write_changed(target, source, prizes=prizes, quiz=quiz, payouts=payouts, fairness=fairness)


def own_environment(environ: Mapping[str, str], contest: Path, now: str = "") -> dict[str, str]:
    """Returns `environ` with ports and a table prefix that nobody else has, so that it can run beside `make run`.

    `now`: the time at which the stack begins, ISO 8601; empty for the present, to which the contest is moved. No
    service outside this machine is named, and the account has no own server, to which each follow would be passed on.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "WECHAT_"))}
    for name in ("STAGE", "PUBLIC_BASE_URL", "SECRETS_PATH", "CONTEST_CLOCK_FILE", "PRODUCT"):
        kept.pop(name, None)
    prefix = f"contest-played-{os.getpid()}-{secrets.token_hex(3)}"
    named = {"RESOURCE_PREFIX": prefix, "CONTEST_FILE": str(contest), "CONTEST_NOW": now}
    return {**kept, **own_ports(), **named, "OWN_SERVER_URL": NO_OWN_SERVER}
