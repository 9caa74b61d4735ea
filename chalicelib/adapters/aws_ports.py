"""The ports of a deployment: DynamoDB, SQS, WeChat, WeChat Pay. Each is made at first use; importing this does nothing.

Heavy modules are imported and secrets read only then: most functions never need them.
"""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.adapters.clock import Pacer, new_id
from chalicelib.adapters.http.sealed_sessions import SealedSessions
from chalicelib.adapters.metrics import EmbeddedMetrics
from chalicelib.adapters.pay.red_packet import RedPackets
from chalicelib.adapters.pay.transfer import NOTIFY_PATH, Transfers
from chalicelib.adapters.queues import PAYOUT_WORKERS, SqsLaterQueue, SqsPayoutQueue, sqs_client
from chalicelib.adapters.sealing import SealedAttempts, Sealer, digest_person
from chalicelib.adapters.share_code import SealedShareCodes
from chalicelib.adapters.store.dynamo_ports import DynamoPorts
from chalicelib.adapters.wechat.shared_credentials import UnsharedStore
from chalicelib.config_files import load_bank, load_lessons
from chalicelib.domain.bank import Bank
from chalicelib.domain.lessons import Lesson
from chalicelib.pay_settings import PaySettings, load_pay_settings
from chalicelib.ports import (
    AttemptTokens,
    CredentialStore,
    DeskSessions,
    LaterQueue,
    Measure,
    NewId,
    NotifiedBill,
    OfficeFiles,
    OfficialAccount,
    OwnServer,
    PayoutProvider,
    PayoutQueue,
    SealedNotice,
    SealedState,
    Sessions,
    ShareCodes,
    VisitorSignIn,
)

if TYPE_CHECKING:
    from chalicelib.adapters.wechat.wechat_account import WeChatAccount
    from chalicelib.adapters.wechat.wechat_api import WeChatApi


class AwsPorts(DynamoPorts):
    """`Ports` for one contest and one deployment. To change one port, assign it before it is used."""

    @cached_property
    def bank(self) -> Bank:
        quiz = self.contest.quiz
        return load_bank(config.bank_path(quiz), quiz)

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        return load_lessons()

    @cached_property
    def new_id(self) -> NewId:
        return new_id

    @cached_property
    def sleep(self) -> Callable[[float], None]:
        return time.sleep

    @cached_property
    def pace(self) -> Callable[[], None]:
        return Pacer(PAYOUT_WORKERS / self.contest.payouts.per_second, self.monotonic, self.sleep)

    @cached_property
    def measure(self) -> Measure:
        return EmbeddedMetrics(self.settings.prefix)

    # Queues

    @cached_property
    def sqs(self) -> Any:
        return sqs_client()

    @cached_property
    def payout_queue(self) -> PayoutQueue:
        return SqsPayoutQueue(self.sqs, f"{self.settings.prefix}-payouts")

    @cached_property
    def later_queue(self) -> LaterQueue:
        return SqsLaterQueue(self.sqs, f"{self.settings.prefix}-later")

    @cached_property
    def office_files(self) -> OfficeFiles:
        from chalicelib.adapters.desk.office_bucket import OfficeBucket  # only the desk needs it

        return OfficeBucket(self.settings.office_bucket)

    # WeChat

    @cached_property
    def wechat_api(self) -> "WeChatApi":
        return self._api(self.credentials)

    @cached_property
    def sign_in(self) -> VisitorSignIn:
        from chalicelib.adapters.wechat.wechat_api import WeChatSignIn  # heavy: only where WeChat is called

        s = self.settings
        return WeChatSignIn(s.app_id, s.app_secret, s.wechat_api_url, self.wechat_api)

    @cached_property
    def account(self) -> OfficialAccount:
        return self._account(self.wechat_api)

    def fresh_account(self) -> OfficialAccount:
        return self._account(self._api(UnsharedStore()))

    def _api(self, credentials: CredentialStore) -> "WeChatApi":
        from chalicelib.adapters.wechat.wechat_api import WeChatApi

        s = self.settings
        return WeChatApi(s.app_id, s.app_secret, s.wechat_api_url, credentials, self.clock, self.sleep, self.measure)

    def _account(self, api: "WeChatApi") -> "WeChatAccount":
        from chalicelib.adapters.wechat.wechat_account import WeChatAccount

        return WeChatAccount(api, self.settings.app_id)

    def own_server(self, address: str, measure: Measure) -> OwnServer:
        from chalicelib.adapters.wechat.own_server import HttpOwnServer  # heavy: only where there is one

        return HttpOwnServer(address, measure)

    # WeChat Pay

    @cached_property
    def pay_settings(self) -> PaySettings:
        """Read at first use, only by functions that pay: others have no access. Raises SettingsError or botocore's."""
        return load_pay_settings(product=self.contest.payouts.product)

    @cached_property
    def red_packets(self) -> PayoutProvider:
        return RedPackets(self.contest, self.settings.app_id, lambda: self.pay_settings)

    @cached_property
    def transfers(self) -> PayoutProvider:
        s = self.settings
        platform = s.pay_public_key_id, s.pay_public_key
        notify_url = s.public_base_url + NOTIFY_PATH
        return Transfers(self.contest, s.app_id, lambda: self.pay_settings, platform, notify_url, self.clock)

    def open_notice(self, sealed: SealedNotice) -> NotifiedBill | None:
        from chalicelib.adapters.pay.v3_notification import open_notice

        return open_notice(self.pay_settings.v3_key, sealed)

    # Sealed and signed values

    @cached_property
    def tokens(self) -> AttemptTokens:
        return SealedAttempts(self._sealer("attempt"), self.contest.id, self.settings.app_id)

    @cached_property
    def share_codes(self) -> ShareCodes:
        return SealedShareCodes(self.settings.session_keys, self.contest.id)

    @cached_property
    def sessions(self) -> Sessions:
        return SealedSessions(self._sealer("session"), self.settings.app_id, secure=not self.settings.is_local)

    @cached_property
    def oauth_state(self) -> SealedState:
        return self._sealer("oauth-state")

    @cached_property
    def desk_tokens(self) -> SealedState:
        return self._sealer("desk-link")

    @cached_property
    def desk_sessions(self) -> DeskSessions:
        from chalicelib.adapters.desk.desk_sessions import SealedDeskSessions  # only the desk needs it

        return SealedDeskSessions(self._sealer("desk-session"), self.contest.id, secure=not self.settings.is_local)

    def digest_person(self, openid: str) -> str:
        return digest_person(self.settings.session_keys, self.contest.id, openid)

    def _sealer(self, purpose: str) -> Sealer:
        return Sealer(self.settings.session_keys, purpose)
