"""Files that the function `office` makes: asked for once, made once, tried again, read by whom they are for."""

from collections.abc import Mapping

import pytest

from chalicelib.domain.desk.desk_job import MOST_TRIES, JobState, MadeFile
from chalicelib.domain.desk.desk_link import Role
from tests.desk.desk_bench import Desk, page


class Maker:
    def __init__(self, desk: Desk) -> None:
        self.made, self.fails = list[Mapping[str, str]](), 0
        desk.services.desk.jobs.makers = {"report": self}

    def __call__(self, about: Mapping[str, str]) -> MadeFile:
        self.made.append(about)
        if self.fails:
            self.fails -= 1
            raise RuntimeError
        return MadeFile("日报.xlsx", b"content", "text/plain")


@pytest.fixture
def maker(desk: Desk) -> Maker:
    return Maker(desk)


def run(desk: Desk) -> None:
    desk.services.desk.office_run.run_once()


def test_a_file_is_made_by_the_next_run_and_downloaded(desk: Desk, maker: Maker) -> None:
    visitor = desk.visitor(Role.EDITOR)
    job = desk.services.desk.jobs.ask_job("report", {"day": "1"}, "desk:x")
    assert "正在制作" in page(visitor.get(f"/desk/files/{job.id}"))
    assert visitor.get(f"/desk/files/{job.id}/content").status == 409
    run(desk)
    run(desk)
    assert maker.made == [{"day": "1"}]
    assert "日报.xlsx" in page(visitor.get(f"/desk/files/{job.id}"))
    answer = visitor.get(f"/desk/files/{job.id}/content")
    assert answer.status == 303
    assert desk.ports.office_files.read_file(f"files/{desk.contest.id}/{job.id}") == b"content"
    assert job.id in answer.header("location")


def test_two_requests_for_one_file_are_one_job(desk: Desk, maker: Maker) -> None:
    jobs = desk.services.desk.jobs
    first = jobs.ask_job("report", {"day": "1"}, "desk:x")
    assert jobs.ask_job("report", {"day": "1"}, "desk:y") == first
    assert jobs.ask_job("report", {"day": "2"}, "desk:y").id != first.id
    run(desk)
    assert jobs.ask_job("report", {"day": "1"}, "desk:y").id != first.id, "a new one is of now"


def test_a_run_that_fails_is_made_up_for(desk: Desk, maker: Maker) -> None:
    jobs, maker.fails = desk.services.desk.jobs, 1
    wanted = [jobs.ask_job("report", {"day": day}, "desk:x") for day in "12"]
    with pytest.raises(RuntimeError):
        run(desk)
    assert sorted(jobs.find_job(one.id).state for one in wanted) == [JobState.DONE, JobState.WAITING]
    run(desk)
    assert {jobs.find_job(one.id).state for one in wanted} == {JobState.DONE}


def test_what_fails_three_times_is_given_up(desk: Desk, maker: Maker) -> None:
    maker.fails, job = 99, desk.services.desk.jobs.ask_job("report", {}, "desk:x")
    for _ in range(MOST_TRIES):
        with pytest.raises(RuntimeError):
            run(desk)
    run(desk)
    assert len(maker.made) == MOST_TRIES
    assert "没有做成" in page(desk.visitor(Role.EDITOR).get(f"/desk/files/{job.id}"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.UNIT])
def test_others_than_editors_see_only_their_own(desk: Desk, maker: Maker, role: Role) -> None:
    visitor, made = desk.browser(), desk.link(role)
    visitor.enter(made)
    jobs = desk.services.desk.jobs
    own, others = jobs.ask_job("report", {"day": "1"}, made.link.who), jobs.ask_job("report", {}, "desk:x")
    run(desk)
    assert visitor.get(f"/desk/files/{own.id}/content").status == 303
    for path in (f"/desk/files/{others.id}", f"/desk/files/{others.id}/content", "/desk/files/none"):
        assert visitor.get(path).status == 404
    # No key of the store: it is not looked up.
    assert "没有这个页面" in visitor.get("/desk/files/" + "x" * 999).body.decode()
