"""Runs `./contest`."""

import os
import sys

from infra.operator.command import main


def run() -> int:
    """Returns the command's exit status; 1 also when the reader of its output has closed the pipe."""
    status = 1
    try:
        try:
            status = main(sys.argv[1:])
        except SystemExit as end:  # argparse exits this way, also after --help
            status = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # The reader, such as `| head`, has closed the pipe. The interpreter's last flush must not fail as well.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for output in (sys.stdout, sys.stderr):
            os.dup2(nowhere, output.fileno())
    return status


if __name__ == "__main__":
    sys.exit(run())
