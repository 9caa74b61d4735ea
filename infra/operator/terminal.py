"""Helpers for the commands: the operator's name, questions, tables, progress, file names."""

import getpass
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Annotated

from typer import Option

YES = frozenset({"y", "yes", "是"})
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""Characters not allowed in file names on Windows, which a printer may use; `/` is allowed nowhere."""
By = Annotated[str | None, Option("--by", help="操作人，默认当前用户 / who decides", metavar="NAME")]
Progress = Callable[..., None]
"""Takes how many are done, and of how many where that is known."""


def who(by: str | None) -> str:
    """Returns the operator's name: `--by`, or else the local user name."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user of a container may have no name
        return "unknown"


def typed(question: str, otherwise: str) -> str:
    """Returns the operator's answer. Without a terminal, prints `otherwise` on stderr and returns an empty one."""
    if not sys.stdin.isatty():
        print(otherwise, file=sys.stderr)
        return ""
    try:
        with redirect_stdout(sys.stderr):  # stdout has only the answer
            return input(question).strip()
    except EOFError:
        return ""


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Shows progress on stderr while it is a terminal."""
    if not sys.stderr.isatty():
        yield _no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)


def _no_progress(_done: int, _total: int | None = None) -> None:
    """Nobody looks."""


def print_table(rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> None:
    """Prints rows: in a terminal as columns that align Chinese, too, elsewhere separated by tabs.

    `right` are the numbers of columns to align right. Nothing is cut, whatever the width of the terminal.
    """
    from rich.cells import cell_len

    lines = [[str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        print("\n".join(map("\t".join, lines)))
        return
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        blanks = [" " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        pairs = enumerate(zip(line, blanks, strict=True))
        print("  ".join(blank + cell if at in right else cell + blank for at, (cell, blank) in pairs).rstrip())


def file_name(name: str) -> str:
    """Returns a part of a file name that is valid on every system."""
    return UNSAFE.sub("_", name).strip(" .")[:60] or "_"
