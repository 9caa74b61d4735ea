"""Jobs of the desk: asked for by a page, carried out by the function `office`."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.desk_job import JOB, MOST_TRIES, DeskJob, JobState, MadeFile, job_body, job_of
from chalicelib.ports import Clock, NewId, OfficeFiles, OfficeRecord, OfficeRecords

log = logging.getLogger(__name__)
Maker = Callable[[Mapping[str, str]], MadeFile]
"""Makes the file of one kind of job. It may be run again at any time."""


@dataclass
class DeskJobs:
    contest_id: str
    office: OfficeRecords
    files: OfficeFiles
    clock: Clock
    new_id: NewId
    makers: Mapping[str, Maker]
    """By kind."""

    def ask_job(self, kind: str, about: Mapping[str, str], who: str) -> DeskJob:
        """Returns the new job, or the same one if it waits already."""
        for known in self.recent_jobs():
            if (known.state, known.kind, dict(known.about)) == (JobState.WAITING, kind, dict(about)):
                return known
        job = DeskJob(self.new_id(), kind, about, who, self.clock())
        self.office.write_record(OfficeRecord(job.record_name, {}, 0), job_body(job))
        return job

    def find_job(self, job_id: str) -> DeskJob:
        """Raises DeskRefused."""
        record = self.office.read_record(f"{JOB}{job_id}")
        if not record.revision:
            raise DeskRefused(404, "没有这个文件。", "not_found")
        return _job(record)

    def recent_jobs(self) -> list[DeskJob]:
        """Newest first."""
        found = [_job(record) for record in self.office.read_records(JOB)]
        return sorted(found, key=lambda job: (job.asked_at, job.id), reverse=True)

    def file_address(self, job: DeskJob) -> str:
        """Returns an address for a minute. Raises DeskRefused before the file is made."""
        if job.state is not JobState.DONE:
            raise DeskRefused(409, "文件还没有做好，请稍后再来。", "not_ready")
        return self.files.file_address(job.key, name=job.name)

    def run_waiting(self) -> None:
        """Carries out all waiting jobs, oldest first. One that failed or ended the run three times is not tried again.

        Raises the last error when all others are done.
        """
        failed: Exception | None = None
        for record in sorted(self.office.read_records(JOB), key=lambda one: str(one.body["asked_at"])):
            job = _job(record)
            if job.state is JobState.WAITING:
                try:
                    self._run(record, job)
                except Exception as error:  # noqa: BLE001 - the other jobs do not wait for this one
                    failed = error
        if failed:
            raise failed

    def _run(self, record: OfficeRecord, job: DeskJob) -> None:
        if job.tries >= MOST_TRIES or job.kind not in self.makers:
            self.office.write_record(record, job_body(replace(job, state=JobState.FAILED)))
            return
        begun = replace(job, tries=job.tries + 1)
        record = self.office.write_record(record, job_body(begun))
        made = self.makers[job.kind](job.about)
        key = f"files/{self.contest_id}/{job.id}"
        self.files.put_file(key, made.content, made.content_type)
        self.office.write_record(record, job_body(replace(begun, state=JobState.DONE, key=key, name=made.name)))
        log.info("job %s of kind %s is done", job.id, job.kind)


def _job(record: OfficeRecord) -> DeskJob:
    return job_of(record.name.removeprefix(JOB), record.body)
