"""A job of the desk: a file that takes longer to make than a request may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

JOB = "job#"
MOST_TRIES = 3


class JobState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """`name` is what the browser calls it, such as `日报.xlsx`."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class DeskJob:
    id: str
    kind: str
    about: Mapping[str, str]
    """What the maker needs to know, such as the unit."""
    who: str
    """Who asked, as in the log."""
    asked_at: datetime
    state: JobState = JobState.WAITING
    tries: int = 0
    key: str = ""
    """The file's key in the bucket, once it is made."""
    name: str = ""

    @property
    def record_name(self) -> str:
        return f"{JOB}{self.id}"


def job_body(job: DeskJob) -> dict[str, Any]:
    """Returns the record's body."""
    return {
        "kind": job.kind,
        "about": dict(job.about),
        "who": job.who,
        "asked_at": job.asked_at.isoformat(),
        "state": job.state.value,
        "tries": job.tries,
        "key": job.key,
        "name": job.name,
    }


def job_of(job_id: str, body: Mapping[str, Any]) -> DeskJob:
    return DeskJob(
        job_id,
        body["kind"],
        body["about"],
        body["who"],
        datetime.fromisoformat(body["asked_at"]),
        JobState(body["state"]),
        body["tries"],
        body["key"],
        body["name"],
    )
