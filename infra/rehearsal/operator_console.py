"""The operator's terminal: one process runs the `./contest` commands of a rehearsal, so that each starts at once.

    python -m infra.rehearsal.operator_console

reads lines of standard input, each a command's arguments as JSON, and answers each by a line `[status, out, err]`.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from subprocess import PIPE, CompletedProcess

from infra.local.processes import LocalError
from infra.project import ROOT

Operate = Callable[..., Awaitable["CompletedProcess[str]"]]
"""Takes a command's arguments."""
_LONGEST_LINE = 2**26
"""Bytes: an answer may list each payout."""


@asynccontextmanager
async def operator_of(environ: Mapping[str, str]) -> AsyncIterator[Operate]:
    """Yields a function that runs an operator's command on the stack with this environment, one at a time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.rehearsal.operator_console", stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE,
        env={**environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
    )  # fmt: skip
    commands, answers = process.stdin, process.stdout
    assert commands is not None
    assert answers is not None
    try:
        yield operate_by(commands, answers)
    finally:
        commands.close()
        await process.wait()


def operate_by(commands: asyncio.StreamWriter, answers: asyncio.StreamReader) -> Operate:
    """Returns a function that writes a command and reads its answer, one at a time."""
    turn = asyncio.Lock()

    async def ask(command: tuple[str, ...]) -> bytes:
        async with turn:
            commands.write(json.dumps(command).encode() + b"\n")
            return await answers.readline()

    async def operate(*command: str) -> "CompletedProcess[str]":
        # Also if the caller gives up: the next command would read this one's answer.
        line = await asyncio.shield(ask(command))
        if not line:
            raise LocalError(f"./contest {' '.join(command)} 意外退出。")
        return CompletedProcess(command, *json.loads(line))

    return operate


def main() -> None:
    """Runs until the standard input ends."""
    from infra.operator import command

    for line in sys.stdin:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            status = command.main(json.loads(line))
        print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)


if __name__ == "__main__":
    main()
