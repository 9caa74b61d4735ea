"""The deployment to check: its settings, contest, services, AWS, WeChat and public address."""

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
from infra.operator import probe_client
from infra.operator.cloud.aws_clients import Clients, clients
from infra.project import CHECKOUT

T = TypeVar("T")
SHORT = Config(connect_timeout=4, read_timeout=8, retries={"total_max_attempts": 2})
"""For the AWS clients: a service that does not answer must not delay the other checks."""
HTTP_SECONDS = (4, 12)
"""Timeouts to connect and to read; reading allows for a cold start."""
SERVICES_SECONDS = 15.0
TOTALS_SECONDS = 15.0


@dataclass
class Target:
    """Creates each part at first use, and changes nothing. `environ` holds the deployment's variables."""

    environ: Mapping[str, str]
    here: bool = False
    """Call WeChat from this machine even for a deployment in the cloud."""

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
        """Created once; a failure is raised again at once: SettingsError, ConfigError, AWS's errors, TimeoutError."""
        making, until = self._making
        return making.result(max(0.0, until - time.monotonic()))

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @cached_property
    def pay_settings(self) -> PaySettings:
        """Read separately: the services do not need them. Raises SettingsError, or AWS's errors."""
        return load_pay_settings(product=self.contest.payouts.product)

    @cached_property
    def _services_if_any(self) -> Services | None:
        try:
            return self.services
        except Exception:  # noqa: BLE001 - reported by the checks that need them
            return None

    @cached_property
    def contest(self) -> Contest:
        """The contest, readable without any secret. Raises ConfigError."""
        return self._services_if_any.contest if self._services_if_any else config.contest()

    def now(self) -> datetime:
        return self._services_if_any.clock() if self._services_if_any else datetime.now(UTC)

    @property
    def phase(self) -> Phase:
        return self.contest.window.phase(self.now())

    def opens_within(self, span: timedelta) -> bool:
        """Returns whether the opening is at most `span` away, or past."""
        return self.contest.window.opens_at - self.now() <= span

    @cached_property
    def client(self) -> Clients:
        """Creates each AWS client once."""
        region = self.environ.get("AWS_REGION") or self.environ.get("AWS_DEFAULT_REGION")
        return cache(partial(clients, region_name=region, config=SHORT))

    def get(self, address: str, **options: Any) -> requests.Response:
        """Gets a path of the public address, or a full URL, without following redirects. Raises RequestException."""
        target = self.url + address if address.startswith("/") else address
        with requests.Session() as session:
            return session.get(target, allow_redirects=False, timeout=HTTP_SECONDS, **options)

    @cached_property
    def account(self) -> OfficialAccount:
        """WeChat's API called from this machine, with new credentials that are not stored."""
        return self.services.ports.fresh_account()

    @property
    def asks_the_function(self) -> bool:
        """Whether WeChat is called through the function `probe`, from the functions' own address."""
        return not (self.is_local or self.here)

    @cached_property
    def _wechat_answers(self) -> Future[PlatformAnswers]:
        return in_background(self._ask_wechat)

    def _ask_wechat(self) -> PlatformAnswers:
        if self.asks_the_function:
            return probe_client.check_wechat(self.prefix, self.contest.id)
        return self.services.wechat_check.check_platform()

    @property
    def wechat(self) -> PlatformAnswers:
        """WeChat's answers, requested once; a failure is raised again: ProbeFailed, TryAgain."""
        return self._wechat_answers.result()

    @property
    def menu(self) -> dict[str, Any] | None:
        """The menu that WeChat shows now. Raises WeChatRefused, TryAgain and ProbeFailed."""
        if self.wechat.menu == 0:
            return self.wechat.shown
        raise WeChatRefused(self.wechat.menu) if self.wechat.menu else TryAgain

    @cached_property
    def claim_totals(self) -> ClaimTotals | None:
        """The totals of all claims; None when counting them takes too long."""
        deadline = time.monotonic() + TOTALS_SECONDS
        return add_up(self.services.ports.ledger.all_claims(), lambda: time.monotonic() > deadline)

    def _variable(self, name: str) -> str:
        """Returns a variable of the deployment. Raises SettingsError when it is missing."""
        value = self.environ.get(name) or (LOCAL_DEFAULTS.get(name, "") if self.is_local else "")
        if not value:
            raise SettingsError([f"{name} is missing"])
        return value


def in_background(call: Callable[[], T]) -> "Future[T]":
    """Calls on a daemon thread, so that neither a check nor the exit has to wait for it."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised again by the future
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future
