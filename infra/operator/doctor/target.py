"""The deployment that is looked at: its settings, contest, services, AWS, WeChat and public address."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from botocore.config import Config

from chalicelib import config, wiring
from chalicelib.domain.claim_totals import ClaimTotals, add_up
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import SettingsError, TryAgain, WeChatRefused
from chalicelib.pay_settings import PaySettings, load_pay_settings
from chalicelib.ports import OfficialAccount, PlatformAnswers
from chalicelib.settings import LOCAL_DEFAULTS, Settings
from chalicelib.wiring import Services
from infra.operator import probe
from infra.operator.cloud.aws_clients import Clients, clients
from infra.project import CHECKOUT

T = TypeVar("T")
SHORT = Config(connect_timeout=4, read_timeout=8, retries={"total_max_attempts": 2})
"""Of AWS's clients: one silent service holds up no other."""
HTTP_SECONDS = (4, 12)
"""To connect, and to wait for an answer: a cold start included."""
SERVICES_SECONDS = 15.0
TOTALS_SECONDS = 15.0


@dataclass
class Target:
    """Everything is made at first use; `environ` holds the deployment's variables. Nothing here changes anything."""

    environ: Mapping[str, str]
    here: bool = False
    """WeChat is asked from this machine, also about a deployment in the cloud."""

    @property
    def stage(self) -> str:
        return self._variable("STAGE")

    @property
    def is_local(self) -> bool:
        return self.environ.get("STAGE") == "local"

    @property
    def prefix(self) -> str:
        return self._variable("RESOURCE_PREFIX")

    @property
    def url(self) -> str:
        """PUBLIC_BASE_URL without a trailing slash."""
        return self._variable("PUBLIC_BASE_URL").rstrip("/")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """`.chalice/config.json` of this checkout."""
        return CHECKOUT.config()

    @cached_property
    def _making(self) -> tuple[Future[Services], float]:
        return in_background(wiring.services), time.monotonic() + SERVICES_SECONDS

    @property
    def services(self) -> Services:
        """Raises what its first making raised: SettingsError, ConfigError, AWS's errors, TimeoutError; at once."""
        making, until = self._making
        return making.result(max(0.0, until - time.monotonic()))

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @cached_property
    def pay_settings(self) -> PaySettings:
        """Read apart from the services, which can be there without. Raises SettingsError, or AWS's errors."""
        return load_pay_settings()

    @cached_property
    def _services_if_any(self) -> Services | None:
        try:
            return self.services
        except Exception:  # noqa: BLE001 - told by the checks that need them
            return None

    @cached_property
    def contest(self) -> Contest:
        """Needs no secret. Raises ConfigError."""
        return self._services_if_any.contest if self._services_if_any else config.contest()

    def now(self) -> datetime:
        return self._services_if_any.clock() if self._services_if_any else datetime.now(UTC)

    @property
    def phase(self) -> Phase:
        return self.contest.window.phase(self.now())

    def opens_within(self, span: timedelta) -> bool:
        """Whether the opening is that near, or past."""
        return self.contest.window.opens_at - self.now() <= span

    @cached_property
    def client(self) -> Clients:
        """Makes each of AWS's clients once."""
        region = self.environ.get("AWS_REGION") or self.environ.get("AWS_DEFAULT_REGION")
        return cache(partial(clients, region_name=region, config=SHORT))

    def get(self, address: str, **options: Any) -> requests.Response:
        """A path of the public address, or another address; redirects are answers too. Raises RequestException."""
        target = self.url + address if address.startswith("/") else address
        with requests.Session() as session:
            return session.get(target, allow_redirects=False, timeout=HTTP_SECONDS, **options)

    @cached_property
    def account(self) -> OfficialAccount:
        """Asked from this machine, by credentials that are kept for nobody."""
        return self.services.ports.fresh_account()

    @property
    def asks_the_function(self) -> bool:
        """Whether WeChat is asked from where it matters: the functions' own address."""
        return not (self.is_local or self.here)

    @cached_property
    def _asking(self) -> Future[PlatformAnswers]:
        return in_background(self._ask_wechat)

    def _ask_wechat(self) -> PlatformAnswers:
        if self.asks_the_function:
            return probe.check_wechat(self.prefix, self.contest.id)
        return self.services.wechat_check.check_platform()

    @property
    def wechat(self) -> PlatformAnswers:
        """What WeChat answered, asked once. Raises what the first asking raised: ProbeFailed, TryAgain."""
        return self._asking.result()

    @property
    def menu(self) -> dict[str, Any] | None:
        """As WeChat shows it now. Raises WeChatRefused, TryAgain and ProbeFailed."""
        if self.wechat.menu == 0:
            return self.wechat.shown
        raise WeChatRefused(self.wechat.menu) if self.wechat.menu else TryAgain

    @cached_property
    def claim_totals(self) -> ClaimTotals | None:
        """Of all claims; None when there are too many to be counted in passing."""
        deadline = time.monotonic() + TOTALS_SECONDS
        return add_up(self.services.ports.ledger.all_claims(), lambda: time.monotonic() > deadline)

    def _variable(self, name: str) -> str:
        """Raises SettingsError."""
        value = self.environ.get(name) or (LOCAL_DEFAULTS.get(name, "") if self.is_local else "")
        if not value:
            raise SettingsError([f"{name} is missing"])
        return value


def in_background(call: Callable[[], T]) -> "Future[T]":
    """On a thread that keeps no process alive, so that no check is held up."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future
