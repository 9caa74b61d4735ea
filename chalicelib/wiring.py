"""The use cases on their ports, and the one place where the application is put together."""

import logging
import os
from dataclasses import dataclass
from functools import cached_property

from chalicelib import config
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.clock import make_clock
from chalicelib.domain.contest import Contest
from chalicelib.ports import Clock, Ports
from chalicelib.settings import Settings, load_settings
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
from chalicelib.usecases.pay import PayClaim
from chalicelib.usecases.pay_smoke import PaySmoke
from chalicelib.usecases.reconcile import AskAboutAll, Reconcile
from chalicelib.usecases.record_payout import RecordPayout
from chalicelib.usecases.share import ShareCode, ShareLink
from chalicelib.usecases.sign_in import SignIn
from chalicelib.usecases.submit import SubmitAttempt
from chalicelib.usecases.sweep import Sweep
from chalicelib.usecases.tell import TellSharer

ENTRY_PATH = "/oauth/start?next=/"
"""Where the account's links lead: signed in at the first view."""


@dataclass
class Services:
    """One instance's use cases. Each is made at first use, with the ports as they are then."""

    contest: Contest
    settings: Settings
    ports: Ports
    clock: Clock

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.contest, self.ports.switches, self.clock)

    @cached_property
    def draw(self) -> DrawQuestions:
        return DrawQuestions(
            self.gate, self.ports.bank, self.ports.followers, self.ports.tokens, self.ports.rng, self.ports.new_id
        )

    @cached_property
    def submit(self) -> SubmitAttempt:
        return SubmitAttempt(self.gate, self.ports.bank, self.ports.participants, self.ports.tokens)

    @cached_property
    def claim(self) -> ClaimPacket:
        return ClaimPacket(
            gate=self.gate,
            participants=self.ports.participants,
            picker=Picker(self.ports.pool),
            control=self.ports.control,
            queue=self.ports.payout_queue,
            new_id=self.ports.new_id,
            rng=self.ports.rng,
            monotonic=self.ports.monotonic,
            sleep=self.ports.sleep,
            forget_switches=self.ports.switches.forget,
            measure=self.ports.measure,
        )

    @cached_property
    def look_at_me(self) -> LookAtMe:
        return LookAtMe(self.ports.followers, self.ports.participants)

    @cached_property
    def choose_unit(self) -> ChooseUnit:
        return ChooseUnit(self.contest, self.ports.participants, self.clock)

    @cached_property
    def pay(self) -> PayClaim:
        return PayClaim(
            rules=self.contest.payouts,
            claims=self.ports.payouts,
            record=RecordPayout(self.contest, self.ports.payouts, self.clock, self.ports.measure),
            red_packets=self.ports.red_packets,
            control=self.ports.control,
            switches=self.ports.control.read,
            pace=self.ports.pace,
            clock=self.clock,
            measure=self.ports.measure,
        )

    @cached_property
    def ask_about_all(self) -> AskAboutAll:
        return AskAboutAll(self.ports.payouts, self.ports.payout_queue)

    @cached_property
    def reconcile(self) -> Reconcile:
        record = RecordPayout(self.contest, self.ports.payouts, self.clock)
        return Reconcile(self.ports.payouts, record, self.ports.red_packets, self.clock)

    @cached_property
    def decide_payout(self) -> DecidePayout:
        return DecidePayout(
            self.ports.ledger, self.ports.payouts, self.ports.control, self.ports.red_packets, self.clock
        )

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.ports.ledger, self.ports.control, self.ports.plans, self.ports.smoke_payments)

    @cached_property
    def pay_smoke(self) -> PaySmoke:
        return PaySmoke(
            wording=self.contest.packet,
            payments=self.ports.smoke_payments,
            red_packets=self.ports.red_packets,
            followers=self.ports.followers,
            wechat=self.ports.sign_in,
            new_id=self.ports.new_id,
            clock=self.clock,
        )

    @cached_property
    def check_wechat(self) -> CheckWeChat:
        return CheckWeChat(self.ports.fresh_account)

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep(
            contest=self.contest,
            claims=self.ports.payouts,
            queue=self.ports.payout_queue,
            pool=self.ports.pool,
            control=self.ports.control,
            participants=self.ports.participants,
            switches=self.ports.control.read,
            clock=self.clock,
            measure=self.ports.measure,
        )

    @cached_property
    def open_contest(self) -> OpenContest:
        return OpenContest(self.contest, self.ports.control, self.publish_menu, self.clock)

    @cached_property
    def close_contest(self) -> CloseContest:
        return CloseContest(self.contest, self.ports.control, self.restore_menu, self.clock)

    @cached_property
    def hear(self) -> Hear:
        return Hear(
            contest=self.contest,
            followers=self.ports.followers,
            participants=self.ports.callback_participants,
            referrals=self.ports.referrals,
            share_codes=self.ports.share_codes,
            control=self.ports.control,
            later=self.ports.later_queue,
            switches=self.ports.switches,
            clock=self.clock,
            quiz_link=self.quiz_link,
        )

    @property
    def quiz_link(self) -> str:
        return self.settings.public_base_url + ENTRY_PATH

    @cached_property
    def tell_sharer(self) -> TellSharer:
        return TellSharer(self.contest, self.ports.account, self.clock, self.quiz_link)

    @cached_property
    def share_link(self) -> ShareLink:
        return ShareLink(self.gate, self.ports.share_codes, self.settings.public_base_url)

    @cached_property
    def share_code(self) -> ShareCode:
        return ShareCode(self.gate, self.ports.share_codes, self.ports.participants, self.ports.account)

    @cached_property
    def publish_menu(self) -> PublishMenu:
        return PublishMenu(self.contest, self.ports.account, self.ports.saved_menu, self.clock, self.quiz_link)

    @cached_property
    def restore_menu(self) -> RestoreMenu:
        return RestoreMenu(self.contest, self.ports.account, self.ports.saved_menu, self.clock)

    @cached_property
    def import_followers(self) -> ImportFollowers:
        return ImportFollowers(self.contest, self.ports.account, self.ports.baseline, self.clock)

    @cached_property
    def sign_in(self) -> SignIn:
        return SignIn(self.ports.sign_in, self.ports.followers, self.ports.share_codes, self.contest, self.clock)

    @cached_property
    def lay_plan(self) -> LayPlan:
        return LayPlan(self.ports.plans, self.contest.prizes, self.ports.new_id)

    @cached_property
    def activate_plan(self) -> ActivatePlan:
        return ActivatePlan(self.ports.plans)


_installed: Services | None = None


def services() -> Services:
    """This process's services, made at first use. Raises SettingsError or ConfigError."""
    global _installed
    if _installed is None:
        quiet_libraries()
        settings, contest = load_settings(), config.contest()
        clock = make_clock(os.environ if settings.is_local else {})
        _installed = Services(contest, settings, AwsPorts(contest, settings, clock), clock)
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
