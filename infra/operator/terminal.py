"""What the commands share: who runs them, progress, and names for files."""

import argparse
import getpass
import re
import sys

UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""What Windows, where a printer's computer may run, does not allow in a file's name; `/` nobody does."""


def who(arguments: argparse.Namespace) -> str:
    """Who decides: `--by`, or else the user's name on this machine."""
    if arguments.by:
        return str(arguments.by)
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


def say_where(prefix: str) -> None:
    """Which deployment is about to be changed; on stderr, as the progress is."""
    print(f"部署：{prefix}", file=sys.stderr)


def progress(done: int, total: int | None = None) -> None:
    """On stderr, so that a command's output stays clean."""
    print(f"\r{done}" if total is None else f"\r{done}/{total}", end="", file=sys.stderr, flush=True)


def progress_ends() -> None:
    print(file=sys.stderr)


def file_name(name: str) -> str:
    """A name that every system takes for a file, with something before and behind it."""
    return UNSAFE.sub("_", name).strip(" .")[:60] or "_"
