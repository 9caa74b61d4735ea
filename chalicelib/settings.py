"""A deployment's settings: addresses from the environment, secrets from it or from SSM Parameter Store."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import SettingsError

SECRET_NAMES = (
    "WECHAT_APP_ID",
    "WECHAT_APP_SECRET",
    "WECHAT_TOKEN",
    "WECHAT_AES_KEY",
    "WECHAT_MODE",
    "SESSION_KEYS",
)
"""Required by every function; `chalicelib.pay_settings` has those for payments."""
LOCAL_DEFAULTS = {
    "RESOURCE_PREFIX": "contest-local",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "WECHAT_APP_ID": "wxlocal0000000001",
    "WECHAT_APP_SECRET": "local-app-secret",
    "WECHAT_TOKEN": "localtoken",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_MODE": "plain",
    "WECHAT_MCH_ID": "1900000001",
    "WECHAT_PAY_KEY": "localpaykey00000localpaykey00000",
    "SESSION_KEYS": "local-session-key-local-session-key",
}
"""Harmless values, for the local stage only."""
LONGEST_URL = len("https://") + 253
"""With the longest host name in DNS. The maximum length of replies relies on it (`chalicelib.domain.texts`)."""


@dataclass(frozen=True, slots=True)
class Settings:
    stage: str
    prefix: str
    public_base_url: str
    """Scheme and host without a trailing slash: the application's public address."""
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: str
    """`plain` or `safe`: the only mode that the callback accepts."""
    session_keys: tuple[str, ...] = field(repr=False)
    """Newest first; each has at least 32 characters."""
    wechat_api_url: str
    wechat_open_url: str

    @property
    def is_local(self) -> bool:
        return self.stage == "local"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads the environment, and outside the local stage SSM under SECRETS_PATH. Raises SettingsError."""
    values = given_values(os.environ if environ is None else environ)
    stage = values.get("STAGE", "")
    problems = _problems(stage, values)
    if problems:
        raise SettingsError(problems)
    return Settings(
        stage=stage,
        prefix=values["RESOURCE_PREFIX"],
        public_base_url=values["PUBLIC_BASE_URL"].rstrip("/"),
        app_id=values["WECHAT_APP_ID"],
        app_secret=values["WECHAT_APP_SECRET"],
        token=values["WECHAT_TOKEN"],
        aes_key=values["WECHAT_AES_KEY"],
        mode=values["WECHAT_MODE"],
        session_keys=tuple(_keys(values)),
        wechat_api_url=values.get("WECHAT_API_BASE_URL", "https://api.weixin.qq.com").rstrip("/"),
        wechat_open_url=values.get("WECHAT_OPEN_BASE_URL", "https://open.weixin.qq.com").rstrip("/"),
    )


def given_values(environ: Mapping[str, str]) -> dict[str, str]:
    """Merges the environment over the local stage's defaults, or over SSM's values under SECRETS_PATH (paginated)."""
    if environ.get("STAGE") == "local":
        return {**LOCAL_DEFAULTS, **{name: value for name, value in environ.items() if value}}
    path = environ.get("SECRETS_PATH")
    return {**(_parameters(path) if path else {}), **environ}


def _keys(values: Mapping[str, str]) -> list[str]:
    return [key.strip() for key in values.get("SESSION_KEYS", "").split(",") if key.strip()]


def _problems(stage: str, values: Mapping[str, str]) -> list[str]:
    local = stage == "local"
    needed = ["RESOURCE_PREFIX", "PUBLIC_BASE_URL", *SECRET_NAMES]
    found = [f"{name} is missing" for name in needed if not values.get(name)]
    if stage not in {"local", "staging", "prod"}:
        found.append("STAGE must be local, staging or prod")
    if values.get("WECHAT_MODE", "plain") not in {"plain", "safe"}:
        found.append("WECHAT_MODE must be plain or safe")
    if not local and values.get("WECHAT_MODE") == "plain" and values.get("WECHAT_ALLOW_PLAIN") != "yes":
        found.append("WECHAT_MODE must be safe; plain, whose signature omits the body, needs WECHAT_ALLOW_PLAIN=yes")
    if values.get("WECHAT_AES_KEY") and not _is_aes_key(values["WECHAT_AES_KEY"]):
        found.append("WECHAT_AES_KEY must be the 43 characters of the platform's EncodingAESKey")
    if values.get("SESSION_KEYS") and min(map(len, _keys(values)), default=0) < (1 if local else 32):
        found.append("SESSION_KEYS must have at least 32 characters each")
    url = values.get("PUBLIC_BASE_URL", "https://")
    if not url.startswith(("https://", "http://") if local else "https://"):
        found.append("PUBLIC_BASE_URL must begin with https://")
    if len(url.rstrip("/")) > LONGEST_URL:
        found.append(f"PUBLIC_BASE_URL must have at most {LONGEST_URL} characters")
    if not local and values.get("CONTEST_NOW"):
        found.append("CONTEST_NOW is for the local stage only")
    return found


def _is_aes_key(key: str) -> bool:
    try:
        return len(key) == 43 and len(base64.b64decode(key + "=", validate=True)) == 32
    except ValueError:  # not Base64, or not even ASCII
        return False


def _parameters(path: str) -> dict[str, str]:
    from botocore.session import get_session  # heavy: only if a deployment keeps its secrets in SSM

    client: Any = get_session().create_client("ssm")
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
    found = [parameter for page in pages for parameter in page["Parameters"]]
    return {p["Name"].rsplit("/", 1)[-1]: _as_meant(p["Value"]) for p in found}


def _as_meant(value: str) -> str:
    """Drops the newline that an editor adds at a file's end. A text of several lines is PEM and stays unchanged."""
    bare = value.strip()
    return value if "\n" in bare else bare
