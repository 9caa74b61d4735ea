"""The adapters of one instance: which class provides which port. `wiring.py` puts the use cases on top."""

import os
import random
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from chalicelib import config
from chalicelib.adapters import aws
from chalicelib.adapters.http.web import Sessions
from chalicelib.adapters.later_queue import SqsLaterQueue
from chalicelib.adapters.metrics import EmbeddedMetrics
from chalicelib.adapters.payout_queue import SqsPayoutQueue
from chalicelib.adapters.sealing import SealedAttempts, Sealer
from chalicelib.adapters.share_code import ShareCodes
from chalicelib.adapters.store.connect import callback_connection, commit_connection, configure
from chalicelib.adapters.store.control import CachedSwitches, DynamoControl
from chalicelib.adapters.store.credential_rows import DynamoCredentials
from chalicelib.adapters.store.followers import DynamoFollowers
from chalicelib.adapters.store.ledger import DynamoLedger
from chalicelib.adapters.store.log import append_log
from chalicelib.adapters.store.notes import DynamoSavedMenu
from chalicelib.adapters.store.participants import DynamoParticipants
from chalicelib.adapters.store.payouts import DynamoPayouts
from chalicelib.adapters.store.plans import DynamoPlans
from chalicelib.adapters.store.pool import DynamoPool
from chalicelib.adapters.store.referrals import DynamoReferrals
from chalicelib.adapters.store.smoke import DynamoSmokePayments
from chalicelib.adapters.wechat.shared_credentials import UnsharedStore
from chalicelib.domain.bank import Bank, parse_bank
from chalicelib.domain.contest import Contest
from chalicelib.pay_settings import PaySettings, load_pay_settings
from chalicelib.ports import Clock, LogEntry, RedPackets, WeChat
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.wechat.wechat_account import WeChatAccount
    from chalicelib.adapters.wechat.wechat_api import WeChatApi


@dataclass
class Adapters:
    """One instance's adapters, each made at first use, for one contest and one deployment."""

    contest: Contest
    settings: Settings
    clock: Clock

    @cached_property
    def bank(self) -> Bank:
        path = config.contest_path().parent / self.contest.quiz.bank
        return parse_bank(path.read_text(encoding="utf-8"))

    @cached_property
    def measure(self) -> EmbeddedMetrics:
        return EmbeddedMetrics(self.settings.prefix)

    @cached_property
    def connection(self) -> Any:
        return configure(self.settings.prefix)

    @cached_property
    def commits(self) -> Any:
        """The connection of submissions and claims, each of whose tries asks for the pause before."""
        _ = self.connection
        return commit_connection()

    @cached_property
    def callback_connection(self) -> Any:
        """The connection for the callback's writes, which must fit into the 5 s that WeChat waits."""
        _ = self.connection
        return callback_connection()

    @cached_property
    def rng(self) -> random.Random:
        """Seeded by the system. It draws questions and places in the pool; ids and keys never come from it."""
        return random.Random()

    @cached_property
    def control(self) -> DynamoControl:
        return DynamoControl(self.contest.id, self.connection)

    @cached_property
    def switches(self) -> CachedSwitches:
        return CachedSwitches(self.control.read, time.monotonic, self.clock)

    @cached_property
    def followers(self) -> DynamoFollowers:
        _ = self.connection
        return DynamoFollowers()

    @cached_property
    def participants(self) -> DynamoParticipants:
        return DynamoParticipants(self.contest.id, self.connection, self.commits)

    @cached_property
    def referrals(self) -> DynamoReferrals:
        return DynamoReferrals(self.contest.id, self.callback_connection)

    @cached_property
    def share_codes(self) -> ShareCodes:
        return ShareCodes(self.settings.session_keys, self.contest.id)

    @cached_property
    def payouts(self) -> DynamoPayouts:
        return DynamoPayouts(self.contest.id, self.contest.prizes.packets, self.connection)

    @cached_property
    def smoke_payments(self) -> DynamoSmokePayments:
        return DynamoSmokePayments(self.contest.id, self.connection)

    @cached_property
    def ledger(self) -> DynamoLedger:
        _ = self.connection
        return DynamoLedger(self.contest.id)

    @cached_property
    def pool(self) -> DynamoPool:
        _ = self.connection
        return DynamoPool(self.contest.id, self.contest.prizes.packets, self.rng)

    @cached_property
    def plans(self) -> DynamoPlans:
        return DynamoPlans(self.contest.id, self.connection, self.pool)

    @cached_property
    def sqs(self) -> Any:
        return sqs_client()

    @cached_property
    def payout_queue(self) -> SqsPayoutQueue:
        return SqsPayoutQueue(self.sqs, f"{self.settings.prefix}-payouts")

    @cached_property
    def later_queue(self) -> SqsLaterQueue:
        return SqsLaterQueue(self.sqs, f"{self.settings.prefix}-later")

    @cached_property
    def wechat_api(self) -> "WeChatApi":
        from chalicelib.adapters.wechat.wechat_api import WeChatApi  # heavy: only where WeChat is called

        s = self.settings
        _ = self.connection
        store = DynamoCredentials(s.app_id)
        return WeChatApi(s.app_id, s.app_secret, s.wechat_api_url, store, self.clock, time.sleep)

    @cached_property
    def wechat(self) -> WeChat:
        from chalicelib.adapters.wechat.wechat_api import WeChatPlatform

        s = self.settings
        return WeChatPlatform(s.app_id, s.app_secret, s.wechat_api_url, self.wechat_api)

    @cached_property
    def account(self) -> "WeChatAccount":
        from chalicelib.adapters.wechat.wechat_account import WeChatAccount

        return WeChatAccount(self.wechat_api, self.settings.app_id)

    def fresh_account(self) -> "WeChatAccount":
        """A way to WeChat's platform of its own, with no credentials yet: it shares none and disturbs none."""
        from chalicelib.adapters.wechat.wechat_account import WeChatAccount
        from chalicelib.adapters.wechat.wechat_api import WeChatApi

        s = self.settings
        api = WeChatApi(s.app_id, s.app_secret, s.wechat_api_url, UnsharedStore(), self.clock, time.sleep)
        return WeChatAccount(api, s.app_id)

    @cached_property
    def pay_settings(self) -> PaySettings:
        """Read at first use, by what pays: other functions have no right to. Raises SettingsError, or botocore's."""
        return load_pay_settings()

    @cached_property
    def red_packets(self) -> RedPackets:
        from chalicelib.adapters.pay.red_packet import WeChatRedPackets  # heavy: only in the payout worker

        s = self.pay_settings
        certificate = (s.pay_cert, s.pay_cert_key)
        return WeChatRedPackets(self.settings.app_id, s.mch_id, s.pay_key, s.wechat_pay_url, certificate)

    def sealer(self, purpose: str) -> Sealer:
        return Sealer(self.settings.session_keys, purpose)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.sealer("session"), secure=not self.settings.is_local)

    @cached_property
    def oauth_state(self) -> Sealer:
        return self.sealer("oauth-state")

    @cached_property
    def attempt_tokens(self) -> SealedAttempts:
        return SealedAttempts(self.sealer("attempt"), self.contest.id)

    @cached_property
    def saved_menu(self) -> DynamoSavedMenu:
        _ = self.connection
        return DynamoSavedMenu(self.contest.id)

    def log_decision(self, entry: LogEntry) -> None:
        append_log(self.connection, self.contest.id, entry)

    def now(self) -> datetime:
        return self.clock()


def sqs_client() -> Any:
    # One quick try: what is not queued is found by the sweep, or sent again by WeChat.
    short = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 1})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return aws.session().create_client("sqs", region_name=region, config=short)
