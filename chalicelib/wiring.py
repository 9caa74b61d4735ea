"""The use cases with their ports: the one place where the application is constructed."""

import logging
import os
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from chalicelib import config
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.clock import make_clock
from chalicelib.adapters.poster import background_file
from chalicelib.payout_services import PayoutServices
from chalicelib.settings import NO_OWN_SERVER, load_settings
from chalicelib.usecases.answer_message import Conversation
from chalicelib.usecases.audit_books import Audit
from chalicelib.usecases.check_relay import RelayCheck
from chalicelib.usecases.check_wechat import WeChatCheck
from chalicelib.usecases.claim_refusals import ClaimRefusals
from chalicelib.usecases.contest_menus import ContestMenus
from chalicelib.usecases.contest_schedule import Schedule
from chalicelib.usecases.decide_person import PersonDecisions
from chalicelib.usecases.decide_switches import SwitchDecisions
from chalicelib.usecases.draw_questions import CurrentCells, Draws
from chalicelib.usecases.find_winner import WinnerSearch
from chalicelib.usecases.gate import Gate
from chalicelib.usecases.give_follow_code import FollowCode
from chalicelib.usecases.import_followers import FollowerImport
from chalicelib.usecases.lay_plan import PlanSetup
from chalicelib.usecases.notify_sharer import Notices
from chalicelib.usecases.open_packet import Claims, Picker
from chalicelib.usecases.personal_records import PersonalRecords
from chalicelib.usecases.profiles import Profiles
from chalicelib.usecases.read_ranking import PublicRanking
from chalicelib.usecases.relay_message import Relay
from chalicelib.usecases.reveal_plan import Reveal
from chalicelib.usecases.sharing import Sharing
from chalicelib.usecases.sign_in_visitor import SignIns
from chalicelib.usecases.submit_answers import Submissions
from chalicelib.usecases.sweep import Sweep
from chalicelib.usecases.withdraw_question import Withdrawals

if TYPE_CHECKING:
    from chalicelib.desk_services import DeskServices

ENTRY_PATH = "/oauth/start?next=/"
"""The target of the account's links, which signs the visitor in before the first view."""


@dataclass
class Services(PayoutServices):
    """One instance's use cases. Each is made at first use, with the ports assigned at that time."""

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.contest, self.ports.switches, self.clock)

    @cached_property
    def draws(self) -> Draws:
        p = self.ports
        return Draws(self.gate, CurrentCells(p.bank, self.contest.quiz), p.followers, p.tokens, p.rng, p.new_id)

    @cached_property
    def submissions(self) -> Submissions:
        return Submissions(self.gate, self.ports.bank, self.ports.participants, self.ports.tokens)

    @cached_property
    def claims(self) -> Claims:
        return Claims(
            gate=self.gate,
            participants=self.ports.participants,
            picker=Picker(self.ports.pool),
            provider=self.todays_provider,
            claimable_until=self.contest.claimable_until,
            control=self.ports.control,
            queue=self.ports.payout_queue,
            new_id=self.ports.new_id,
            rng=self.ports.rng,
            monotonic=self.ports.monotonic,
            sleep=self.ports.sleep,
            forget_switches=self.ports.switches.forget,
            refusals=ClaimRefusals(self.ports.monotonic, self.clock),
            measure=self.ports.measure,
        )

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self.contest, self.ports.followers, self.ports.participants, self.clock)

    @cached_property
    def audit(self) -> Audit:
        p = self.ports
        return Audit(p.ledger, p.control, p.plans, p.payouts, p.earlier_smoke_payments)

    @cached_property
    def person_decisions(self) -> PersonDecisions:
        p = self.ports
        return PersonDecisions(self.contest, p.followers, p.participants, p.control, self.clock)

    @cached_property
    def winner_search(self) -> WinnerSearch:
        p = self.ports
        return WinnerSearch(p.control, p.payouts, p.pool, p.ledger)

    @cached_property
    def wechat_check(self) -> WeChatCheck:
        return WeChatCheck(self.ports.fresh_account)

    @cached_property
    def relay_check(self) -> RelayCheck | None:
        return RelayCheck(partial(self.ports.own_server, self.own_server_url)) if self.own_server_url else None

    @cached_property
    def sweep(self) -> Sweep:
        p, switches = self.ports, self.ports.switches.fresh
        parts = p.payouts, p.payout_queue, p.pool, p.control, p.participants
        return Sweep(self.contest, *parts, switches, self.clock, p.monotonic, p.measure)

    @cached_property
    def schedule(self) -> Schedule:
        return Schedule(self.contest, self.ports.control, self.menus, self.clock)

    @cached_property
    def conversation(self) -> Conversation:
        return Conversation(
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
            measure=self.ports.measure,
        )

    @property
    def quiz_link(self) -> str:
        return self.settings.public_base_url + ENTRY_PATH

    @cached_property
    def relay(self) -> Relay | None:
        """None if the account has no own server."""
        if not self.own_server_url:
            return None
        return Relay(self.conversation, self.ports.own_server(self.own_server_url, self.ports.measure))

    @property
    def own_server_url(self) -> str:
        """The address of the account's own server; empty if there is none."""
        address = self.settings.own_server_url or self.contest.account.own_server
        return "" if address == NO_OWN_SERVER else address

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.contest, self.ports.account, self.clock, self.quiz_link)

    @cached_property
    def sharing(self) -> Sharing:
        p = self.ports
        return Sharing(self.gate, p.share_codes, p.participants, p.account, p.followers, self.settings.public_base_url)

    @cached_property
    def menus(self) -> ContestMenus:
        p, link = self.ports, self.quiz_link
        return ContestMenus(self.contest, p.account, p.saved_menu, self.clock, link, p.log_decision)

    @cached_property
    def follower_import(self) -> FollowerImport:
        p = self.ports
        return FollowerImport(self.contest, p.account, p.baseline, self.clock, p.log_decision)

    @cached_property
    def sign_ins(self) -> SignIns:
        return SignIns(self.ports.sign_in, self.ports.followers, self.ports.share_codes, self.contest, self.clock)

    @cached_property
    def ranking(self) -> PublicRanking:
        return PublicRanking(self.contest, self.ports.control, self.clock)

    @cached_property
    def poster_background(self) -> Path:
        """The place of the background of posters, which may be missing. Its name takes a digest, so it is kept."""
        return background_file(self.contest)

    @cached_property
    def follow_code(self) -> FollowCode:
        return FollowCode(self.contest, self.ports.control, self.ports.account, self.clock)

    @cached_property
    def reveal(self) -> Reveal:
        p = self.ports
        return Reveal(self.contest, p.plans, p.ledger, p.proofs, self.clock, p.log_decision)

    @cached_property
    def personal_records(self) -> PersonalRecords:
        p, desk = self.ports, self.desk.purge
        parts = p.personal_data, p.participants, p.payouts, p.control, p.baseline, self.clock, partial(token_hex, 32)
        return PersonalRecords(self.contest, *parts, p.log_decision, desk.personal_rows, desk.purge_office)

    @cached_property
    def switch_decisions(self) -> SwitchDecisions:
        return SwitchDecisions(self.ports.control, self.clock)

    @cached_property
    def desk(self) -> "DeskServices":
        from chalicelib.desk_services import DeskServices  # heavy: only for the organiser's desk

        return DeskServices(self.contest, self.settings, self.ports, self.clock)

    @cached_property
    def withdrawals(self) -> Withdrawals:
        return Withdrawals(self.ports.bank, self.contest.quiz, self.ports.control, self.clock)

    @cached_property
    def plans(self) -> PlanSetup:
        p = self.ports
        return PlanSetup(p.plans, p.control, p.ledger, self.contest.prizes, p.new_id, self.clock, p.log_decision)


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
    """Replaces the services, for tests. None makes new ones at the next use."""
    global _installed
    _installed = replacement


def quiet_libraries() -> None:
    """Silences libraries' logs: wechatpy's DEBUG lines contain the payment key, and urllib3's lines up to WARNING have
    URLs with secrets."""
    for name in ("wechatpy", "requests", "botocore", "pynamodb"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
