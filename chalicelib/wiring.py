"""The one place where ports meet adapters. Everything is made at first use; importing this does nothing."""

import logging
import os
import random
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from chalicelib import config
from chalicelib.adapters.clock import make_clock, new_id
from chalicelib.adapters.dynamodb.control import CachedSwitches, DynamoControl
from chalicelib.adapters.dynamodb.followers import DynamoFollowers
from chalicelib.adapters.dynamodb.models import configure
from chalicelib.adapters.dynamodb.participants import DynamoParticipants
from chalicelib.adapters.dynamodb.payouts import DynamoPayouts
from chalicelib.adapters.dynamodb.plans import DynamoPlans
from chalicelib.adapters.dynamodb.pool import DynamoPool
from chalicelib.adapters.http import Sessions
from chalicelib.adapters.payout_queue import SqsPayoutQueue
from chalicelib.adapters.sealer import SealedAttempts, Sealer
from chalicelib.domain.bank import Bank, parse_bank
from chalicelib.domain.contest import Contest
from chalicelib.ports import Clock, RedPackets, WeChat
from chalicelib.settings import Settings, load_settings
from chalicelib.usecases.claim import ClaimPacket, Picker
from chalicelib.usecases.draw import DrawQuestions
from chalicelib.usecases.gate import Gate
from chalicelib.usecases.hear import Hear
from chalicelib.usecases.lay_plan import ActivatePlan, LayPlan
from chalicelib.usecases.me import ChooseUnit, LookAtMe
from chalicelib.usecases.open_close import CloseContest, OpenContest
from chalicelib.usecases.pay import PayClaim
from chalicelib.usecases.sign_in import SignIn
from chalicelib.usecases.submit import SubmitAttempt
from chalicelib.usecases.sweep import Sweep

ENTRY_PATH = "/oauth/start?next=/"
"""Where the account's links lead: signed in at the first view."""


@dataclass
class Services:
    """One instance's objects. Made for one contest and one deployment; tests make their own with another clock."""

    contest: Contest
    settings: Settings
    clock: Clock

    @cached_property
    def bank(self) -> Bank:
        path = config.contest_path().parent / self.contest.quiz.bank
        return parse_bank(path.read_text(encoding="utf-8"))

    @cached_property
    def connection(self) -> Any:
        return configure(self.settings.prefix)

    @cached_property
    def rng(self) -> random.Random:
        return random.SystemRandom()

    @cached_property
    def control(self) -> DynamoControl:
        _ = self.connection
        return DynamoControl(self.contest.id)

    @cached_property
    def switches(self) -> CachedSwitches:
        return CachedSwitches(self.control.read, time.monotonic)

    @cached_property
    def followers(self) -> DynamoFollowers:
        _ = self.connection
        return DynamoFollowers()

    @cached_property
    def participants(self) -> DynamoParticipants:
        return DynamoParticipants(self.contest.id, self.connection)

    @cached_property
    def payouts(self) -> DynamoPayouts:
        _ = self.connection
        return DynamoPayouts(self.contest.id)

    @cached_property
    def pool(self) -> DynamoPool:
        _ = self.connection
        return DynamoPool(self.contest.id, self.contest.prizes.packets, self.rng)

    @cached_property
    def plans(self) -> DynamoPlans:
        return DynamoPlans(self.contest.id, self.connection, self.pool)

    @cached_property
    def payout_queue(self) -> SqsPayoutQueue:
        return SqsPayoutQueue(sqs_client(), f"{self.settings.prefix}-payouts")

    @cached_property
    def wechat(self) -> WeChat:
        from chalicelib.adapters.wechat import WeChatPlatform  # heavy: only where somebody signs in

        s = self.settings
        return WeChatPlatform(s.app_id, s.app_secret, s.wechat_api_url)

    @cached_property
    def red_packets(self) -> RedPackets:
        from chalicelib.adapters.wechat_pay import WeChatRedPackets  # heavy: only in the payout worker

        s = self.settings
        certificate = (s.pay_cert, s.pay_cert_key)
        return WeChatRedPackets(s.app_id, s.mch_id, s.pay_key, s.wechat_pay_url, certificate)

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
    def gate(self) -> Gate:
        return Gate(self.contest, self.switches, self.clock)

    @cached_property
    def draw(self) -> DrawQuestions:
        return DrawQuestions(self.gate, self.bank, self.followers, self.attempt_tokens, self.rng, new_id)

    @cached_property
    def submit(self) -> SubmitAttempt:
        return SubmitAttempt(self.gate, self.bank, self.participants, self.attempt_tokens)

    @cached_property
    def claim(self) -> ClaimPacket:
        return ClaimPacket(
            gate=self.gate,
            participants=self.participants,
            picker=Picker(self.pool),
            control=self.control,
            queue=self.payout_queue,
            new_id=new_id,
            rng=self.rng,
            monotonic=time.monotonic,
            sleep=time.sleep,
            forget_switches=self.switches.forget,
        )

    @cached_property
    def look_at_me(self) -> LookAtMe:
        return LookAtMe(self.followers, self.participants)

    @cached_property
    def choose_unit(self) -> ChooseUnit:
        return ChooseUnit(self.contest, self.participants, self.clock)

    @cached_property
    def pay(self) -> PayClaim:
        return PayClaim(self.payouts, self.red_packets, self.control.read, self.clock)

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep(self.payouts, self.payout_queue, self.pool, self.control, self.control.read, self.clock)

    @cached_property
    def open_contest(self) -> OpenContest:
        return OpenContest(self.contest, self.control, self.clock)

    @cached_property
    def close_contest(self) -> CloseContest:
        return CloseContest(self.contest, self.control, self.clock)

    @cached_property
    def hear(self) -> Hear:
        link = self.settings.public_base_url + ENTRY_PATH
        return Hear(self.contest, self.followers, self.switches, self.clock, link)

    @cached_property
    def sign_in(self) -> SignIn:
        return SignIn(self.wechat, self.followers, self.clock)

    @cached_property
    def lay_plan(self) -> LayPlan:
        return LayPlan(self.plans, self.contest.prizes, new_id)

    @cached_property
    def activate_plan(self) -> ActivatePlan:
        return ActivatePlan(self.plans)

    def now(self) -> datetime:
        return self.clock()


_installed: Services | None = None


def services() -> Services:
    """This process's services, made at first use. Raises SettingsError or ConfigError."""
    global _installed
    if _installed is None:
        quiet_libraries()
        settings = load_settings()
        clock = make_clock(os.environ if settings.is_local else {})
        _installed = Services(config.contest(), settings, clock)
    return _installed


def install(replacement: Services | None) -> None:
    """Puts other services in place, for tests; None makes them anew at next use."""
    global _installed
    _installed = replacement


def quiet_libraries() -> None:
    """wechatpy logs the payment key at DEBUG, urllib3 addresses with secrets up to WARNING: none may reach a log."""
    for name in ("wechatpy", "requests", "botocore", "pynamodb"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)


def sqs_client() -> Any:
    import boto3
    from botocore.config import Config

    short = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return boto3.client("sqs", region_name=region, config=short)
