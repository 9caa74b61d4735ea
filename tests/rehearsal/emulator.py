"""The emulator of AWS for the deployment: installed separately, started on loopback, always stopped."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import Child, LocalError, answers, child, free_port, wait_until

LOCK = Path(__file__).with_name("emulator.txt")
"""Its packages, with hashes; `make lock` makes this file from emulator.in."""
REGION = "cn-north-1"
ACCOUNT = "123456789012"
_INSTALL_SECONDS = 120
_TICK_SECONDS = 1
_START = (
    "import ministack.services.eventbridge as e; from ministack.app import main;"
    f" assert e._SCHEDULER_TICK_INTERVAL; e._SCHEDULER_TICK_INTERVAL = {_TICK_SECONDS}; main()"
)
"""It checks the rules every ten seconds and has no setting for that; AWS fires a rule early in its minute."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """`endpoint` is a URL; `environ` has the variables that a program needs to use it as AWS, and no other variables of
    ours."""

    endpoint: str
    environ: dict[str, str]
    child: Child


def install(home: Path) -> Path:
    """Installs the emulator into its own virtual environment at `home` (it pins botocore). Returns its Python.

    Its Python runs the functions, so its version is ours. Does nothing if it is installed already. Raises `LocalError`
    with pip's output.
    """
    python, stamp = home / "bin" / "python", home / "lock.sha256"
    content = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version}"
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == content:
        return python
    shutil.rmtree(home, ignore_errors=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for step in (
        [sys.executable, "-m", "venv", str(home)],
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)],
    ):
        done = subprocess.run(step, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
        if done.returncode:
            raise LocalError(f"安装云服务模拟失败：\n{done.stdout}{done.stderr}")
    stamp.write_text(content, encoding="utf-8")
    return python


@contextmanager
def running(python: Path, logs: Path, scratch: Path) -> Iterator[Emulator]:
    """Runs the emulator on a free port of 127.0.0.1, with its files in `scratch`. It and its functions end with the
    block."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    seen = _seen_by_programs(endpoint)
    # Functions run as its children and inherit its whole environment, so no variable of the developer's may be in it.
    own = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
        "LAMBDA_EXECUTOR": "local",
        # Functions get their roles' credentials, and each of their calls is checked against their policies.
        "AUTH": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with child(
        "云服务模拟", [str(python), "-c", _START], log=logs / "emulator.log", env={**seen, **own}, cwd=scratch
    ) as started:
        wait_until(lambda: answers(f"{endpoint}/_ministack/health", 200), started)
        yield Emulator(endpoint, seen, started)


def _seen_by_programs(endpoint: str) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": os.environ.get("HOME", "/"),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
