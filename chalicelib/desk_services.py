"""The use cases of the organiser's desk with their ports. `wiring.Services.desk` imports this at first use."""

import secrets
from dataclasses import dataclass
from functools import cached_property

from chalicelib.config import contest_path
from chalicelib.config_duties import load_duties
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.desk_link import PIN_DIGITS
from chalicelib.ports import Clock, Ports
from chalicelib.settings import Settings
from chalicelib.usecases.decide_person import PersonDecisions
from chalicelib.usecases.decide_switches import SwitchDecisions
from chalicelib.usecases.desk.contact_records import ContactRecords
from chalicelib.usecases.desk.count_days import DayCounting
from chalicelib.usecases.desk.decide_winner import DeskPeople
from chalicelib.usecases.desk.desk_jobs import DeskJobs, Maker
from chalicelib.usecases.desk.desk_links import DeskLinks
from chalicelib.usecases.desk.event_records import EventRecords
from chalicelib.usecases.desk.keep_codes import UnitCodes
from chalicelib.usecases.desk.office_run import OfficeRun
from chalicelib.usecases.desk.purge_office import OfficePurge
from chalicelib.usecases.desk.read_figures import FigureReading
from chalicelib.usecases.desk.show_board import Boards
from chalicelib.usecases.desk.story_records import StoryRecords
from chalicelib.usecases.desk.switch_with_pin import DeskSwitches
from chalicelib.usecases.desk.unit_records import UnitRecords
from chalicelib.usecases.desk.unit_reports import UnitReports
from chalicelib.usecases.desk.withdraw_with_pin import DeskQuestions
from chalicelib.usecases.desk.zip_pictures import PICTURES, PictureZip
from chalicelib.usecases.find_winner import WinnerSearch
from chalicelib.usecases.withdraw_question import Withdrawals


def new_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


@dataclass
class DeskServices:
    """Each use case is made at first use."""

    contest: Contest
    settings: Settings
    ports: Ports
    clock: Clock

    @cached_property
    def unit_records(self) -> UnitRecords:
        return UnitRecords(self.contest, self.ports.office, self.clock)

    @cached_property
    def contacts(self) -> ContactRecords:
        return ContactRecords(self.unit_records)

    @cached_property
    def events(self) -> EventRecords:
        return EventRecords(self.unit_records)

    @cached_property
    def stories(self) -> StoryRecords:
        return StoryRecords(self.unit_records, self.ports.office_files, self.ports.new_id)

    @cached_property
    def unit_reports(self) -> UnitReports:
        parts = self.contacts, self.events, self.stories
        return UnitReports(self.contest, load_duties(contest_path()), *parts, self.ports.control)

    @cached_property
    def unit_codes(self) -> UnitCodes:
        return UnitCodes(self.contest, self.ports.office, lambda: self.ports.account, self.clock)

    @cached_property
    def day_counting(self) -> DayCounting:
        p = self.ports
        return DayCounting(self.contest, p.day_scan, p.office, p.control, self.clock, p.monotonic)

    @cached_property
    def figures(self) -> FigureReading:
        p = self.ports
        return FigureReading(self.contest, p.bank, p.office, p.switches, self.clock)

    @cached_property
    def boards(self) -> Boards:
        p = self.ports
        return Boards(self.contest, p.control, p.office, p.switches, p.monotonic)

    @cached_property
    def purge(self) -> OfficePurge:
        return OfficePurge(self.contest.id, self.ports.office, self.ports.office_files, self.clock)

    @cached_property
    def office_run(self) -> OfficeRun:
        """Files first: somebody waits for them. The scan, which may take minutes, comes last."""
        return OfficeRun([self.jobs.run_waiting, self.unit_codes.make_when_open, self.day_counting.count_due])

    @cached_property
    def jobs(self) -> DeskJobs:
        p, zips = self.ports, PictureZip(self.unit_records, self.stories, self.ports.office_files)
        makers: dict[str, Maker] = {PICTURES: zips.make_zip}
        return DeskJobs(self.contest.id, p.office, p.office_files, self.clock, p.new_id, makers)

    @cached_property
    def links(self) -> DeskLinks:
        p = self.ports
        return DeskLinks(
            contest_id=self.contest.id,
            units=frozenset(self.contest.unit_names),
            office=p.office,
            tokens=p.desk_tokens,
            clock=self.clock,
            new_id=p.new_id,
            new_pin=new_pin,
            monotonic=p.monotonic,
            log_decision=p.log_decision,
        )

    @cached_property
    def people(self) -> DeskPeople:
        p = self.ports
        winners = WinnerSearch(p.control, p.payouts, p.pool, p.ledger)
        decisions = PersonDecisions(self.contest, p.followers, p.participants, p.control, self.clock)
        return DeskPeople(winners, p.followers, decisions)

    @cached_property
    def switches(self) -> DeskSwitches:
        control = self.ports.control
        return DeskSwitches(control.read_switches, SwitchDecisions(control, self.clock), self.links.require_pin)

    @cached_property
    def questions(self) -> DeskQuestions:
        p = self.ports
        return DeskQuestions(Withdrawals(p.bank, self.contest.quiz, p.control, self.clock), self.links.require_pin)
