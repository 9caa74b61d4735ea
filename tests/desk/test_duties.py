"""The shipped duties, and the faults of the file."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_duties import DUTIES, load_duties
from chalicelib.domain.desk.desk_errors import DutiesError
from chalicelib.domain.desk.duties import is_past

CONTEST = load_contest_file(PACKAGED)


def test_every_row_of_the_task_table_has_its_duty() -> None:
    rows = sorted(row for duty in load_duties().duties for row in duty.rows)
    assert rows == list(range(1, 45))
    for unit in CONTEST.units:
        own = len(load_duties().tasks_of(unit)) - len(load_duties().everyone)
        assert bool(own) is (unit.duty_row is not None), unit.name


def test_the_notice_s_dates() -> None:
    shown = {one.what: one.shown(CONTEST.window) for one in load_duties().deadlines}
    assert list(shown.values()) == ["7月6日17:30", "7月7日14:30", "7月8日00:00", "7月15日"]
    first, last = load_duties().events.days(CONTEST.window)
    assert (f"{first:%m-%d}", f"{last:%m-%d}") == ("07-08", "07-10")


def test_a_deadline_is_past_after_its_time_or_its_day() -> None:
    contacts, report = load_duties().deadline("contacts"), load_duties().deadline("report")
    assert contacts
    assert report
    for deadline, end in ((contacts, "2020-07-06T17:30:00+08:00"), (report, "2020-07-15T23:59:59+08:00")):
        moment = datetime.fromisoformat(end)
        assert not is_past(deadline, CONTEST.window, moment)
        assert is_past(deadline, CONTEST.window, moment + timedelta(seconds=1))


def test_faults_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "duties.toml"
    text = DUTIES.read_text(encoding="utf-8")
    path.write_text(text.replace("rows = [2]", "rows = [2, 0]").replace('at = "17:30"', 'at = "25:00"'), "utf-8")
    with pytest.raises(DutiesError) as caught:
        load_duties(path)
    named = [str(problem).split("：")[0].split()[-1] for problem in caught.value.problems]
    assert named == ["deadlines[1].at", "duties[2].rows[2]"]
    path.write_text(text.replace("rows = [2]", "rows = [1]").replace("last_day = 2", "last_day = -1"), "utf-8")
    with pytest.raises(DutiesError, match=r"events\.last_day[^@]*duties\[2\]\.rows：重复：1"):
        load_duties(path)
    with pytest.raises(DutiesError, match="读不到文件"):
        load_duties(tmp_path / "missing.toml")
