"""Runs a command, and ends it and all its processes once the parent process is gone.

    python -m infra.local.guard COMMAND ARGUMENT…

It is started in its own session, with a pipe as standard input that nobody writes to: the pipe closes when the
parent ends in any way, even by SIGKILL. Exits with the command's code.
"""

import os
import signal
import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    """Waits for the command, which gets no standard input. Returns its exit code, 128 + n for signal n."""
    # A handler, not SIG_IGN, which the command would inherit: the signal is meant for the command, and the guard
    # outlives it to report its code.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=_kill_group_when_orphaned, daemon=True).start()
    code = subprocess.call(command, stdin=subprocess.DEVNULL)
    return code if code >= 0 else 128 - code


def _kill_group_when_orphaned() -> None:
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
