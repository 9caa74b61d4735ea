"""A desk in the middle of the week: a winner, figures of a night, codes, contacts, an event, a text and a file."""

from dataclasses import dataclass, replace

from chalicelib.domain.claim import Claim
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.desk_job import MadeFile
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts
from chalicelib.domain.desk.unit_events import UnitEvent, events_body
from chalicelib.domain.participation import FollowChange
from chalicelib.ports import OfficeRecord
from tests.desk.desk_bench import UNIT_NAME, Desk, make_desk
from tests.http.stage import OPENING, PACE, small_contest
from tests.support import examples

OPENIDS = ("oWinnerWinnerWinnerWinner01", "oVisitorVisitorVisitorVis02", "oAnotherAnotherAnotherAno03")
OTHER_UNIT = "区法院"
PEOPLE = {UNIT_NAME: Contact("王小明", "科长", "13812345678"), OTHER_UNIT: Contact("李大海", "主任", "13987654321")}
STORY = "张贴海报二百张，入户宣传。"


@dataclass
class LivedDesk:
    desk: Desk
    claim: Claim
    job_id: str
    """A file that an editor asked for."""


def lived_desk() -> LivedDesk:
    """Installs the services, as `make_desk` does. It is 00:12 of the second day."""
    desk = make_desk(_few_units(small_contest()), OPENING)
    services = desk.services
    services.plans.lay_plan(lambda done, of: None, "wang")
    services.plans.activate_plan("wang")
    services.desk.unit_codes.make_codes(lambda done, of: None)
    units = (UNIT_NAME, OTHER_UNIT, "")
    passed = [took_part(desk, openid, unit) for openid, unit in zip(OPENIDS, units, strict=True)]
    claim = services.claims.open_packet(OPENIDS[0], passed[0])[0]
    for unit, person in PEOPLE.items():
        hand_in(desk, unit, person)
    services.desk.jobs.makers = {"report": lambda about: MadeFile("文件.xlsx", b"", "text/plain")}
    job = services.desk.jobs.ask_job("report", {}, "desk:editor")
    desk.advance(hours=24, minutes=12)
    services.sweep.sweep_once()
    services.desk.office_run.run_once()
    return LivedDesk(desk, claim, job.id)


def _few_units(contest: Contest) -> Contest:
    """The two that do something and one of each kind: tables of sixty units only take time."""
    kinds = {unit.kind: unit for unit in contest.units}
    wanted = {UNIT_NAME, OTHER_UNIT, *(unit.name for unit in kinds.values())}
    units = tuple(unit for unit in contest.units if unit.name in wanted)
    return replace(contest, reporting=replace(contest.reporting, units=units))


def took_part(desk: Desk, openid: str, unit: str) -> str:
    """Returns the id of a passed attempt."""
    services, now = desk.services, desk.clock()
    services.ports.followers.record_change(FollowChange(openid, True, int(now.timestamp()), now, early=False))
    if unit:
        services.profiles.choose_unit(openid, unit)
    offer = services.draws.draw_questions(openid)
    desk.advance(seconds=PACE)
    right = examples.answers(offer.draw, services.ports.bank, 10)
    return services.submissions.submit_answers(openid, offer.draw.attempt_id, offer.token, right).attempt_id


def hand_in(desk: Desk, unit: str, person: Contact) -> None:
    event = UnitEvent("2020-07-08", "09:30", "人民广场", "诚信宣传", 120)
    for name, body in (
        (f"contacts#{unit}", UnitContacts((person,), 20, 300).as_body()),
        (f"events#{unit}", events_body([event])),
        (f"story#{unit}", {"text": STORY, "pictures": []}),
    ):
        desk.ports.office.write_record(OfficeRecord(name, {}, 0), body)
