"""The tree of errors in the module's docstring equals the tree of its classes."""

import inspect
from collections.abc import Iterator

from chalicelib.domain import errors

MARKS = "*-·"
"""By depth."""


def shown(docstring: str) -> Iterator[tuple[str, str]]:
    """Maps each class in the docstring's tree to the one above it; empty for a root."""
    above = [""] * (len(MARKS) + 1)
    for line in docstring.splitlines():
        mark, _, rest = line.strip().partition(" ")
        if mark and mark in MARKS:
            depth = MARKS.index(mark)
            above[depth + 1] = rest.partition(":")[0]
            yield above[depth + 1], above[depth]


def test_the_docstring_shows_every_error_and_where_it_stands() -> None:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
    defined = {one.__name__: one.__base__.__name__ if one.__base__ in classes else "" for one in classes}
    assert errors.__doc__
    assert dict(shown(errors.__doc__)) == defined
