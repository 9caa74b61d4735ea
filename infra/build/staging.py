"""The staging folder: the deployable part of the tree, its packages in `vendor/` and nothing in requirements.txt."""

import shutil
from pathlib import Path

import chalice.app

from infra.build.bytecode import compile_folder, compile_module

PARTS = ("app.py", "requirements.txt", "functions", "chalicelib", "vendor", ".chalice")
RECORDS = Path(".chalice") / "deployed"
"""What Chalice knows of its deployments. The tree's own, so that a plain deployment and a lean one change the same."""
PAGE_SOURCES = Path("chalicelib") / "web" / "src"
"""What esbuild has read is not served."""
MARK = ".staging"
"""A file that says that this folder may be replaced."""


def build(root: Path, packages: Path, out: Path) -> None:
    """Replaces `out`. The tree at `root` stays as it is, but for an empty folder for Chalice's records."""
    copy_tree(root, out)
    shutil.rmtree(out / PAGE_SOURCES)
    (out / MARK).touch()
    (root / RECORDS).mkdir(parents=True, exist_ok=True)
    (out / RECORDS).symlink_to((root / RECORDS).resolve())
    (out / "requirements.txt").write_text("", encoding="utf-8")
    vendor = out / "vendor"
    shutil.copytree(packages, vendor, dirs_exist_ok=True)
    for folder in ("functions", "chalicelib"):
        compile_folder(out / folder, out)
    # What Chalice puts into the zip by itself: only bytecode, beside which its source will lie.
    compile_module(out / "app.py", Path("app.py"), vendor)
    for name in ("__init__.py", "app.py"):
        compile_module(Path(chalice.app.__file__).with_name(name), Path("chalice") / name, vendor)


def copy_tree(root: Path, out: Path) -> None:
    """What Chalice packages, and its configuration."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    passed_over = shutil.ignore_patterns("__pycache__", "deployments", "deployed")
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, out / part, symlinks=True, ignore=passed_over)
        else:
            shutil.copy2(root / part, out / part)
