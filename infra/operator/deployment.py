"""Which deployment a command works on: a stage's, the environment's, or the one that `make run` started from here."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.operator.operator_errors import OperatorError
from infra.project import CHECKOUT, LOCAL, RUNNING_STACK, Project


@dataclass(frozen=True, slots=True)
class Deployment:
    """One in the cloud. `url` is PUBLIC_BASE_URL."""

    stage: str
    prefix: str
    secrets_path: str
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that identify it, as the functions are given them."""
        return {
            "STAGE": self.stage,
            "RESOURCE_PREFIX": self.prefix,
            "PUBLIC_BASE_URL": self.url,
            "SECRETS_PATH": self.secrets_path,
        }

    def stack(self, part: str) -> str:
        """The name of its stack `data`, `egress` or `alarms`."""
        return f"{self.prefix}-{part}"


def use_deployment(stage: str | None) -> None:
    """Puts the deployment's variables into the environment, whose own values win. Raises OperatorError.

    With a `stage`, own values that identify a deployment must be that one's.
    """
    if stage:
        use_stage(stage)
    else:
        use_running_stack()


def use_stage(stage: str, project: Project = CHECKOUT) -> None:
    """Takes what Chalice gives the functions of `stage`. Raises OperatorError and ProjectError."""
    _refuse_contradictions(project.identity(stage))
    _take(project.settings(stage).get("environment_variables", {}))


def use_running_stack(path: Path = RUNNING_STACK) -> bool:
    """With no STAGE in the environment, takes what `make run` left at `path`.

    Returns whether there was a running stack to take. Raises OperatorError.
    """
    if os.environ.get("STAGE") or not path.is_file():
        return False
    try:
        _take(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError):
        raise OperatorError(f"{path} 读不出来：请重新运行 make run，或设置 STAGE 等环境变量。") from None
    return True


def use_cloud_deployment(stage: str | None, project: Project, url: str | None = None) -> Deployment:
    """The one of `cloud_deployment`; its variables are put into the environment. Raises as that does."""
    found = cloud_deployment(stage, project, url)
    _refuse_contradictions(found.environment)
    _take(project.settings(found.stage).get("environment_variables", {}))
    return found


def cloud_deployment(stage: str | None, project: Project, url: str | None = None) -> Deployment:
    """The stage's, or else the environment's. `url` takes the place of the configured one; neither is checked here.

    Raises OperatorError, and ProjectError when there is no such stage.
    """
    stage = stage or os.environ.get("STAGE")
    if not stage:
        raise OperatorError("请写明环境，如：./contest --stage prod up")
    if stage == LOCAL:
        raise OperatorError("local 是本机的环境，没有云上的资源；本机请用 make run。云上的环境如 --stage prod。")
    found, name = project.identity(stage), project.function_name(stage, "app")
    if found["RESOURCE_PREFIX"] != name:
        # Log groups and alarms are named after the prefix, and Chalice names the functions after application and stage.
        raise OperatorError(f"前缀 {found['RESOURCE_PREFIX']} 应为 {name}：函数按此命名，日志组和告警须与它一致。")
    return Deployment(stage, name, found["SECRETS_PATH"], found["PUBLIC_BASE_URL"] if url is None else url)


def public_url(text: str) -> str:
    """Scheme and host alone, as `chalicelib.settings` wants PUBLIC_BASE_URL. Raises OperatorError."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError too
    except ValueError:
        raise OperatorError(f"网址不对：{text}") from None
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "?" in text or "#" in text)
    host = (parts.hostname or "").replace(".", "").replace("-", "")
    if parts.scheme != "https" or not bare or "@" in text or not (host.isascii() and host.isalnum()):
        raise OperatorError(f"网址须为 https:// 加主机名，不带路径，如 https://quiz.example；现在是：{text or '空'}")
    return f"https://{parts.netloc}"


def _refuse_contradictions(identity: Mapping[str, str]) -> None:
    """A stale export of another deployment's must not lead the command astray: the functions get what the file says.

    Raises OperatorError.
    """
    for name, value in identity.items():
        own = os.environ.get(name, value)
        if own.rstrip("/") != value.rstrip("/"):
            raise OperatorError(
                f"环境变量 {name} 是 {own}，与环境 {identity['STAGE']} 的 {value} 不符：请先 unset {name}。"
            )


def _take(variables: Mapping[str, str]) -> None:
    """Into the environment, whose own values win."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)
