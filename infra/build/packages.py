"""The packages that Lambda gets: those of requirements.txt, less what nothing there reads, compiled."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution
from pathlib import Path

from infra.build import botocore_data
from infra.build.bytecode import compile_folder

PLATFORM = "manylinux2014_x86_64"
"""Wheels for it run on Amazon Linux 2, under Lambda's Python 3.11, and on 2023, under the later ones."""
TOOLS = frozenset(
    "blessed click editor inquirer jinxed packaging pip pycparser pyyaml readchar runs setuptools wcwidth wheel "
    "xmod".split()
)
"""Distributions of Chalice's command line and of building. What runs needs none of them."""
PARTS = ("bin", "share", "cffi", "certifi/tests", "chalice", "botocore/cacert.pem")
"""cffi's compiled half is kept, which cryptography loads. Chalice itself adds what it needs of itself. botocore
takes certifi's authorities where it finds them."""
METADATA = ("METADATA", "licenses", "LICEN", "NOTICE", "COPYING", "AUTHORS")
"""How the names begin of what importlib.metadata reads, and of what the licences want to be passed on."""


@contextmanager
def installed(requirements: Path) -> Iterator[Path]:
    """A folder with the lean packages, as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages"
        _install(requirements, packages)
        prune(packages)
        compile_folder(packages, packages)
        yield packages


def prune(packages: Path) -> None:
    """Removes what nothing reads on Lambda."""
    for metadata in packages.glob("*.dist-info"):
        distribution = Distribution.at(metadata)
        if distribution.name.lower() in TOOLS:
            for file in distribution.files or ():
                if ".." not in file.parts:  # the commands, which pip records by a path from elsewhere
                    packages.joinpath(*file.parts).unlink(missing_ok=True)
            shutil.rmtree(metadata)
        else:
            for entry in metadata.iterdir():
                if not entry.name.startswith(METADATA):
                    _remove(entry)
    for path in (*(packages / part for part in PARTS), *packages.glob("*.data")):
        _remove(path)
    for pattern in ("*.pyi", "*.pyx", "*.h", "*.pth"):
        for path in packages.rglob(pattern):
            path.unlink()
    botocore_data.condense(packages / "botocore" / "data")
    _remove_empty(packages)


def _install(requirements: Path, folder: Path) -> None:
    """Wheels for Lambda and this Python, each with a hash of the lock. Raises CalledProcessError; pip says why."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--platform", PLATFORM]
    subprocess.run([*pip, *locked, "--target", str(folder), "-r", str(requirements)], check=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
