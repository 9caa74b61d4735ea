"""The simulator's settings, and their safe defaults for the local stage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.adapters.clock import CLOCK_FILE
from chalicelib.settings import LOCAL_DEFAULTS
from infra.simulator.v3_keys import PRIVATE_KEY

Clock = Callable[[], float]
"""Returns unix seconds; passed to everything that needs the time."""

# The variable of each field. Defaults are those of the application's local stage: a fictitious account.
_VARIABLES = {
    "public_base_url": "PUBLIC_BASE_URL",
    "app_id": "WECHAT_APP_ID",
    "app_secret": "WECHAT_APP_SECRET",
    "token": "WECHAT_TOKEN",
    "aes_key": "WECHAT_AES_KEY",
    "mode": "WECHAT_MODE",
    "mch_id": "WECHAT_MCH_ID",
    "pay_key": "WECHAT_PAY_KEY",
    "pay_cert": "WECHAT_PAY_CERT",
    "pay_serial": "WECHAT_PAY_SERIAL",
    "pay_v3_key": "WECHAT_PAY_V3_KEY",
    "pay_public_key_id": "WECHAT_PAY_PUBLIC_KEY_ID",
    "pay_private_key": PRIVATE_KEY,
    "account_name": "SIMULATOR_ACCOUNT_NAME",
    "theme": "SIMULATOR_THEME",
    "clock_file": CLOCK_FILE,
}
_DEFAULTS = {**LOCAL_DEFAULTS, "SIMULATOR_ACCOUNT_NAME": "信用服务号"}


@dataclass(frozen=True)
class SimulatorSettings:
    """The simulated account, and the address of the application.

    `public_base_url` and `base_url` are scheme and host without a trailing slash; times are in seconds.
    Raises `ValueError` for an impossible mode, key length or port, and for an empty token.
    """

    public_base_url: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: str
    mch_id: str
    pay_key: str
    account_name: str
    theme: str = ""
    """The contest's theme, for the phone's title bar."""
    pay_cert: str = ""
    """The merchant's certificate in PEM, whose number is `pay_serial`; without it the v3 API refuses everything."""
    pay_serial: str = ""
    pay_v3_key: str = field(default="", repr=False)
    """32 characters: the key of notifications."""
    pay_public_key_id: str = ""
    pay_private_key: str = field(default="", repr=False)
    """WeChat Pay's own key in PEM, which signs answers and notifications."""
    clock_file: str = ""
    """Where the seconds are kept by which every clock of the local stack is set forward."""
    port: int = 8001
    account_id: str = "gh_local00000001"
    callback_timeout: float = 5.0
    followers_page: int = 10_000

    def __post_init__(self) -> None:
        if self.mode not in ("plain", "safe"):
            raise ValueError(f"WECHAT_MODE must be plain or safe, not {self.mode!r}")
        if len(self.aes_key) != 43:
            raise ValueError("WECHAT_AES_KEY must have 43 characters")
        if not self.token:
            raise ValueError("WECHAT_TOKEN must not be empty: anyone could sign with it")
        if not 0 < self.port < 65536:
            raise ValueError("SIMULATOR_PORT must be a port number")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "SimulatorSettings":
        """Reads the settings from environment variables. An empty value counts as missing."""
        values: dict[str, Any] = {name: environ.get(key) or _DEFAULTS.get(key, "") for name, key in _VARIABLES.items()}
        values["public_base_url"] = values["public_base_url"].rstrip("/")
        return cls(port=int(environ.get("SIMULATOR_PORT") or 8001), **values)
