"""The one place where ports meet adapters. Everything is made at first use; importing this does nothing."""

import logging
import os
import time
from functools import cached_property

from chalicelib import config
from chalicelib.adapters.clock import make_clock, new_id
from chalicelib.adapters.store.baseline import DynamoBaseline
from chalicelib.adapters.store.participants import DynamoParticipants
from chalicelib.settings import load_settings
from chalicelib.usecases.audit import Audit
from chalicelib.usecases.check_wechat import CheckWeChat
from chalicelib.usecases.claim import ClaimPacket, Picker
from chalicelib.usecases.decide_payout import DecidePayout
from chalicelib.usecases.draw import DrawQuestions
from chalicelib.usecases.gate import Gate
from chalicelib.usecases.hear import Hear
from chalicelib.usecases.import_followers import ImportFollowers
from chalicelib.usecases.lay_plan import ActivatePlan, LayPlan
from chalicelib.usecases.me import ChooseUnit, LookAtMe
from chalicelib.usecases.menu import PublishMenu, RestoreMenu
from chalicelib.usecases.open_close import CloseContest, OpenContest
from chalicelib.usecases.pay import Pacer, PayClaim
from chalicelib.usecases.pay_smoke import PaySmoke
from chalicelib.usecases.reconcile import AskAboutAll, Reconcile
from chalicelib.usecases.record_payout import RecordPayout
from chalicelib.usecases.share import ShareCode, ShareLink
from chalicelib.usecases.sign_in import SignIn
from chalicelib.usecases.submit import SubmitAttempt
from chalicelib.usecases.sweep import Sweep
from chalicelib.usecases.tell import TellSharer
from chalicelib.wired_adapters import Adapters

PAYOUT_WORKERS = 10
"""The payout function's reserved concurrency in `.chalice/config.json`; a test holds the two together."""
ENTRY_PATH = "/oauth/start?next=/"
"""Where the account's links lead: signed in at the first view."""


class Services(Adapters):
    """One instance's use cases on its adapters; tests make their own with another clock or other adapters."""

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
            measure=self.measure,
        )

    @cached_property
    def look_at_me(self) -> LookAtMe:
        return LookAtMe(self.followers, self.participants)

    @cached_property
    def choose_unit(self) -> ChooseUnit:
        return ChooseUnit(self.contest, self.participants, self.clock)

    @cached_property
    def pay(self) -> PayClaim:
        pacer = Pacer(PAYOUT_WORKERS / self.contest.payouts.per_second, time.monotonic, time.sleep)
        return PayClaim(
            rules=self.contest.payouts,
            claims=self.payouts,
            record=RecordPayout(self.contest, self.payouts, self.clock, self.measure),
            red_packets=self.red_packets,
            control=self.control,
            switches=self.control.read,
            pace=pacer,
            clock=self.clock,
            measure=self.measure,
        )

    @cached_property
    def ask_about_all(self) -> AskAboutAll:
        return AskAboutAll(self.payouts, self.payout_queue)

    @cached_property
    def reconcile(self) -> Reconcile:
        record = RecordPayout(self.contest, self.payouts, self.clock)
        return Reconcile(self.payouts, record, self.red_packets, self.clock)

    @cached_property
    def decide_payout(self) -> DecidePayout:
        return DecidePayout(self.ledger, self.payouts, self.control, self.red_packets, self.clock)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.ledger, self.control, self.plans, self.smoke_payments)

    @cached_property
    def pay_smoke(self) -> PaySmoke:
        return PaySmoke(
            wording=self.contest.packet,
            payments=self.smoke_payments,
            red_packets=self.red_packets,
            followers=self.followers,
            wechat=self.wechat,
            new_id=new_id,
            clock=self.clock,
        )

    @cached_property
    def check_wechat(self) -> CheckWeChat:
        return CheckWeChat(self.fresh_account)

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep(
            contest=self.contest,
            claims=self.payouts,
            queue=self.payout_queue,
            pool=self.pool,
            control=self.control,
            participants=self.participants,
            switches=self.control.read,
            clock=self.clock,
            measure=self.measure,
        )

    @cached_property
    def open_contest(self) -> OpenContest:
        return OpenContest(self.contest, self.control, self.publish_menu, self.clock)

    @cached_property
    def close_contest(self) -> CloseContest:
        return CloseContest(self.contest, self.control, self.restore_menu, self.clock)

    @cached_property
    def hear(self) -> Hear:
        return Hear(
            contest=self.contest,
            followers=self.followers,
            participants=DynamoParticipants(self.contest.id, self.callback_connection),
            referrals=self.referrals,
            share_codes=self.share_codes,
            control=self.control,
            later=self.later_queue,
            switches=self.switches,
            clock=self.clock,
            quiz_link=self.quiz_link,
        )

    @property
    def quiz_link(self) -> str:
        return self.settings.public_base_url + ENTRY_PATH

    @cached_property
    def tell_sharer(self) -> TellSharer:
        return TellSharer(self.contest, self.account, self.clock, self.quiz_link)

    @cached_property
    def share_link(self) -> ShareLink:
        return ShareLink(self.gate, self.share_codes, self.settings.public_base_url)

    @cached_property
    def share_code(self) -> ShareCode:
        return ShareCode(self.gate, self.share_codes, self.participants, self.account)

    @cached_property
    def publish_menu(self) -> PublishMenu:
        return PublishMenu(self.contest, self.account, self.saved_menu, self.clock, self.quiz_link)

    @cached_property
    def restore_menu(self) -> RestoreMenu:
        return RestoreMenu(self.contest, self.account, self.saved_menu, self.clock)

    @cached_property
    def import_followers(self) -> ImportFollowers:
        baseline = DynamoBaseline(self.contest.id, self.connection)
        return ImportFollowers(self.contest, self.account, baseline, self.clock)

    @cached_property
    def sign_in(self) -> SignIn:
        return SignIn(self.wechat, self.followers, self.share_codes, self.contest, self.clock)

    @cached_property
    def lay_plan(self) -> LayPlan:
        return LayPlan(self.plans, self.contest.prizes, new_id)

    @cached_property
    def activate_plan(self) -> ActivatePlan:
        return ActivatePlan(self.plans)


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
