"""Bytecode beside its source, valid whatever the files' times are: a zip of Chalice's has none."""

import compileall
import py_compile
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode

TASK = "/var/task"
"""Where Lambda unpacks the zip; tracebacks name it."""
_VALID = PycInvalidationMode.UNCHECKED_HASH


def compile_folder(folder: Path, base: Path) -> None:
    """All modules in `folder`, named as if `base` were Lambda's."""
    with _beside_the_source():
        done = compileall.compile_dir(
            folder, quiet=2, force=True, stripdir=str(base), prependdir=TASK, invalidation_mode=_VALID
        )
    if not done:
        raise SyntaxError(f"something in {folder.name} does not compile")


def compile_module(source: Path, name: Path, base: Path) -> None:
    """`source` as if it were `name` in `base`: Chalice puts it there by itself."""
    with _beside_the_source():
        compiled = str(base / cache_from_source(str(name)))
        py_compile.compile(str(source), cfile=compiled, dfile=f"{TASK}/{name}", doraise=True, invalidation_mode=_VALID)


@contextmanager
def _beside_the_source() -> Iterator[None]:
    """Also where PYTHONPYCACHEPREFIX keeps bytecode elsewhere."""
    prefix, sys.pycache_prefix = sys.pycache_prefix, None
    try:
        yield
    finally:
        sys.pycache_prefix = prefix
