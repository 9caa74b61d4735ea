"""Runs `./contest`."""

import logging
import os
import sys
from io import TextIOWrapper


def run() -> int:
    """Returns the command's exit status; 1 also when the reader of its output has closed the pipe."""
    status = 1
    try:
        _speak_utf8()
        logging.getLogger().addHandler(logging.NullHandler())  # what libraries log is no part of the answer
        from infra.operator.command import main  # an interruption of the imports is quiet, too

        status = main(sys.argv[1:])
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except BrokenPipeError:
        # The reader, such as `| head`, has closed the pipe. The interpreter's last flush must not fail as well.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for output in (sys.stdout, sys.stderr):
            os.dup2(nowhere, output.fileno())
    return status


def _speak_utf8() -> None:
    """Sets UTF-8 in every locale, since the answers are Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(run())
