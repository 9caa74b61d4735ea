"""The shipped duties, and the faults of their section."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_duties import load_duties
from chalicelib.config_faults import faults
from chalicelib.domain.desk.duties import Duties, is_past
from chalicelib.domain.errors import ConfigError

CONTEST, DUTIES = load_contest_file(PACKAGED), load_duties(PACKAGED)
TEXT = PACKAGED.read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "contest.toml"


def test_every_row_of_the_task_table_has_its_duty() -> None:
    rows = sorted(row for duty in DUTIES.duties for row in duty.rows)
    assert rows == list(range(1, 45))
    for unit in CONTEST.units:
        own = len(DUTIES.tasks_of(unit)) - len(DUTIES.everyone)
        assert bool(own) is (unit.duty_row is not None), unit.name


def test_the_notice_s_dates() -> None:
    shown = {one.what: one.shown(CONTEST.window) for one in DUTIES.deadlines}
    assert list(shown.values()) == ["7月6日17:30", "7月7日14:30", "7月8日00:00", "7月15日"]
    first, last = DUTIES.events.days(CONTEST.window)
    assert (f"{first:%m-%d}", f"{last:%m-%d}") == ("07-08", "07-10")


def test_a_deadline_is_past_after_its_time_or_its_day() -> None:
    contacts, report = DUTIES.deadline("contacts"), DUTIES.deadline("report")
    assert contacts
    assert report
    for deadline, end in ((contacts, "2020-07-06T17:30:00+08:00"), (report, "2020-07-15T23:59:59+08:00")):
        moment = datetime.fromisoformat(end)
        assert not is_past(deadline, CONTEST.window, moment)
        assert is_past(deadline, CONTEST.window, moment + timedelta(seconds=1))


def test_faults_are_named_with_their_lines(path: Path) -> None:
    text = TEXT.replace("rows = [2]", "rows = [2, 0]").replace('at = "17:30"', 'at = "25:00"')
    path.write_text(text.replace('step = "report"', 'step = "reports"'), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_duties(path)
    named = [str(problem).split("：")[0].split()[-1] for problem in caught.value.problems]
    assert named == ["desk.deadlines[1].at", "desk.deadlines[4].step", "desk.duties[2].rows[2]"]
    line = str(caught.value.problems[0]).split()[0]
    assert TEXT.splitlines()[int(line[1:-1]) - 1] == 'at = "17:30"'
    path.write_text(TEXT.replace("rows = [2]", "rows = [1]").replace("last_day = 2", "last_day = -1"), "utf-8")
    with pytest.raises(ConfigError, match=r"desk\.events\.last_day[^@]*desk\.duties\[2\]\.rows：重复：1"):
        load_duties(path)


def test_check_names_them_beside_the_other_faults_and_an_unreadable_file_once(path: Path) -> None:
    (path.parent / "questions.csv").write_bytes(PACKAGED.with_name("questions.csv").read_bytes())
    path.write_text(TEXT.replace("rows = [2]", "rows = [1]").replace("draw_size = 10", "draw_size = 0"), "utf-8")
    contest, desk = faults(path)
    assert "quiz.draw_size" in contest
    assert "desk.duties[2].rows" in desk
    path.write_text("[desk", "utf-8")
    assert len([one for one in faults(path) if "TOML" in one]) == 1


def test_the_section_may_be_absent(path: Path) -> None:
    path.write_text(TEXT.partition("\n[desk]")[0], "utf-8")
    assert load_duties(path) == Duties()
    assert load_contest_file(path) == CONTEST
