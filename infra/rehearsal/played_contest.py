"""The contest file and the environment of a stack for played citizens: its own ports, tables and plan."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from chalicelib.config import PACKAGED, contest_text
from infra.local.local_contest import with_absolute_bank
from infra.local.processes import free_port

_FEN_EACH = 250


def write_contest(target: Path, packets: int, min_seconds: int | None = None, source: Path = PACKAGED) -> Path:
    """Writes a copy of the contest file with a plan of so many packets, and returns `target`.

    `min_seconds`, if given, replaces the shortest time for an attempt.
    """
    document: Mapping[str, Any] = tomllib.loads(contest_text(source))
    prizes = {**document["prizes"], "packets": packets, "budget_fen": packets * _FEN_EACH}
    quiz = document["quiz"] if min_seconds is None else {**document["quiz"], "min_seconds": min_seconds}
    target.parent.mkdir(parents=True, exist_ok=True)
    document = with_absolute_bank({**document, "prizes": prizes, "quiz": quiz}, source.parent)
    target.write_text(tomli_w.dumps(document), encoding="utf-8")
    return target


def own_environment(environ: Mapping[str, str], contest: Path, now: str = "") -> dict[str, str]:
    """Returns `environ` with ports and a table prefix that nobody else has, so that it can run beside `make run`.

    `now`: the time at which the stack begins, ISO 8601; empty for the present, to which the contest is moved. No
    service outside this machine is named.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "WECHAT_", "OWN_SERVER"))}
    for name in ("STAGE", "PUBLIC_BASE_URL", "SECRETS_PATH", "CONTEST_CLOCK_FILE", "PRODUCT"):
        kept.pop(name, None)
    ports = {name: str(free_port()) for name in ("PORT", "SIMULATOR_PORT", "OWN_SERVER_PORT")}
    prefix = f"contest-played-{os.getpid()}-{secrets.token_hex(3)}"
    return {**kept, **ports, "RESOURCE_PREFIX": prefix, "CONTEST_FILE": str(contest), "CONTEST_NOW": now}
