"""Payout jobs on SQS. One that is not queued is found by the sweep."""

import json
from typing import Any

from chalicelib.adapters.sqs import Queue
from chalicelib.domain.claims import ClaimRef

PAYOUT_WORKERS = 10
"""The payout function's reserved concurrency in `.chalice/config.json`; a test compares the two."""


class SqsPayoutQueue:
    def __init__(self, client: Any, queue_name: str) -> None:
        self._queue = Queue(client, queue_name)

    def put(self, ref: ClaimRef, ask: bool = False) -> bool:
        return self._queue.put(to_body(ref, ask))


def to_body(ref: ClaimRef, ask: bool = False) -> str:
    return json.dumps({"v": 1, "openid": ref.openid, "attempt_id": ref.attempt_id, "ask": ask})


def from_body(body: str) -> tuple[ClaimRef, bool]:
    """The claim, and whether WeChat Pay is only to be asked. Raises ValueError for a body that is no payout job."""
    job = json.loads(body)
    if not isinstance(job, dict) or job.get("v") != 1:
        raise ValueError("not a payout job of a known version")
    openid, attempt_id = job.get("openid"), job.get("attempt_id")
    if not isinstance(openid, str) or not isinstance(attempt_id, str):
        raise ValueError("not a payout job")
    return ClaimRef(openid, attempt_id), job.get("ask") is True
