"""Which deployment the command works on: the environment's, or the one that `make run` started from this checkout."""

import json
import os
from pathlib import Path

STACK = Path(__file__).resolve().parents[2] / ".local" / "stack.json"


class StackError(Exception):
    """The file of the running stack cannot be read."""


def use_running_stack(stack: Path = STACK) -> bool:
    """With no STAGE in the environment, takes what `make run` left in `stack`. The environment's own values win.

    Returns whether there was a running stack to take. Raises StackError.
    """
    if os.environ.get("STAGE") or not stack.is_file():
        return False
    try:
        left = json.loads(stack.read_text(encoding="utf-8"))
        for name, value in left.items():
            os.environ.setdefault(name, value)
    except (OSError, ValueError, AttributeError, TypeError):
        raise StackError(f"{stack} 读不出来") from None
    return True
