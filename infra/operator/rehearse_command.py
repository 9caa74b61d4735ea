"""Rehearses a week on this machine, in a process of its own: the commands themselves need no local stack."""

import os
import subprocess
import sys
from typing import Annotated

from typer import Option

from infra.operator.command_line import Noun
from infra.project import ROOT

rehearsal = Noun(about="竞赛 / the contest")


@rehearsal.reads("rehearse")
def rehearse(
    people: Annotated[int, Option("--people", min=20, max=10_000, metavar="N", help="多少人 / how many")] = 2000,
) -> int:
    """在本机演练一周 / rehearse a week on this machine

    Starts a stack of its own and touches no deployment. Exit status 1 if anybody is lost, paid twice or not told.
    """
    command = [sys.executable, "-m", "infra.rehearsal", "--people", str(people)]
    # As in the Makefile: a dozen processes of the stack need not compile the same modules again.
    cached = {"PYTHONPYCACHEPREFIX": str(ROOT / ".local" / "pycache"), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.call([*command, *["--stay"] * sys.stdin.isatty()], cwd=ROOT, env={**os.environ, **cached})
