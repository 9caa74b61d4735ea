"""Finds the deployment of a command: a stage's, the environment's, or the local one that `make run` started."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.operator.operator_errors import OperatorError
from infra.project import CHECKOUT, LOCAL, RUNNING_STACK, Project, region


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment in the cloud. `url` is PUBLIC_BASE_URL."""

    stage: str
    prefix: str
    secrets_path: str
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The functions' environment variables that identify the deployment."""
        return {
            "STAGE": self.stage,
            "RESOURCE_PREFIX": self.prefix,
            "PUBLIC_BASE_URL": self.url,
            "SECRETS_PATH": self.secrets_path,
        }

    def stack(self, part: str) -> str:
        """Returns the name of the stack `data`, `egress` or `alarms`."""
        return f"{self.prefix}-{part}"


def is_deployed(stage: str | None) -> bool:
    """Whether the stage, by default STAGE, is in the cloud."""
    return (stage or os.environ.get("STAGE") or LOCAL) != LOCAL


def use_deployment(stage: str | None) -> None:
    """Sets the deployment's variables in the environment; existing values take precedence. Raises OperatorError.

    By default the stage is STAGE, or else the local stack that runs. Existing values that identify a deployment must
    match the stage.
    """
    own = os.environ.get("STAGE")
    if stage or own not in (None, "", LOCAL):
        use_stage(stage or str(own))
    elif own != LOCAL and not use_running_stack():
        raise OperatorError(
            "没有指明部署环境：本机请先运行 make run；云端请写明环境，如 --stage prod。"
            " / No deployment: start one with `make run`, or name a stage, such as --stage prod."
        )


def use_stage(stage: str, project: Project = CHECKOUT) -> None:
    """Sets the environment variables that the functions of `stage` have. Raises OperatorError and ProjectError."""
    _refuse_contradictions(project.identity(stage))
    _set_missing(project.settings(stage).get("environment_variables", {}))
    _choose_region()


def use_running_stack(path: Path = RUNNING_STACK) -> bool:
    """Without STAGE in the environment, sets the variables that `make run` wrote to `path`.

    Returns whether a running stack was found. Raises OperatorError.
    """
    if os.environ.get("STAGE") or not path.is_file():
        return False
    try:
        _set_missing(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError):
        raise OperatorError(f"{path} 读不出来：请重新运行 make run，或设置 STAGE 等环境变量。") from None
    return True


def use_cloud_deployment(stage: str | None, project: Project, url: str | None = None) -> Deployment:
    """Returns `cloud_deployment`, and sets its variables in the environment. Raises the same errors."""
    found = cloud_deployment(stage, project, url)
    _refuse_contradictions(found.environment)
    _set_missing(project.settings(found.stage).get("environment_variables", {}))
    _choose_region()
    return found


def cloud_deployment(stage: str | None, project: Project, url: str | None = None) -> Deployment:
    """Returns the deployment of `stage`, by default STAGE. `url` replaces the configured one; neither is validated.

    Raises OperatorError, and ProjectError when there is no such stage.
    """
    stage = stage or os.environ.get("STAGE")
    if not stage:
        raise OperatorError("请写明环境，如：./contest --stage prod up")
    if stage == LOCAL:
        raise OperatorError("local 是本机的环境，没有云上的资源；本机请用 make run。云上的环境如 --stage prod。")
    found, name = project.identity(stage), project.function_name(stage, "app")
    if found["RESOURCE_PREFIX"] != name:
        # Log groups and alarms are named after the prefix; Chalice names the functions after application and stage.
        raise OperatorError(f"前缀 {found['RESOURCE_PREFIX']} 应为 {name}：函数按此命名，日志组和告警须与它一致。")
    return Deployment(stage, name, found["SECRETS_PATH"], found["PUBLIC_BASE_URL"] if url is None else url)


def public_url(text: str) -> str:
    """Returns scheme and host alone, as `chalicelib.settings` requires of PUBLIC_BASE_URL. Raises OperatorError."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # may raise ValueError
    except ValueError:
        raise OperatorError(f"网址不对：{text}") from None
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "?" in text or "#" in text)
    host = (parts.hostname or "").replace(".", "").replace("-", "")
    if parts.scheme != "https" or not bare or "@" in text or not (host.isascii() and host.isalnum()):
        raise OperatorError(f"网址须为 https:// 加主机名，不带路径，如 https://quiz.example；现在是：{text or '空'}")
    return f"https://{parts.netloc}"


def _refuse_contradictions(identity: Mapping[str, str]) -> None:
    """Raises OperatorError when the environment holds another deployment's values, such as a stale export.

    The functions get the values of the file.
    """
    for name, value in identity.items():
        own = os.environ.get(name, value)
        if own.rstrip("/") != value.rstrip("/"):
            raise OperatorError(
                f"环境变量 {name} 是 {own}，与环境 {identity['STAGE']} 的 {value} 不符：请先 unset {name}。"
            )


def _choose_region() -> None:
    """Makes all clients use one region: AWS_REGION, else AWS_DEFAULT_REGION, else that of the AWS profile.

    Our tables and queues read both variables, boto3 only the second, and only boto3 knows the profile.
    """
    from botocore.session import Session  # slow to import; the local stack does without

    session = Session(include_builtin_handlers=False)  # which only clients need, and which take long to register
    session.get_scoped_config()  # a profile that is not there is told here, not by each client
    if found := region() or session.get_config_variable("region"):
        os.environ |= {"AWS_REGION": found, "AWS_DEFAULT_REGION": found}


def _set_missing(variables: Mapping[str, str]) -> None:
    """Sets the variables in the environment unless they exist."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)
