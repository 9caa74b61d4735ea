"""Files that the function `office` makes: their state, and the way to them."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.desk_job import DeskJob, JobState
from chalicelib.wiring import services
from functions.desk_route import EDITOR, UNIT, VIEWER, desk_route


@desk_route("GET", "/desk/files/{job_id}", EDITOR, VIEWER, UNIT)
def job_page(visitor: DeskVisitor, job_id: str) -> Response:
    """The page reloads itself until the file is made."""
    job = _own_job(visitor, job_id)
    return render("job", visitor, job=job, waits=job.state is JobState.WAITING, failed=job.state is JobState.FAILED)


@desk_route("GET", "/desk/files/{job_id}/content", EDITOR, VIEWER, UNIT)
def job_file(visitor: DeskVisitor, job_id: str) -> Response:
    return see_other(services().desk.jobs.file_address(_own_job(visitor, job_id)))


def _own_job(visitor: DeskVisitor, job_id: str) -> DeskJob:
    """Editors see all files, others those that they asked for. Raises DeskRefused."""
    job = services().desk.jobs.find_job(job_id)
    if visitor.link.role is not EDITOR and job.who != visitor.who:
        raise DeskRefused(404, "没有这个文件。", "not_found")
    return job
