"""The local stack as one context manager: all parts run inside it, and none after it in any case."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.adapters.clock import CLOCK_FILE, make_clock
from chalicelib.config import load_contest_file
from chalicelib.settings import LOCAL_DEFAULTS
from infra.local import local_contest, stack_settings
from infra.local.processes import Child, LocalError, require_free
from infra.local.starter import ONE_OF_EACH, Say, Size, Starter
from infra.simulator.v3_keys import PRIVATE_KEY, generated_keys


@dataclass(slots=True)
class Stack:
    """A running stack. `simulator_url` and `own_server_url` are None if the environment names others."""

    url: str
    simulator_url: str | None
    own_server_url: str | None
    environ: Mapping[str, str]
    starter: Starter
    _read: dict[str, int] = field(default_factory=dict)

    @property
    def children(self) -> Sequence[Child]:
        return self.starter.children

    def check(self) -> None:
        """Raises `LocalError` when a part has ended."""
        for part in self.children:
            if part.exit_code() is not None:
                raise LocalError(f"{part.name} 意外退出（退出码 {part.exit_code()}）：\n{part.last_words()}")

    def new_errors(self) -> list[str]:
        """Returns the error lines that the parts logged since the last call."""
        found = []
        for part in self.children:
            with part.log.open(encoding="utf-8", errors="replace") as log:
                log.seek(self._read.get(part.name, 0))
                found += [f"[{part.name}] {line.rstrip()}（{part.log}）" for line in log if "ERROR" in line]
                self._read[part.name] = log.tell()
        return found


@contextmanager
def running(
    environ: Mapping[str, str], home: Path, say: Say = lambda _: None, size: Size = ONE_OF_EACH
) -> Iterator[Stack]:
    """Starts the stack that `environ` describes, with its files in `home`; `say` gets each step in Chinese.

    Raises `LocalError` when a part cannot start. Any exit from the block ends every process.
    """
    wanted = stack_settings.read(environ)
    require_free(wanted.port, "活动页面")
    if wanted.simulator:
        require_free(wanted.simulator_port, "微信模拟器")
    if wanted.own_server:
        require_free(wanted.own_server_port, "公众号自有服务")
    given = stack_settings.base_environment(wanted, time.time())
    keys = generated_keys(given.get("WECHAT_MCH_ID") or LOCAL_DEFAULTS["WECHAT_MCH_ID"]) if wanted.pay else {}
    simulators = {name: keys.pop(name) for name in (PRIVATE_KEY,) if name in keys}
    given |= keys
    with _alone(home), ExitStack() as parts:
        given.setdefault(CLOCK_FILE, _unset_clock(home / "clock"))
        file = local_contest.prepare(given, make_clock(given)(), home / "contest.toml")
        given["CONTEST_FILE"] = str(file)
        contest = load_contest_file(file)
        given |= {"SIMULATOR_ACCOUNT_NAME": contest.account_name, "SIMULATOR_THEME": contest.theme} | given
        starter = Starter(wanted, home / "log", parts, say, simulators, size)
        env = starter.engines(given)
        starter.application(env)
        with _published(env, home / "stack.json"):
            simulator = wanted.simulator_url if wanted.simulator else None
            own_server = wanted.own_server_url if wanted.own_server else None
            yield Stack(wanted.url, simulator, own_server, env, starter)


def _unset_clock(file: Path) -> str:
    file.unlink(missing_ok=True)
    return str(file)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Raises `LocalError` while another stack has its files in `home`."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalError(f"这个目录里已有一个在运行（{home}），请先停止它。") from error
        yield


@contextmanager
def _published(env: Mapping[str, str], path: Path) -> Iterator[None]:
    """Writes what another terminal needs to use this stack. It contains credentials, so only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    content = json.dumps(stack_settings.of_the_stack(env), ensure_ascii=False, indent=2)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
