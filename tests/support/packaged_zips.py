"""The two deployments as zips: by the real `chalice package`, kept in `build/zips/` until their inputs change."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from chalicelib.config import PACKAGED, load_contest_file
from infra.build.draw_poster import ensure_poster
from infra.build.packages import installed
from infra.build.staging import PARTS, build
from infra.local.processes import LocalError
from infra.project import ROOT

HOME = ROOT / "build" / "zips"
ZIP, TEMPLATE = "deployment.zip", "sam.json"
THIS_MACHINE = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
"""As Lambda calls its architecture: the tests import what they build."""
_MADE = shutil.ignore_patterns(
    ".git", ".venv", ".local", "node_modules", ".*_cache", ".hypothesis", "build", "__pycache__", "deployments"
)
"""Chalice would package bytecode too."""


def plain(stage: str) -> Path:
    """Returns the folder with the zip and the template that `chalice package` makes of the whole tree."""
    return _kept("plain", stage, deployable(), lambda tree: shutil.copytree(ROOT, tree, symlinks=True, ignore=_MADE))


def lean(stage: str) -> Path:
    """The same for a staging folder."""
    own = sorted((ROOT / "infra" / "build").glob("*.py"))

    def prepare(tree: Path) -> None:
        ensure_poster(load_contest_file(PACKAGED))
        build(ROOT, _packages(own), tree)

    drawing = ROOT / "infra" / "build" / "poster.html"
    return _kept("lean", stage, [*deployable(), *own, drawing], prepare)


def _packages(own: Iterable[Path]) -> Path:
    requirements = ROOT / "requirements.txt"

    def fill(folder: Path) -> None:
        with installed(requirements, THIS_MACHINE) as packages:
            shutil.copytree(packages, folder, dirs_exist_ok=True)

    return _made("packages", [requirements, *own], fill)


def _kept(kind: str, stage: str, inputs: Iterable[Path], prepare: Callable[[Path], object]) -> Path:
    def fill(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as tree:
            prepare(Path(tree) / "tree")
            _build_for_this_machine(Path(tree) / "tree" / ".chalice" / "config.json")
            _package(Path(tree) / "tree", stage, folder)

    return _made(f"{kind}-{stage}", inputs, fill)


def _build_for_this_machine(path: Path) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"lambda_architecture": THIS_MACHINE}), encoding="utf-8")


def _package(tree: Path, stage: str, out: Path) -> None:
    # Chalice imports the application from the tree, which would write bytecode, and that would be packaged.
    env = {"AWS_DEFAULT_REGION": "cn-north-1", **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", stage, str(out)]
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(done.stdout + done.stderr)


def _made(name: str, inputs: Iterable[Path], fill: Callable[[Path], object]) -> Path:
    """Returns the folder `name-hash`. It is filled elsewhere and then moved into place whole; it replaces folders of
    other inputs.

    If several processes want it, one fills it and the others wait.
    """
    home = HOME / f"{name}-{_hash(inputs)}"
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            for old in HOME.glob(f"{name}-*"):
                shutil.rmtree(old, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=HOME, prefix=".") as folder:
                fresh = Path(folder) / "fresh"
                fresh.mkdir()
                fill(fresh)
                fresh.rename(home)
    return home


def deployable() -> list[Path]:
    """All files that are packaged or control the packaging, except backgrounds of posters: local runs draw more."""
    made = {"__pycache__", "deployments", "deployed", "poster"}
    found: list[Path] = []
    for part in PARTS:
        place = ROOT / part
        found += [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return [path for path in found if not made & set(path.relative_to(ROOT).parts)]


def _hash(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(inputs):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]
