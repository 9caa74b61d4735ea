"""The tree of errors in the module's docstring equals the tree of its classes."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module

from chalicelib.domain import errors

MARKS = "*-·"
"""By depth."""
ELSEWHERE = re.compile(r"(\w+) \(`([\w/]+)\.py`\)")
"""An error that is defined beside the code that raises it."""


def shown(docstring: str) -> Iterator[tuple[str, str]]:
    """Maps each class in the docstring's tree to the one above it; empty for a root."""
    above = [""] * (len(MARKS) + 1)
    for line in docstring.splitlines():
        mark, _, rest = line.strip().partition(" ")
        if mark and mark in MARKS:
            depth = MARKS.index(mark)
            above[depth + 1] = rest.partition(":")[0].partition(" ")[0]
            yield above[depth + 1], above[depth]


def defined() -> dict[str, str]:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
    found = {one.__name__: one.__base__.__name__ if one.__base__ in classes else "" for one in classes}
    for name, path in ELSEWHERE.findall(errors.__doc__ or ""):
        module = import_module(f"chalicelib.{path.replace('/', '.')}")
        found[name] = getattr(module, name).__base__.__name__
    return found


def test_the_docstring_shows_every_error_and_where_it_stands() -> None:
    assert errors.__doc__
    assert dict(shown(errors.__doc__)) == defined()
