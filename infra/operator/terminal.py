"""Helpers for the commands: the operator's name, progress output, file names."""

import argparse
import getpass
import re
import sys

YES = frozenset({"y", "yes", "是"})
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""Characters not allowed in file names on Windows, which a printer may use; `/` is allowed nowhere."""


def who(arguments: argparse.Namespace) -> str:
    """Returns the operator's name: `--by`, or else the local user name."""
    if arguments.by:
        return str(arguments.by)
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
        return input(question).strip()
    except EOFError:
        return ""


def print_deployment(prefix: str) -> None:
    """Prints on stderr which deployment will be changed."""
    print(f"部署：{prefix}", file=sys.stderr)


def progress(done: int, total: int | None = None) -> None:
    """Prints on stderr, so that stdout holds only the command's result."""
    print(f"\r{done}" if total is None else f"\r{done}/{total}", end="", file=sys.stderr, flush=True)


def progress_ends() -> None:
    print(file=sys.stderr)


def file_name(name: str) -> str:
    """Returns a part of a file name that is valid on every system."""
    return UNSAFE.sub("_", name).strip(" .")[:60] or "_"
