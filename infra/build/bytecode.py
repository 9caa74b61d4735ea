"""Compiles bytecode beside its source, valid regardless of file times: Chalice's zip has none."""

import compileall
import py_compile
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode

TASK = "/var/task"
"""Lambda unpacks the zip here; tracebacks show this path."""
_VALID = PycInvalidationMode.UNCHECKED_HASH


def compile_folder(folder: Path, base: Path) -> None:
    """Compiles all modules in `folder`, named as if `base` were Lambda's."""
    with _beside_the_source():
        done = compileall.compile_dir(
            folder, quiet=2, force=True, stripdir=str(base), prependdir=TASK, invalidation_mode=_VALID
        )
    if not done:
        raise SyntaxError(f"something in {folder.name} does not compile")


def replace_sources(folder: Path) -> None:
    """Compiles all modules in `folder`, named as if it were Lambda's, and removes their sources.

    Python then loads `name.pyc` from the source's place, which needs no check of validity.
    """
    done = compileall.compile_dir(
        folder, quiet=2, force=True, legacy=True, stripdir=str(folder), prependdir=TASK, invalidation_mode=_VALID
    )
    if not done:
        raise SyntaxError(f"something in {folder.name} does not compile")
    for source in folder.rglob("*.py"):
        source.unlink()


def compile_module(source: Path, name: Path, base: Path) -> None:
    """Compiles `source` as if it were `name` in `base`, where Chalice puts it."""
    with _beside_the_source():
        compiled = str(base / cache_from_source(str(name)))
        py_compile.compile(str(source), cfile=compiled, dfile=f"{TASK}/{name}", doraise=True, invalidation_mode=_VALID)


@contextmanager
def _beside_the_source() -> Iterator[None]:
    """Writes bytecode beside its source, even if PYTHONPYCACHEPREFIX names another place."""
    prefix, sys.pycache_prefix = sys.pycache_prefix, None
    try:
        yield
    finally:
        sys.pycache_prefix = prefix
