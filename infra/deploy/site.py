"""Everything a deployment meets, on loopback: the emulated cloud with our tables and secrets, WeChat, the address."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests.adapters

from infra.deploy import emulator, front
from infra.deploy.secret_values import certificate, make_secrets, put_secrets
from infra.deploy.staging import PREFIX, SECRETS_PATH, STAGE, contest_file, set_stage, widen_settings
from infra.lean.packages import installed
from infra.lean.staging import build, copy_tree
from infra.local.processes import ROOT, LocalError, free_port
from infra.provision import create_all
from infra.simulator import SimulatorSettings, serve

API_STAGE = "api"
"""The stage's name in the API Gateway, from `.chalice/config.json`."""
DOMAIN = "quiz.contest.example"
_COMMAND_SECONDS = 150
_MEMORY, _SCRATCH_BYTES = Path("/dev/shm"), 4_000_000_000  # noqa: S108 - see _scratch


@dataclass(frozen=True, slots=True)
class Site:
    """`address` is PUBLIC_BASE_URL, `simulator` the address of WeChat, `ca` the certificate to trust for `address`.

    `tree` is the folder that is deployed, `scratch` the one for temporary files, `logs` for every command's words.
    """

    address: str
    simulator: str
    ca: Path
    tree: Path
    scratch: Path
    logs: Path
    engine: emulator.Emulator

    def client(self, service: str) -> Any:
        make: Any = boto3.client  # its stubs know services by literal names only
        return make(
            service,
            endpoint_url=self.engine.endpoint,
            region_name=emulator.REGION,
            aws_access_key_id=self.engine.environ["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.engine.environ["AWS_SECRET_ACCESS_KEY"],
        )

    def chalice(self, *arguments: str) -> str:
        """The real command in the folder to deploy. Returns what it said; raises `LocalError` when it fails."""
        command = [sys.executable, "-m", "infra.deploy.chalice_cli", *arguments, "--stage", STAGE]
        # A file or two of ours is found behind the folder's own modules.
        return self._run(f"chalice {arguments[0]}", command, self.tree, {"PYTHONPATH": str(ROOT)})

    def contest(self, *arguments: str) -> str:
        """The operators' command, as an operator of this stage would run it."""
        variables = {
            "STAGE": STAGE,
            "RESOURCE_PREFIX": PREFIX,
            "PUBLIC_BASE_URL": self.address,
            "SECRETS_PATH": SECRETS_PATH,
            "CONTEST_FILE": str(contest_file(self.tree)),
            **_wechat(self.simulator),
        }
        return self._run(f"contest {arguments[0]}", [str(ROOT / "contest"), "--yes", *arguments], ROOT, variables)

    def gateway_responses(self, api_id: str) -> None:
        command = [sys.executable, "-m", "infra.gateway_responses", api_id, API_STAGE]
        self._run("gateway_responses", command, ROOT, {})

    def _run(self, what: str, command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> str:
        env = {**self.engine.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(self.scratch), **variables}
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise LocalError(f"{what} 在 {_COMMAND_SECONDS} 秒内没有结束") from error
        with (self.logs / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"--- {what} ({done.returncode})\n{done.stdout}{done.stderr}\n")
        if done.returncode:
            raise LocalError(f"{what} 失败：\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def prepared(command: Path, home: Path, logs: Path) -> Iterator[Site]:
    """Ready to be deployed to; `command` starts the emulator, `home` holds what is only needed meanwhile."""
    scratch = _scratch(home)
    for folder in (home, logs, scratch):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    tree, ports = scratch / "tree", (free_port(), free_port())
    values, ca = make_secrets(), home / "front.pem"
    public = certificate(DOMAIN)
    ca.write_text(public.chain + public.key, encoding="utf-8")
    with ExitStack() as parts:
        parts.callback(shutil.rmtree, scratch, ignore_errors=True)
        engine = parts.enter_context(emulator.running(command, logs, scratch))
        address = parts.enter_context(front.serving(engine.endpoint, DOMAIN, ports[0], ca))
        parts.enter_context(_trusting(ca))
        wechat = SimulatorSettings.from_env({**values, "PUBLIC_BASE_URL": address, "SIMULATOR_PORT": str(ports[1])})
        simulator = parts.enter_context(serve(wechat, time.time)).url
        site = Site(address, simulator, ca, tree, scratch, logs, engine)
        create_all(site.client("dynamodb"), site.client("sqs"), PREFIX)
        put_secrets(site.client("ssm"), SECRETS_PATH, values)
        with installed(ROOT / "requirements.txt") as packages:
            # From a copy of the checkout, which else would get this deployment's records.
            copy_tree(ROOT, scratch / "checkout")
            build(scratch / "checkout", packages, tree)
        set_stage(tree, {"PUBLIC_BASE_URL": address, **_wechat(simulator)})
        widen_settings(tree)
        yield site


def _scratch(home: Path) -> Path:
    """In memory where there is enough: every function is unpacked, and removed again, thousands of files each.

    Always the same folder for the same `home`, so that a run that was killed leaves it to the next one.
    """
    mine = hashlib.sha256(os.fspath(home).encode()).hexdigest()[:8]
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _SCRATCH_BYTES:
        return _MEMORY / f"contest-deploy-{os.getuid()}-{mine}"
    return home / "scratch"


@contextmanager
def _trusting(ca: Path) -> Iterator[None]:
    """The simulator delivers to `address`; like WeChat it trusts nothing but known certificates."""
    before = requests.adapters.DEFAULT_CA_BUNDLE_PATH
    setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", os.fspath(ca))  # noqa: B010 - not offered by its types
    try:
        yield
    finally:
        setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", before)  # noqa: B010


def _wechat(simulator: str) -> dict[str, str]:
    return {f"WECHAT_{host}_BASE_URL": simulator for host in ("API", "OPEN", "PAY")}
