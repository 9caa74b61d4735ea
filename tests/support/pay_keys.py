"""Keys of WeChat Pay's v3 API, made once in each process: the merchant's and WeChat Pay's own."""

from collections.abc import Mapping
from functools import cache

from chalicelib.settings import LOCAL_DEFAULTS
from infra.simulator.v3_keys import generated_keys


@cache
def pay_keys() -> Mapping[str, str]:
    """The keys by environment variable. Only `SimulatorSettings.from_env` uses the last one,
    SIMULATOR_PAY_PRIVATE_KEY."""
    return generated_keys(LOCAL_DEFAULTS["WECHAT_MCH_ID"])
