"""Starts the parts of the local stack in order, each with the environment it needs."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chalicelib.adapters.clock import CLOCK_FILE
from infra.local.engines import Engine, dynamodb_engine, sqs_engine
from infra.local.processes import Child, LocalError, answers, child, wait_until
from infra.local.stack_settings import Wanted, with_local_credentials
from infra.project import ROOT

Say = Callable[[str], None]
"""Reports each step, in Chinese."""

_STEP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Size:
    """How many processes run the application, and how many take jobs from the queues. `most_waiting`: requests at an
    instance before it refuses; None for any number. `per_second`: payouts of all workers together; None for the
    contest's."""

    instances: int = 1
    workers: int = 1
    most_waiting: int | None = None
    per_second: int | None = None


ONE_OF_EACH = Size()


@dataclass(slots=True)
class Starter:
    """Starts the parts, those that need no other one together; `parts` ends them in reverse order."""

    wanted: Wanted
    logs: Path
    parts: ExitStack
    say: Say
    simulators: Mapping[str, str]
    """Variables that the simulator alone gets."""
    size: Size = ONE_OF_EACH
    children: list[Child] = field(default_factory=list)
    _modules: dict[str, tuple[Mapping[str, str], Sequence[str]]] = field(default_factory=dict)
    """Of each part of ours by its name: its environment and its command line."""
    _starting: list[Callable[[], None]] = field(default_factory=list)
    """Each returns when its part is ready."""

    def engines(self, env: dict[str, str]) -> dict[str, str]:
        """Starts them, and returns the environment with their endpoints added."""
        if self.wanted.dynamodb:
            self.say("启动 DynamoDB Local")
            env["AWS_ENDPOINT_URL_DYNAMODB"] = self._engine(dynamodb_engine(logs=self.logs))
        if self.wanted.sqs:
            self.say("启动消息队列")
            env["AWS_ENDPOINT_URL_SQS"] = self._engine(sqs_engine(logs=self.logs, clock_file=env.get(CLOCK_FILE)))
            if self.wanted.s3:
                env["AWS_ENDPOINT_URL_S3"] = env["AWS_ENDPOINT_URL_SQS"]
        return with_local_credentials(env)

    def application(self, env: Mapping[str, str]) -> None:
        """Starts the other parties and the application, makes tables and plan, and starts what takes events. Returns
        when all are ready."""
        if self.wanted.simulator:
            self.say("启动微信模拟器")
            simulator = self._start("微信模拟器", "simulator.log", {**env, **self.simulators}, "infra.simulator")
            self._starting.append(partial(_wait_for, self.wanted.simulator_url, simulator))
        if self.wanted.own_server:
            self.say("启动公众号自有服务")
            own = self._start("公众号自有服务", "own-server.log", env, "infra.simulator.own_server")
            self._starting.append(partial(_wait_for, self.wanted.own_server_url, own))
        self.say("启动应用")
        options = ["--port", str(self.wanted.port)]
        options += ["--simulator", self.wanted.simulator_url] if self.wanted.simulator else []
        options += ["--shares-port"] if self.size.instances > 1 else []
        options += [] if self.size.most_waiting is None else ["--most-waiting", str(self.size.most_waiting)]
        instances = [
            self._start(f"应用{suffix}", f"app{suffix}.log", env, "infra.local.gateway", *options)
            for suffix in _suffixes(self.size.instances)
        ]
        for wait in self._starting:
            wait()
        self.say("建表、建队列，生成并启用红包方案")
        _run("建表、生成并启用红包方案", [sys.executable, "-m", "infra.local.local_data"], env)
        for suffix in _suffixes(self.size.workers):
            numbers = [str(one) for one in (self.size.workers, self.size.per_second) if one is not None]
            self._start(f"队列任务{suffix}", f"queues{suffix}.log", env, "infra.local.event_runner", "queues", *numbers)
        self._start("定时任务", "schedules.log", env, "infra.local.event_runner", "schedules")
        wait_until(lambda: answers(self.wanted.url + "/healthz", 200), instances[0])

    def replace(self, name: str) -> None:
        """Kills a part of ours at once, and starts it again, as Lambda replaces an instance. Its log begins anew."""
        at, old = next((at, part) for at, part in enumerate(self.children) if part.name == name)
        os.killpg(old.process.pid, signal.SIGKILL)
        old.process.wait()
        env, module = self._modules[name]
        self.children[at] = self.parts.enter_context(child(name, [sys.executable, "-m", *module], env=env, log=old.log))

    def _engine(self, starting: AbstractContextManager[Engine]) -> str:
        engine = self.parts.enter_context(starting)
        self.children.append(engine.child)
        self._starting.append(engine.wait)
        return engine.endpoint

    def _start(self, name: str, log: str, env: Mapping[str, str], *module: str) -> Child:
        command = [sys.executable, "-m", *module]
        self._modules[name] = env, module
        part = self.parts.enter_context(child(name, command, env=env, log=self.logs / log))
        self.children.append(part)
        return part


def _suffixes(number: int) -> list[str]:
    return ["", *(f"-{at}" for at in range(2, number + 1))]


def _wait_for(url: str, started: Child) -> None:
    wait_until(lambda: answers(url), started)


def _run(what: str, command: Sequence[str], env: Mapping[str, str]) -> None:
    """Runs one step to its end. Raises `LocalError` with its output if it fails or takes five minutes."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    try:
        done = subprocess.run(
            command,
            env={**env, "PATH": path},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_STEP_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalError(f"{what}失败：{error}") from error
    if done.returncode:
        raise LocalError(f"{what}失败：\n{done.stdout.decode(errors='replace')}")
