"""Lambda's packages: those of requirements.txt, as bytecode, without files that nothing there reads."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution
from pathlib import Path

from infra.build import botocore_data
from infra.build.bytecode import replace_sources
from infra.local.processes import LocalError

PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}
"""Lambda's architecture -> pip's platform. Their wheels run on Amazon Linux 2 (Lambda's Python 3.11) and 2023 (later
versions)."""
ELF_MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
"""`e_machine` in the header of a compiled module: the ELF specification's EM_X86_64 and EM_AARCH64."""
TOOLS = frozenset(
    "blessed click editor inquirer jinxed packaging pip pycparser pyyaml readchar runs setuptools wcwidth wheel "
    "xmod".split()
)
"""Distributions of Chalice's command line and of the build. The application needs none of them."""
PARTS = ("bin", "share", "cffi", "certifi/tests", "chalice", "botocore/cacert.pem", "dateutil/zoneinfo")
"""cffi's compiled half stays: cryptography loads it. Chalice adds what it needs of itself. botocore uses certifi's
authorities if it finds them. dateutil's time zones are for whoever has none of the system's."""
METADATA = ("METADATA", "licenses", "LICEN", "NOTICE", "COPYING", "AUTHORS")
"""Prefixes of the files that importlib.metadata reads, and of those that licences require to be passed on."""


@contextmanager
def installed(requirements: Path, architecture: str) -> Iterator[Path]:
    """Yields a folder with the lean packages for Lambda's `architecture`, which exists inside the block.

    Raises LocalError if a compiled module is for another one.
    """
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages"
        _install(requirements, packages, PLATFORMS[architecture])
        prune(packages)
        if wrong := of_other_machines(packages, architecture):
            raise LocalError(f"不是 {architecture} 的 / not for {architecture}: {', '.join(wrong)}")
        replace_sources(packages)
        yield packages


def prune(packages: Path) -> None:
    """Removes files that nothing reads on Lambda."""
    for metadata in packages.glob("*.dist-info"):
        distribution = Distribution.at(metadata)
        if distribution.name.lower() in TOOLS:
            for file in distribution.files or ():
                if ".." not in file.parts:  # the commands, which pip records by a path outside
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


def of_other_machines(packages: Path, architecture: str) -> list[str]:
    """Returns the compiled modules that Lambda's `architecture` could not load."""
    compiled = {path.name: path.read_bytes()[:20] for path in sorted(packages.rglob("*.so*")) if path.is_file()}
    wanted = ELF_MACHINES[architecture]
    return [name for name, head in compiled.items() if int.from_bytes(head[18:20], "little") != wanted]


def _install(requirements: Path, folder: Path, platform: str) -> None:
    """Installs wheels for Lambda and this Python, with the lock's hashes. Raises CalledProcessError; pip says why."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--platform", platform]
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
