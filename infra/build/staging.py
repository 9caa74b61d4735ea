"""The staging folder: the deployable part of the tree, its packages in `vendor/`, and an empty requirements.txt."""

import shutil
from pathlib import Path

import chalice.app

from chalicelib.adapters.poster import background_file
from chalicelib.config import load_contest_file
from infra.build.bytecode import compile_folder, compile_module

PARTS = ("app.py", "requirements.txt", "functions", "chalicelib", "vendor", ".chalice")
RECORDS = Path(".chalice") / "deployed"
"""Chalice's records of its deployments. A lean deployment uses the tree's own, so that it updates the same one."""
PAGE_SOURCES = (Path("chalicelib") / "web" / "src", Path("chalicelib") / "web" / "desk" / "src")
"""esbuild's sources, which are not served."""
BACKGROUNDS = Path("chalicelib") / "web" / "poster"
MARK = ".staging"
"""This file marks a folder that may be replaced."""


def build(root: Path, packages: Path, out: Path) -> None:
    """Replaces `out`. Leaves the tree at `root` unchanged, except for an empty folder for Chalice's records."""
    copy_tree(root, out)
    for sources in PAGE_SOURCES:
        shutil.rmtree(out / sources)
    _remove_other_backgrounds(out)
    (out / MARK).touch()
    (root / RECORDS).mkdir(parents=True, exist_ok=True)
    (out / RECORDS).symlink_to((root / RECORDS).resolve())
    (out / "requirements.txt").write_text("", encoding="utf-8")
    vendor = out / "vendor"
    shutil.copytree(packages, vendor, dirs_exist_ok=True)
    for folder in ("functions", "chalicelib"):
        compile_folder(out / folder, out)
    # Chalice adds these sources to the zip itself, so the folder gets only their bytecode.
    compile_module(out / "app.py", Path("app.py"), vendor)
    for name in ("__init__.py", "app.py"):
        compile_module(Path(chalice.app.__file__).with_name(name), Path("chalice") / name, vendor)


def _remove_other_backgrounds(out: Path) -> None:
    """Leaves the background of this contest's posters: local runs and earlier contest files have others."""
    kept = background_file(load_contest_file(out / "chalicelib" / "contest.toml")).name
    for file in (out / BACKGROUNDS).glob("*"):
        if file.name != kept:
            file.unlink()


def copy_tree(root: Path, out: Path) -> None:
    """Copies what Chalice packages, and its configuration."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    passed_over = shutil.ignore_patterns("__pycache__", "deployments", "deployed")
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, out / part, symlinks=True, ignore=passed_over)
        else:
            shutil.copy2(root / part, out / part)
