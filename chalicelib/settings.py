"""A deployment's settings: addresses from the environment, secrets from it or from SSM Parameter Store."""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import SettingsError
from chalicelib.domain.limits import ServerAddress

SECRET_NAMES = (
    "WECHAT_APP_ID",
    "WECHAT_APP_SECRET",
    "WECHAT_TOKEN",
    "WECHAT_AES_KEY",
    "WECHAT_MODE",
    "SESSION_KEYS",
)
"""The secrets of a deployment, without those for payments, which are in `chalicelib.pay_settings`."""
PLATFORM_KEY_NAMES = ("WECHAT_PAY_PUBLIC_KEY_ID", "WECHAT_PAY_PUBLIC_KEY")
"""WeChat Pay's public key, with which answers about transfers and notifications are verified. It is not secret."""
OPTIONAL_NAMES = ("WECHAT_ALLOW_PLAIN", "OWN_SERVER_URL", *PLATFORM_KEY_NAMES)
"""Values that are read together with the secrets, and may be missing."""
NO_OWN_SERVER = "off"
"""A value of OWN_SERVER_URL: the stage has no own server, even if the contest file names one."""
_ALL, _PLATFORM = (*SECRET_NAMES, *OPTIONAL_NAMES), ("WECHAT_APP_ID", "WECHAT_APP_SECRET")
FUNCTION_SECRETS: Mapping[str, tuple[str, ...]] = {
    "app": _ALL,
    "pay": ("WECHAT_APP_ID", *PLATFORM_KEY_NAMES),
    "take_later": (*_PLATFORM, "SESSION_KEYS"),
    "sweep": (),
    "reconcile": (),
    "open_contest": _PLATFORM,
    "close_contest": _PLATFORM,
    "office": _PLATFORM,
    "probe": (*_PLATFORM, "OWN_SERVER_URL"),
}
"""Function -> the secrets that it reads. Its policy (`infra/policies.py`) allows these and no others."""
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
"""The length of an address with the longest host name in DNS. The maximum length of replies depends on it
(`chalicelib.domain.texts`)."""


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
    office_bucket: str = ""
    """The private bucket of the organiser's desk."""
    own_server_url: str = ""
    """The account's own server on this stage, or `off`; empty for the contest file's."""
    pay_public_key_id: str = ""
    pay_public_key: str = field(default="", repr=False)
    """PEM text."""

    @property
    def is_local(self) -> bool:
        return self.stage == "local"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads the environment, and outside the local stage SSM under SECRETS_PATH. Raises SettingsError.

    In Lambda only the function's own secrets are read and required; the others are empty.
    """
    environ = os.environ if environ is None else environ
    secrets = secrets_of(environ)
    values = given_values(environ, secrets)
    stage = values.get("STAGE", "")
    problems = _problems(stage, values, secrets)
    if problems:
        raise SettingsError(problems)
    return Settings(
        stage=stage,
        prefix=values["RESOURCE_PREFIX"],
        public_base_url=values["PUBLIC_BASE_URL"].rstrip("/"),
        app_id=values.get("WECHAT_APP_ID", ""),
        app_secret=values.get("WECHAT_APP_SECRET", ""),
        token=values.get("WECHAT_TOKEN", ""),
        aes_key=values.get("WECHAT_AES_KEY", ""),
        mode=values.get("WECHAT_MODE", ""),
        session_keys=tuple(_keys(values)),
        wechat_api_url=values.get("WECHAT_API_BASE_URL", "https://api.weixin.qq.com").rstrip("/"),
        wechat_open_url=values.get("WECHAT_OPEN_BASE_URL", "https://open.weixin.qq.com").rstrip("/"),
        office_bucket=values.get("OFFICE_BUCKET") or f"{values['RESOURCE_PREFIX']}-office",
        own_server_url=values.get("OWN_SERVER_URL", ""),
        pay_public_key_id=values.get("WECHAT_PAY_PUBLIC_KEY_ID", ""),
        pay_public_key=values.get("WECHAT_PAY_PUBLIC_KEY", ""),
    )


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the names of the secrets of the function that runs here; all of them outside Lambda."""
    function = environ.get("AWS_LAMBDA_FUNCTION_NAME", "").rsplit("-", 1)[-1]
    return FUNCTION_SECRETS.get(function, _ALL)


def given_values(environ: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    """Merges the environment over the local stage's defaults, or over SSM's values of `secrets` under SECRETS_PATH."""
    if environ.get("STAGE") == "local":
        return {**LOCAL_DEFAULTS, **{name: value for name, value in environ.items() if value}}
    path = environ.get("SECRETS_PATH")
    return {**(_parameters(path, secrets) if path and secrets else {}), **environ}


def _keys(values: Mapping[str, str]) -> list[str]:
    return [key.strip() for key in values.get("SESSION_KEYS", "").split(",") if key.strip()]


def _problems(stage: str, values: Mapping[str, str], secrets: Sequence[str]) -> list[str]:
    local = stage == "local"
    needed = ["RESOURCE_PREFIX", "PUBLIC_BASE_URL", *(name for name in secrets if name not in OPTIONAL_NAMES)]
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
    own, schemes = values.get("OWN_SERVER_URL", ""), ("https://", "http://") if local else ("https://",)
    if own != NO_OWN_SERVER and ServerAddress(*schemes).fault(own):
        found.append(f"OWN_SERVER_URL must be an address that begins with https://, or {NO_OWN_SERVER}")
    local_only = () if local else ("CONTEST_NOW", "CONTEST_CLOCK_FILE")
    found += [f"{name} is for the local stage only" for name in local_only if values.get(name)]
    return found


def _is_aes_key(key: str) -> bool:
    try:
        return len(key) == 43 and len(base64.b64decode(key + "=", validate=True)) == 32
    except ValueError:  # not Base64, or not ASCII
        return False


def _parameters(path: str, names: Sequence[str]) -> dict[str, str]:
    """Reads the parameters in one call, since SSM takes up to ten names. Missing ones are left out."""
    from botocore.session import get_session  # heavy: only if a deployment keeps its secrets in SSM

    client: Any = get_session().create_client("ssm")
    full = [f"{path.rstrip('/')}/{name}" for name in names]
    found = client.get_parameters(Names=full, WithDecryption=True)["Parameters"]
    return {p["Name"].rsplit("/", 1)[-1]: _as_meant(p["Value"]) for p in found}


def _as_meant(value: str) -> str:
    """Drops the newline that an editor adds at a file's end. A text of several lines is PEM and is not changed."""
    bare = value.strip()
    return value if "\n" in bare else bare
