"""Which deployment the command works on: a stage's, the environment's, or the one that `make run` started from here."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.processes import ROOT

STACK = ROOT / ".local" / "stack.json"
CONFIG = ROOT / ".chalice" / "config.json"


class StackError(Exception):
    """The deployment that is meant cannot be read."""


class TwoMeant(StackError):
    """One deployment is named, and the environment holds another's."""


def use_stack(stage: str | None) -> None:
    """Puts the deployment's variables into the environment, whose own values win. Raises StackError.

    With a `stage`, own values that say which deployment is meant must be that one's.
    """
    if stage:
        use_stage(stage)
    else:
        use_running_stack()


def use_stage(stage: str, config: Path = CONFIG) -> None:
    """Takes what Chalice gives the functions of `stage`. Raises StackError."""
    content = json.loads(config.read_text(encoding="utf-8"))
    given = variables_of(stage, content)
    refuse_contradictions(os.environ, identity(stage, content))
    take(given)


def variables_of(stage: str, config: Mapping[str, Any]) -> Mapping[str, str]:
    """What the file says of it. Raises StackError when there is no such stage."""
    if stage not in config["stages"]:
        raise StackError(f"没有名为 {stage} 的环境，可选：{'、'.join(config['stages'])}")
    return dict(config["stages"][stage].get("environment_variables", {}))


def identity(stage: str, config: Mapping[str, Any]) -> dict[str, str]:
    """The variables that say which deployment it is; where the file is silent, as `up` writes them there."""
    named = f"{config['app_name']}-{stage}"
    defaults = {"RESOURCE_PREFIX": named, "PUBLIC_BASE_URL": "", "SECRETS_PATH": f"/{config['app_name']}/{stage}/"}
    given = variables_of(stage, config)
    return {"STAGE": stage, **{name: given.get(name, value) for name, value in defaults.items()}}


def refuse_contradictions(own: Mapping[str, str], identity: Mapping[str, str]) -> None:
    """A stale export of another deployment's must not lead the command astray: the functions get what the file says.

    Raises TwoMeant.
    """
    for name, value in identity.items():
        if own.get(name, value).rstrip("/") != value.rstrip("/"):
            raise TwoMeant(
                f"环境变量 {name} 是 {own[name]}，与环境 {identity['STAGE']} 的 {value} 不符：请先 unset {name}。"
            )


def use_running_stack(stack: Path = STACK) -> bool:
    """With no STAGE in the environment, takes what `make run` left in `stack`.

    Returns whether there was a running stack to take. Raises StackError.
    """
    if os.environ.get("STAGE") or not stack.is_file():
        return False
    try:
        take(json.loads(stack.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError):
        raise StackError(f"{stack} 读不出来") from None
    return True


def take(variables: Mapping[str, str]) -> None:
    """Into the environment, whose own values win."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)
