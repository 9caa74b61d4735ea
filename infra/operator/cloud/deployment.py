"""Which deployment is put up or taken down, as `.chalice/config.json` has it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.operator.cloud.json_text import with_value
from infra.operator.cloud.trouble import CloudError
from infra.operator.stack import identity, refuse_contradictions, take


@dataclass(frozen=True, slots=True)
class Deployment:
    """`url` is PUBLIC_BASE_URL; `settings` is all that the file says of the stage."""

    stage: str
    prefix: str
    secrets_path: str
    url: str
    settings: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What the functions are given."""
        return {
            "STAGE": self.stage,
            "RESOURCE_PREFIX": self.prefix,
            "PUBLIC_BASE_URL": self.url,
            "SECRETS_PATH": self.secrets_path,
        }

    def stack(self, part: str) -> str:
        """The name of its stack `data`, `egress` or `alarms`."""
        return f"{self.prefix}-{part}"


def find(stage: str | None, chalice: Path, url: str | None = None) -> Deployment:
    """The one that `meant` says; its variables are put into the environment.

    Raises CloudError, and StackError when there is no such stage or the environment holds another deployment's.
    """
    found = meant(stage, chalice, url)
    refuse_contradictions(os.environ, found.environment)
    take(found.settings.get("environment_variables", {}))
    return found


def meant(stage: str | None, chalice: Path, url: str | None = None) -> Deployment:
    """`chalice` is the folder `.chalice`; `url` takes the place of the file's, and neither is looked at here.

    Raises CloudError, and StackError when there is no such stage.
    """
    stage = stage or os.environ.get("STAGE")
    if not stage:
        raise CloudError("请写明环境，如：./contest --stage prod up")
    if stage == "local":
        raise CloudError("local 是本机的环境，没有云上的资源；本机请用 make run。云上的环境如 --stage prod。")
    app_name, named, settings = _read(stage, chalice / "config.json")
    if named["RESOURCE_PREFIX"] != f"{app_name}-{stage}":
        # Log groups and alarms are named after the prefix, and Chalice names the functions after application and stage.
        raise CloudError(
            f"前缀 {named['RESOURCE_PREFIX']} 应为 {app_name}-{stage}：函数按此命名，日志组和告警须与它一致。"
        )
    return Deployment(
        stage=stage,
        prefix=named["RESOURCE_PREFIX"],
        secrets_path=named["SECRETS_PATH"],
        url=named["PUBLIC_BASE_URL"] if url is None else url,
        settings=settings,
    )


def public_url(text: str) -> str:
    """Scheme and host alone, as `chalicelib.settings` wants PUBLIC_BASE_URL. Raises CloudError."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError too
    except ValueError:
        raise CloudError(f"网址不对：{text}") from None
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "?" in text or "#" in text)
    host = (parts.hostname or "").replace(".", "").replace("-", "")
    if parts.scheme != "https" or not bare or "@" in text or not (host.isascii() and host.isalnum()):
        raise CloudError(f"网址须为 https:// 加主机名，不带路径，如 https://quiz.example；现在是：{text or '（空）'}")
    return f"https://{parts.netloc}"


def write(deployment: Deployment, chalice: Path, vpc: Mapping[str, list[str]] | None = None) -> bool:
    """Puts what belongs to the stage into the file, whole or not at all; everything else there stays as it is.

    `vpc`: `subnet_ids` and `security_group_ids`, None leaves them alone. Returns whether anything was different.
    """
    path = chalice / "config.json"
    before = path.read_bytes().decode("utf-8")
    after, stage = before, ("stages", deployment.stage)
    for name, value in deployment.environment.items():
        after = with_value(after, (*stage, "environment_variables", name), value)
    for key, ids in (vpc or {}).items():
        if ids or deployment.settings.get(key):
            after = with_value(after, (*stage, key), ids)
    if after == before:
        return False
    # Of each process its own, so that two at once cannot write into one another's.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(after.encode("utf-8"))
    fresh.chmod(path.stat().st_mode)
    fresh.replace(path)
    return True


def _read(stage: str, path: Path) -> tuple[str, Mapping[str, str], Mapping[str, Any]]:
    """The application's name, the stage's variables that say which deployment it is, and all of its settings."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return str(config["app_name"]), identity(stage, config), config["stages"][stage]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise CloudError(f"{path} 读不懂（{type(error).__name__}），请检查或从版本库恢复。") from None
