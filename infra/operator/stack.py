"""Which deployment the command works on: a stage's, the environment's, or the one that `make run` started from here."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from infra.local.processes import ROOT

STACK = ROOT / ".local" / "stack.json"
CONFIG = ROOT / ".chalice" / "config.json"


class StackError(Exception):
    """The deployment that is meant cannot be read, or two are meant at once."""


def use_stack(stage: str | None) -> None:
    """Puts the deployment's variables into the environment, whose own values win. Raises StackError."""
    if stage:
        use_stage(stage)
    else:
        use_running_stack()


def use_stage(stage: str, config: Path = CONFIG) -> None:
    """Takes what Chalice gives the functions of `stage`. Raises StackError."""
    stages = json.loads(config.read_text(encoding="utf-8"))["stages"]
    if stage not in stages:
        raise StackError(f"没有名为 {stage} 的环境，可选：{'、'.join(stages)}")
    if os.environ.get("STAGE", stage) != stage:
        raise StackError(f"环境变量 STAGE 是 {os.environ['STAGE']}，与 --stage {stage} 不符")
    _take(stages[stage]["environment_variables"])


def use_running_stack(stack: Path = STACK) -> bool:
    """With no STAGE in the environment, takes what `make run` left in `stack`.

    Returns whether there was a running stack to take. Raises StackError.
    """
    if os.environ.get("STAGE") or not stack.is_file():
        return False
    try:
        _take(json.loads(stack.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError):
        raise StackError(f"{stack} 读不出来") from None
    return True


def _take(variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        os.environ.setdefault(name, value)
