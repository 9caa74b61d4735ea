"""The scenarios about the organiser's desk: each of its records is changed by two at once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.desk.desk_job import JobState, MadeFile
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_events import NEW
from chalicelib.domain.desk.unit_story import MOST_PICTURES, PICTURE_TYPE, upload_key
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.usecases.desk.desk_jobs import DeskJobs
from chalicelib.usecases.desk.keep_codes import CODES
from chalicelib.usecases.desk.unit_records import CONTACTS, EVENTS
from chalicelib.wiring import Services
from tests.explore.scenario import Scenario
from tests.explore.stage import Act, Stage
from tests.support.bench import nobody_watches

SHEET = "sheet"
"""A kind of job."""
Check = Callable[[Stage], Iterator[str]]


def _nothing(stage: Stage) -> None:
    """Nothing is stored yet."""


def _unit(stage: Stage) -> ReportingUnit:
    return stage.contest.units[0]


def _in_words(act: Act) -> Act:
    """The desk shows a refusal in place of an answer."""

    def answered(stage: Stage, app: Services) -> object:
        try:
            return act(stage, app)
        except DeskRefused as refusal:
            return refusal

    return answered


def saves_contacts(name: str) -> Act:
    form = {"name1": name, "post1": "科长", "telephone1": "13812345678", "revision": "0"}
    return lambda stage, app: app.desk.contacts.save_form(_unit(stage), form, f"desk:{name}")


def adds_event(title: str) -> Act:
    cells = {"day": "2020-07-08", "time": "09:30", "place": "礼堂", "title": title, "people": "120"}
    return lambda stage, app: app.desk.events.save_event(_unit(stage), NEW, cells, 0, "desk:liaison")


def keeps_picture(picture: str) -> Act:
    return _in_words(lambda stage, app: app.desk.stories.keep_picture(_unit(stage), picture, f"desk:{picture}"))


def pictures(stored: int) -> Callable[[Stage], None]:
    """The unit has so many pictures; two others are uploaded."""

    def start(stage: Stage) -> None:
        names = [f"p{number}" for number in range(stored)]
        for name in (*names, "A", "B"):
            key = upload_key(stage.contest.id, _unit(stage).name, name)
            stage.bench.ports.office_files.put_file(key, b"picture", PICTURE_TYPE)
        for name in names:
            keeps_picture(name)(stage, stage.bench.app)

    return start


def _has_pictures(wanted: int) -> Check:
    def check(stage: Stage) -> Iterator[str]:
        kept = stage.bench.app.desk.stories.picture_keys(_unit(stage))
        if len(kept) != wanted:
            yield f"{len(kept)} pictures, not {wanted}"
        for name, outcome in stage.outcomes.items():
            if (outcome is None) is not any(key.rpartition("/")[2].startswith(name) for key in kept):
                yield f"{name} was answered {outcome!r}, and the pictures are {kept}"

    return check


def _one_of(kind: str, what: str) -> Check:
    """One actor's record is stored and its change logged; the others were told to look again."""

    def check(stage: Stage) -> Iterator[str]:
        record = stage.bench.ports.office.read_record(kind + _unit(stage).name)
        done = [name for name, outcome in stage.outcomes.items() if outcome == {}]
        if [name for name in stage.outcomes if name in str(dict(record.body))] != done or len(done) != 1:
            yield f"{done} were answered that they saved, and {dict(record.body)} is stored"
        yield from _logged(stage, what, 1)
        others = [outcome for outcome in stage.outcomes.values() if outcome != {}]
        yield from (f"answered {outcome!r}" for outcome in others if not isinstance(outcome, ChangedMeanwhile))

    return check


def _once(kind: str, what: str) -> Check:
    """Both actors did the same, and both are answered so; it happened once."""

    def check(stage: Stage) -> Iterator[str]:
        yield from (f"{name} was answered {said!r}" for name, said in stage.outcomes.items() if said != {})
        if (revision := stage.bench.ports.office.read_record(kind + _unit(stage).name).revision) != 1:
            yield f"written {revision} times"
        yield from _logged(stage, what, 1)

    return check


def _logged(stage: Stage, what: str, times: int) -> Iterator[str]:
    found = sum(entry.what == what for entry in stage.bench.ports.ledger.log_entries())
    if found != times:
        yield f"{what} is logged {found} times, not {times}"


def _link(stage: Stage) -> None:
    """A viewer's link, which has no PIN: every PIN is wrong."""
    stage.bench.app.desk.links.make_link(Role.VIEWER, "", "张三", 7, "wang")


def _link_id(stage: Stage) -> str:
    return stage.bench.app.desk.links.all_links()[0].id


def _tries(stage: Stage, app: Services) -> None:
    app.desk.links.require_pin(_link_id(stage), "123456")


def _revokes(stage: Stage, app: Services) -> object:
    return app.desk.links.revoke(_link_id(stage), "wang")


def _tries_counted(stage: Stage) -> Iterator[str]:
    """Every try whose PIN was compared is counted; one whose answer was lost may be counted twice."""
    (link,) = stage.bench.app.desk.links.all_links()
    compared = [said for said in stage.outcomes.values() if isinstance(said, DeskRefused) and said.code == "pin_wrong"]
    if link.tries < len(compared):
        yield f"{len(compared)} PINs were compared, {link.tries} tries are stored"


def _is_revoked(stage: Stage) -> Iterator[str]:
    (link,) = stage.bench.app.desk.links.all_links()
    if not link.revoked_at:
        yield "the link is valid although it was revoked"
    yield from _tries_counted(stage)


def _jobs(app: Services) -> DeskJobs:
    return replace(app.desk.jobs, makers={SHEET: lambda about: MadeFile("a.xlsx", b"sheet", "text/plain")})


def _job(stage: Stage) -> None:
    _jobs(stage.bench.app).ask_job(SHEET, {}, "desk:editor")


def _runs_jobs(stage: Stage, app: Services) -> None:
    _jobs(app).run_waiting()


def _next_minute(stage: Stage, app: Services) -> None:
    stage.bench.clock.now += timedelta(minutes=1)
    _runs_jobs(stage, app)


def _file_is_there(stage: Stage) -> Iterator[str]:
    for job in stage.bench.app.desk.jobs.recent_jobs():
        if job.state is not JobState.DONE or stage.bench.ports.office_files.read_file(job.key) != b"sheet":
            yield f"a job is {job.state.value} with the key {job.key!r}"


def _two_codes_missing(stage: Stage) -> None:
    made = {unit.name: "http://weixin.qq.com/q/0" for unit in stage.contest.units[2:]}
    office = stage.bench.ports.office
    office.write_record(office.read_record(CODES), made)


def _makes_codes(stage: Stage, app: Services) -> None:
    app.desk.unit_codes.make_codes(nobody_watches)


def _all_codes(stage: Stage) -> Iterator[str]:
    made = stage.bench.ports.office.read_record(CODES).body
    yield from (f"no code for {unit.name}" for unit in stage.contest.units if unit.name not in made)


DESK = {
    "contacts": Scenario(
        _nothing, {"张": saves_contacts("张"), "李": saves_contacts("李")}, _one_of(CONTACTS, "desk contacts")
    ),
    "contacts_again": Scenario(
        _nothing, {"A": saves_contacts("张"), "B": saves_contacts("张")}, _once(CONTACTS, "desk contacts")
    ),
    "events": Scenario(
        _nothing, {"讲座": adds_event("讲座"), "展览": adds_event("展览")}, _one_of(EVENTS, "desk events")
    ),
    "event_again": Scenario(_nothing, {"A": adds_event("讲座"), "B": adds_event("讲座")}, _once(EVENTS, "desk events")),
    "pictures": Scenario(pictures(1), {"A": keeps_picture("A"), "B": keeps_picture("B")}, _has_pictures(3)),
    "last_picture": Scenario(
        pictures(MOST_PICTURES - 1), {"A": keeps_picture("A"), "B": keeps_picture("B")}, _has_pictures(MOST_PICTURES)
    ),
    "pins": Scenario(_link, {"A": _in_words(_tries), "B": _in_words(_tries)}, _tries_counted),
    "revoke": Scenario(_link, {"revoke": _revokes, "pin": _in_words(_tries)}, _is_revoked),
    "jobs": Scenario(_job, {"A": _runs_jobs, "B": _runs_jobs}, _file_is_there, recover=_next_minute),
    "codes": Scenario(_two_codes_missing, {"A": _makes_codes, "B": _makes_codes}, _all_codes, recover=_makes_codes),
}
