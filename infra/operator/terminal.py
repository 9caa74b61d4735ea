"""Helpers for the commands: the operator's name and reason, questions, tables, progress, file names."""

import getpass
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Annotated, Any

from typer import BadParameter, Option

YES = frozenset({"y", "yes", "是"})
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""Characters not allowed in file names on Windows, which a printer may use; `/` is allowed nowhere."""
By = Annotated[str | None, Option("--by", help="另记经办人 / also name who decides", metavar="NAME")]


def _not_blank(text: str) -> str:
    if not text.strip() or text.startswith("--"):  # the next option, not a reason
        raise BadParameter("须写明 / must not be blank")
    return text.strip()


def _reason(parser: Callable[[str], str], *others: str) -> Any:
    return Option("--reason", *others, parser=parser, metavar="TEXT", help="原因，记入操作日志 / why, for the log")


Why = Annotated[str, _reason(_not_blank)]
WhyIfAny = Annotated[str, _reason(str.strip)]
WhyOrNote = Annotated[str, _reason(_not_blank, "--note")]
Progress = Callable[..., None]
"""Takes how many are done, and of how many where that is known."""


def signed(name: str, by: str | None) -> str:
    """Returns who acts, for the log. `name` is the identity at AWS; without one it is the local user."""
    name = name or _local_user()
    return f"{name} ({by})" if by else name


def _local_user() -> str:
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
