"""The environment of a rehearsal, on loopback: an empty emulated cloud, WeChat, the public address, and a clone."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import requests.adapters

from infra.local.processes import LocalError, free_port
from infra.project import ROOT
from infra.schedules import scheduled_event
from infra.simulator import SimulatorSettings, serve
from tests.rehearsal import emulator, tls_proxy
from tests.rehearsal.cloned_project import PREFIX, STAGE, clone, set_stage, widen_settings
from tests.rehearsal.secret_values import certificate, make_secrets

API_STAGE = "api"
"""The stage's name in the API Gateway, from `.chalice/config.json`."""
DOMAIN = "quiz.contest.example"
_COMMAND_SECONDS = 150
_MEMORY, _SCRATCH_BYTES = Path("/dev/shm"), 4_000_000_000  # noqa: S108 - see _scratch


@dataclass(frozen=True, slots=True)
class RehearsalEnvironment:
    """`address` is PUBLIC_BASE_URL, `simulator` the address of WeChat, `ca` the certificate to trust for `address`.

    `checkout` is the operator's clone, `secrets` has the operator's secrets, `scratch` is a folder for temporary files,
    `logs` one for the output of commands.
    """

    address: str
    simulator: str
    ca: Path
    checkout: Path
    secrets: Mapping[str, str]
    scratch: Path
    logs: Path
    engine: emulator.Emulator

    @property
    def tree(self) -> Path:
        """The folder that `make build` makes."""
        return self.checkout / "build" / STAGE

    def client(self, service: str) -> Any:
        make: Any = boto3.client  # its stubs know services by literal names only
        return make(
            service,
            endpoint_url=self.engine.endpoint,
            region_name=emulator.REGION,
            aws_access_key_id=self.engine.environ["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.engine.environ["AWS_SECRET_ACCESS_KEY"],
        )

    def contest(self, *arguments: str) -> str:
        """Runs the operators' command. Returns its output; raises `LocalError` if it fails."""
        status, out, err = self._contest(*arguments)
        if status:
            raise LocalError(f"contest {arguments[0]} 失败：\n{out[-2000:]}{err[-2000:]}")
        return out

    def refused_contest(self, *arguments: str) -> str:
        """The same for a command that must be refused. Returns the reason; raises `LocalError` if it is not refused."""
        return self._refused(*arguments)[1].strip()

    def failed_contest(self, *arguments: str) -> str:
        """The same for a command that must find a fault. Returns its output."""
        return self._refused(*arguments)[0]

    def build(self) -> None:
        """The first step of `make deploy`."""
        self._done("build", ["-m", "infra.build", "--stage", STAGE], self.checkout)
        widen_settings(self.tree)

    def deploy(self) -> None:
        """The other steps, with a replacement in Chalice's command for the import that the emulator lacks.

        The record is not shared: the clone is the only checkout."""
        # The deployed folder's own modules come first, then the clone's, then the rehearsal's.
        path = {"PYTHONPATH": f"{self.checkout}{os.pathsep}{ROOT}"}
        self._done("deploy", ["-m", "tests.rehearsal.chalice_cli", "deploy", "--stage", STAGE], self.tree, path)
        self.set_gateway()
        # The sweep reports the deployed contest file, with which the operators' commands compare theirs.
        event = scheduled_event(f"{PREFIX}-sweep-event", datetime.now(UTC))
        self.client("lambda").invoke(FunctionName=f"{PREFIX}-sweep", Payload=json.dumps(event))

    def set_gateway(self) -> None:
        """A step of `make deploy`, once more after the domain was mapped."""
        self._done("gateway_responses", ["-m", "infra.gateway_responses", "--stage", STAGE], self.checkout)

    def _refused(self, *arguments: str) -> tuple[str, str]:
        status, out, err = self._contest(*arguments)
        if status not in (1, 3):
            raise LocalError(f"contest {arguments[0]} 应以 1 或 3 结束，却是 {status}：\n{out[-2000:]}{err[-2000:]}")
        return out, err

    def _contest(self, *arguments: str) -> tuple[int, str, str]:
        command = [str(self.checkout / "contest"), "--yes", "--stage", STAGE, *arguments]
        trusting = {name: str(self.ca) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")}
        return self._run(f"contest {' '.join(arguments)}", command, self.checkout, trusting)

    def _done(self, what: str, python: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> None:
        status, out, err = self._run(what, [sys.executable, *python], folder, variables or {})
        if status:
            raise LocalError(f"{what} 失败：\n{out[-2000:]}{err[-2000:]}")

    def _run(
        self, what: str, command: Sequence[str], folder: Path, variables: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Returns the exit status and both outputs."""
        env = {**self.engine.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(self.scratch), **variables}
        began = time.monotonic()
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise LocalError(f"{what} 在 {_COMMAND_SECONDS} 秒内没有结束") from error
        took = time.monotonic() - began
        with (self.logs / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"--- {what} ({done.returncode}, {took:.1f} s)\n{done.stdout}{done.stderr}\n")
        return done.returncode, done.stdout, done.stderr


@contextmanager
def prepared(python: Path, home: Path, logs: Path) -> Iterator[RehearsalEnvironment]:
    """Prepares an empty account and a fresh clone. `python` has the emulator; `home` is for temporary files."""
    scratch = _scratch(home)
    for folder in (home, logs, scratch):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    checkout, ports = scratch / "checkout", (free_port(), free_port())
    values, ca = make_secrets(), home / "proxy.pem"
    public = certificate(DOMAIN)
    ca.write_text(public.chain + public.key, encoding="utf-8")
    with ExitStack() as parts:
        parts.callback(shutil.rmtree, scratch, ignore_errors=True)
        engine = parts.enter_context(emulator.running(python, logs, scratch))
        address = parts.enter_context(tls_proxy.serving(engine.endpoint, DOMAIN, ports[0], ca))
        parts.enter_context(_trusting(ca))
        wechat = SimulatorSettings.from_env({**values, "PUBLIC_BASE_URL": address, "SIMULATOR_PORT": str(ports[1])})
        simulator = parts.enter_context(serve(wechat, time.time)).url
        clone(ROOT, checkout)
        # An operator's own additions to the stage, which all later steps must not change.
        set_stage(checkout, {f"WECHAT_{host}_BASE_URL": simulator for host in ("API", "OPEN", "PAY")})
        yield RehearsalEnvironment(address, simulator, ca, checkout, values, scratch, logs, engine)


def _scratch(home: Path) -> Path:
    """A folder in memory if there is enough, because each function with its thousands of files is unpacked and removed
    again.

    Always the same folder for the same `home`, so that a run that was killed leaves it to the next one.
    """
    mine = hashlib.sha256(os.fspath(home).encode()).hexdigest()[:8]
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _SCRATCH_BYTES:
        return _MEMORY / f"contest-deploy-{os.getuid()}-{mine}"
    return home / "scratch"


@contextmanager
def _trusting(ca: Path) -> Iterator[None]:
    """The simulator posts to `address`; like WeChat it trusts only known certificates."""
    before = requests.adapters.DEFAULT_CA_BUNDLE_PATH
    setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", os.fspath(ca))  # noqa: B010 - not offered by its types
    try:
        yield
    finally:
        setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", before)  # noqa: B010
