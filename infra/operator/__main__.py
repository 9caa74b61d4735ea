"""Entry of `./contest`."""

import os
import sys

from infra.operator.command import main


def run() -> int:
    """The command's exit status; 1 also for one that was cut off, because nobody reads its output any more."""
    status = 1
    try:
        try:
            status = main(sys.argv[1:])
        except SystemExit as end:  # argparse ends so, after its help too
            status = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # `| head` has read enough. The interpreter flushes once more at its end: that must not fail again.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for output in (sys.stdout, sys.stderr):
            os.dup2(nowhere, output.fileno())
    return status


if __name__ == "__main__":
    sys.exit(run())
