"""Entry of `./contest`."""

import os
import sys

from infra.operator.command import main


def run() -> int:
    """The command's exit status; 1 also for one that was cut off, because nobody reads its output any more."""
    status = 1
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has read enough. The interpreter flushes once more at its end: that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


if __name__ == "__main__":
    sys.exit(run())
